"""What is asked: the operations, each viewer's questions in a contender's own words, and whether all answer alike."""

import itertools
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks.contenders import Asked, Contender, token
from benchmarks.driver import Round
from benchmarks.networks import Viewer

OPERATIONS = Path(__file__).parent / "operations"
PAGE = 50
COMPARED = 20
"Points of each viewer whose answers are compared."
LASTS = 240.0
"Seconds that a token is used; it is good for ten minutes."


class AnswersDiffer(Exception):
    """Two contenders answer the same question differently: there is nothing to compare."""


class Bearers:
    """The viewers' tokens, all from one Konbit."""

    def __init__(self, port: int, viewers: Sequence[Viewer]) -> None:
        self.port, self.viewers = port, viewers
        self._asked_at = -LASTS
        self._tokens: list[tuple[Viewer, str]] = []

    def __iter__(self) -> Iterator[tuple[Viewer, str]]:
        if time.monotonic() - self._asked_at > LASTS:
            self._tokens = [(viewer, token(self.port, viewer)) for viewer in self.viewers]
            self._asked_at = time.monotonic()
        return iter(self._tokens)


def questions(contender: Contender, kind: str, viewer: Viewer) -> list[Asked]:
    """What a viewer asks of a contender."""
    ours = contender.name != "postgraphile"
    if kind == "list":
        of = {} if ours else {"organization": str(viewer.organization_id)}
        return [contender.ask(kind, {"first": PAGE, **of})]
    return [
        contender.ask(kind, {"id": f"Referral_{referral}" if ours else str(referral)}) for referral in viewer.referrals
    ]


def a_round(contender: Contender, kind: str, bearers: Bearers, seconds: float) -> Round:
    """A connection for each viewer, who goes on asking until the time is over."""
    each = [[(token, asked.body()) for asked in questions(contender, kind, viewer)] for viewer, token in bearers]
    path = contender.ask(kind, {}).path
    return Round(port=contender.port, path=path, seconds=seconds, questions=each)


def compare(contenders: Sequence[Contender], bearers: Bearers) -> int:
    """This will ask all the same and answer how many answers were compared. Raises AnswersDiffer."""
    compared = 0
    for kind, (viewer, bearer) in itertools.product(("list", "point"), bearers):
        asked = zip(*(questions(contender, kind, viewer) for contender in contenders), strict=True)
        for same in itertools.islice(asked, COMPARED):
            answers = [
                plain(contender.answer(question, bearer)) for contender, question in zip(contenders, same, strict=True)
            ]
            if any(answer != answers[0] for answer in answers):
                raise AnswersDiffer(json.dumps(answers)[:4_000])
            compared += len(answers) - 1
    return compared


def plain(answer: Any) -> Any:
    """An answer as the graph gives it, whoever gave it: PostGraphile names and nests some things its own way."""
    data = answer["data"]
    if "referralParties" in data:
        page = data["referralParties"]
        return {"referrals": {**page, "nodes": [_whole(node["referral"]) for node in page["nodes"]]}}
    found = data.get("referral")
    return {"referral": _whole(found)} if found and "rowId" in found else data


def _whole(row: dict[str, Any]) -> dict[str, Any]:
    row = dict(row)
    request, identity = row.pop("referralRequest"), row.pop("referralIdentity")
    row["id"] = f"Referral_{UUID(row.pop('rowId'))}"
    row["summary"] = request["summary"] if request else None
    if row["subject"]:
        row["subject"] = {**row["subject"], "identity": identity}
    if row["service"]:
        row["service"] = {**row["service"], "id": f"Service_{UUID(row['service']['rowId'])}"}
        del row["service"]["rowId"]
    for moment in ("createdAt", "updatedAt", "dueAt"):
        row[moment] = _moment(row[moment])
    row["events"] = {"nodes": [{**event, "at": _moment(event["at"])} for event in row["events"]["nodes"]]}
    return row


def _moment(text: str | None) -> str | None:
    """The same moment as the graph writes it: always six digits."""
    if text is None:
        return None
    whole, _, fraction = text.removesuffix("+00:00").partition(".")
    return f"{whole}.{fraction:0<6}Z"
