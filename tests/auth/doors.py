"""The doors of the graph through which a referral might be seen, each opened as someone.

Each answers what it showed: by the referral's name, the parts of it that were not null. The rows are written full, so
that null means hidden.
"""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import pytest

from auth.actor import Actor
from tests.auth.one_of_each import NOW, World
from tests.planner.answering import Answering

Shown = dict[str, set[str]]
"By a row's name, the parts of it that were shown."
REFERRAL = """
fragment Whole on Referral { id subject { sex vulnerabilities identity { givenName } contact { phone } }
  summary narrative person { id } decline { note } withdrawal { note } outcome { note }
  events { totalCount nodes { id note } } }"""
TOLD = "fragment Told on ReferralChange { referralId event { id note } referral { ...Whole } }" + REFERRAL
FEED = "query($after: String) { referralChanges(after: $after, first: 100) { nodes { ...Told } } }" + TOLD


@dataclass
class Visitor:
    """Someone before the doors."""

    graph: Answering
    world: World
    actor: Actor

    async def ask(self, text: str, **variables: Any) -> dict[str, Any]:
        answered = await self.graph.ask(self.actor, text, **variables)
        assert "errors" not in answered, answered
        data: dict[str, Any] = answered["data"]
        return data

    def name(self, id_: str) -> str:
        return self.world.labels[id_.partition("_")[2]]

    def ids(self, kind: str, table: str) -> list[str]:
        """The ids of all rows of a table, whoever may see them."""
        return [f"{kind}_{key}" for (of, _), key in self.world.keys.items() if of == table]

    def referrals(self, found: list[dict[str, Any] | None]) -> Shown:
        return {self.name(each["id"]): self._parts(each) for each in found if each is not None}

    def _parts(self, referral: dict[str, Any]) -> set[str]:
        subject = referral["subject"] or {}
        told = {
            "referral_subject": subject,
            "referral_identity": subject.get("identity"),
            "referral_contact": subject.get("contact"),
            "referral_vulnerabilities": subject.get("vulnerabilities"),
            "referral_request": referral["summary"],
            "referral_narrative": referral["narrative"],
            "referral_decline": referral["decline"],
            "referral_outcome": referral["outcome"],
            "referral_withdrawal": referral["withdrawal"],
            "person": referral["person"],
        }
        events = referral["events"]
        assert events["totalCount"] == len(events["nodes"])
        notes = {f"note of {self.name(event['id']).split('/')[1]}" for event in events["nodes"] if event["note"]}
        by_event = {bool(referral[end] and referral[end]["note"]) for end in ("decline", "outcome") if referral[end]}
        assert by_event <= {"note of receiver" in notes}
        return {part for part, value in told.items() if value} | notes


Door = Callable[[Visitor], Awaitable[Shown]]


async def by_list(visitor: Visitor) -> Shown:
    data = await visitor.ask("{ referrals(first: 100) { totalCount nodes { ...Whole } } }" + REFERRAL)
    assert data["referrals"]["totalCount"] == len(data["referrals"]["nodes"])
    return visitor.referrals(data["referrals"]["nodes"])


async def by_node(visitor: Visitor) -> Shown:
    text = "query($id: ID!) { node(id: $id) { ... on Referral { ...Whole } } }" + REFERRAL
    ids = visitor.ids("Referral", "referral")
    return visitor.referrals([(await visitor.ask(text, id=id_))["node"] for id_ in ids])


async def by_id(visitor: Visitor) -> Shown:
    text = "query($id: ID!) { referral(id: $id) { ...Whole } }" + REFERRAL
    return visitor.referrals(
        [(await visitor.ask(text, id=id_))["referral"] for id_ in visitor.ids("Referral", "referral")]
    )


async def by_reference(visitor: Visitor) -> Shown:
    text = "query($reference: String!) { referral(reference: $reference) { ...Whole } }" + REFERRAL
    rows = await visitor.world.connection.fetch("SELECT reference FROM referral")
    return visitor.referrals([(await visitor.ask(text, reference=row[0]))["referral"] for row in rows])


async def by_filter(visitor: Visitor) -> Shown:
    """By what is known of each referral, one at a time; a count tells no more than the rows do."""
    text = "query($f: ReferralFilter) { referrals(filter: $f) { totalCount nodes { ...Whole } } }" + REFERRAL
    found = []
    for row in await visitor.world.connection.fetch("SELECT * FROM referral"):
        for asked in (
            {"reference": row["reference"]},
            {"serviceId": f"Service_{row['service_id']}", "statuses": [row["status"]]},
            {"counterpartId": f"Organization_{row['receiver_id']}", "kinds": [row["kind"]]},
            {"counterpartId": f"Organization_{row['sender_id']}", "needs": [row["need"]]},
        ):
            page = (await visitor.ask(text, f=asked))["referrals"]
            assert page["totalCount"] == len(page["nodes"])
            found += page["nodes"]
    return visitor.referrals(found)


async def by_cursor(visitor: Visitor) -> Shown:
    """From the place of each referral in the list on, seen or not: the cursor itself shows nothing more."""
    text = "query($after: String) { referrals(first: 100, after: $after) { totalCount nodes { ...Whole } } }" + REFERRAL
    rows = await visitor.world.connection.fetch("SELECT id FROM referral ORDER BY id DESC")
    found, ahead = [], []
    for row in rows:
        keys = f'["CREATED_AT", "{NOW.isoformat()}", "{row["id"]}"]'
        page = (await visitor.ask(text, after=base64.b64encode(keys.encode()).decode()))["referrals"]
        found += page["nodes"]
        ahead.append(len(page["nodes"]))
    first = (await visitor.ask("{ referrals(first: 1) { nodes { ...Whole } } }" + REFERRAL))["referrals"]["nodes"]
    assert ahead == sorted(ahead, reverse=True)
    return visitor.referrals(found + first)


async def by_feed(visitor: Visitor) -> Shown:
    data = await visitor.ask(FEED, after=_position(0))
    return _told(visitor, data["referralChanges"]["nodes"])


async def by_subscription(visitor: Visitor) -> Shown:
    """As many changes as polling finds come at once, and then none."""
    polled = await visitor.ask(FEED, after=_position(0))
    text = "subscription($after: String) { referralChanges(after: $after) { ...Told } }" + TOLD
    told = []
    async with aclosing(visitor.graph.follow(visitor.actor, text, after=_position(0))) as coming:
        for _ in polled["referralChanges"]["nodes"]:
            async with asyncio.timeout(20):
                told.append((await anext(coming))["data"]["referralChanges"])
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await anext(coming)
    return _told(visitor, told)


def _told(visitor: Visitor, changes: list[dict[str, Any]]) -> Shown:
    for change in changes:
        assert change["referralId"] == change["referral"]["id"]
        assert visitor.name(change["event"]["id"]).split("/")[0] == visitor.name(change["referralId"])
    return visitor.referrals([change["referral"] for change in changes])


def _position(number: int) -> str:
    return base64.b64encode(f'["FEED", {number}]'.encode()).decode()


DOORS: list[Door] = [by_list, by_node, by_id, by_reference, by_filter, by_cursor, by_feed, by_subscription]
