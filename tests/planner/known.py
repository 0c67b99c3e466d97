"""What generated operations may name: ids, cursors and words that really occur in what an actor sees."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from auth.actor import Actor
from tests.planner.reference import NODES
from tests.planner.seen import Row

LANGUAGES = ["fr", "ht", "es", "en", "fr-HT", "FR", "ht-HT", "zh-Hant-TW", "x", ""]
NOBODY = "6f9619ff-8b86-4011-b42d-00cf4fc964ff"
ODD_IDS = [
    "",
    "Person_",
    f"Referral_{NOBODY.upper()}",
    f"Nobody_{NOBODY}",
    f"Referral_{NOBODY}",
    "'; DROP TABLE x",
]
ODD_WORDS = ["%", "_", "\\", "a%b", '"', "'", "fr", "é", "  ", "", "Ó"]
Lists = Mapping[str, list[str]]


@dataclass(frozen=True)
class Known:
    """One actor, and the values by which it may ask."""

    name: str
    actor: Actor
    ids: Lists = field(repr=False)
    "By the type they are of, those the actor sees."
    words: Lists = field(repr=False)
    "By input field (`PersonFilter.text`), values that occur."
    cursors: dict[str, list[str]] = field(default_factory=dict, repr=False)
    "By list and order (`Query.referrals CREATED_AT`), as the graph wrote them."

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """As hypothesis prints what failed."""
        printer.text(self.name)


def known(name: str, actor: Actor, rows: Mapping[str, list[Row]], others: Mapping[str, list[Row]]) -> Known:
    """This will gather what an actor may ask by. others: what is there, seen or not."""
    ids = {kind: [f"{kind}_{row['id']}" for row in rows[table]][:400] for kind, (table, _) in NODES.items()}
    return Known(name, actor, ids, {**_words(rows, ids), "hidden": _hidden(others)})


def _hidden(rows: Mapping[str, list[Row]]) -> list[str]:
    return [f"{kind}_{row['id']}" for kind, (table, _) in NODES.items() for row in rows[table][:40]]


def _words(rows: Mapping[str, list[Row]], ids: Lists) -> Lists:
    names = [name for row in rows["organization"] for name in row["names"].values()]
    people = [row[key] for row in rows["person_identity"] for key in ("given_name", "family_name") if row[key]]
    offers = [name for row in rows["service"] for name in row["names"].values() if row["visibility"] == "PUBLIC"]
    areas = [row["pcode"] for row in rows["area"]]
    references = [row["reference"] for row in rows["referral"]]
    moments = {
        name: [row[name] for row in rows["referral"] if row[name]] for name in ("created_at", "updated_at", "due_at")
    }
    return {
        "slug": [row["slug"] for row in rows["organization"]],
        "code": [row["code"] for row in rows["indicator"]],
        "release": [f"IndicatorRelease_{row['id']}" for row in rows["indicator_release"]],
        "Location.slug": [row["slug"] for row in rows["location"] if row["slug"]],
        "reference": [*references, *(_spoken(each) for each in references[:20])],
        "OrganizationFilter.text": [*_cut(names), *ODD_WORDS],
        "OrganizationFilter.pcode": [*areas, "ht06", "HT063", "XX", ""],
        "PersonFilter.text": [*_cut(people), *ODD_WORDS],
        "PersonFilter.reference": [row["reference"] for row in rows["person"]],
        "ServiceFilter.text": _cut(offers),
        "ServiceFilter.pcode": [*areas, "ht06", "XX", ""],
        "ServiceFilter.language": ["ht", "fr", "es", "FR", "en", "ht-HT"],
        "ReferralFilter.reference": references,
        "ReferralFilter.createdFrom": _moments(moments["created_at"]),
        "ReferralFilter.createdBefore": _moments(moments["created_at"]),
        "ReferralFilter.updatedSince": _moments(moments["updated_at"]),
        "ReferralFilter.dueBefore": _moments(moments["due_at"]),
        "ReferralFilter.counterpartId": ids["Organization"],
        "ReferralFilter.personId": ids["Person"],
        "ReferralFilter.serviceId": ids["Service"],
        "ServiceFilter.terms": ids["Term"],
        "BorderFlowFilter.crossingPointIds": [f"Location_{row['location_id']}" for row in rows["border_flow"][:80:7]],
        "BorderFlowFilter.from": _days(rows),
        "BorderFlowFilter.before": _days(rows),
        "course code": [row["code"] for row in rows["course"]],
        "training code": [row["code"] for row in rows["training"]],
        "device": [row["name"] for row in rows["attendance_device"]],
        "TrainingFilter.from": [row["starts_on"].isoformat() for row in rows["training"]],
        "TrainingFilter.before": [row["starts_on"].isoformat() for row in rows["training"]],
        "partner name": [row["name"] for row in rows["partner"]],
        "PartnerRecordFilter.partnerId": ids["Partner"],
        "since": [],
        "points": [f"{row['latitude']} {row['longitude']}" for row in rows["location"] if row["latitude"] is not None],
    }


def _days(rows: Mapping[str, list[Row]]) -> list[str]:
    return sorted({row["day"].isoformat() for row in rows["border_flow"]})[::9]


def _spoken(reference: str) -> str:
    return reference.lower().replace("-", " ")


def _cut(names: list[str]) -> list[str]:
    """Whole names, their first words, and beginnings of them."""
    firsts = [name.split()[0] for name in names if name.split()]
    return sorted({*names[:60], *firsts, *(first[:4].upper() for first in firsts if len(first) > 5)})


def _moments(found: list[Any]) -> list[str]:
    """As a client may write them: UTC or with an offset, with fractions or without."""
    some = sorted(found)[:: max(1, len(found) // 20)]
    return [moment.astimezone(UTC).isoformat() for moment in some] + [f"{moment:%Y-%m-%dT%H:%M:%S}Z" for moment in some]
