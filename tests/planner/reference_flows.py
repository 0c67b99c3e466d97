"""The reference's counts at the border: what stands, what it is made of, what stood before."""

from datetime import date
from typing import Any
from uuid import UUID

from tests.planner.paged import Sorted, page
from tests.planner.reference_directory import one
from tests.planner.reference_values import Fields, column, day, key_of, moment, own_id, seen
from tests.planner.seen import Info, Row

BY_VERSION = Sorted("VERSION", lambda row: (row["version"], row["id"]), (int, UUID))
NEWEST_DAY = Sorted("DAY", lambda row: (row["day"], row["id"]), (date, UUID), descending=True)


def _versions(row: Row, info: Info) -> list[Row]:
    what = ("organization_id", "location_id", "day", "series")
    found = seen(info).all("border_flow", lambda each: all(each[name] == row[name] for name in what))
    return sorted(found, key=lambda each: each["version"])


def _history(row: Row, info: Info, **arguments: Any) -> dict[str, Any]:
    return page(_versions(row, info), BY_VERSION, info, arguments)


def _stands(row: Row, info: Info) -> bool:
    return bool(_versions(row, info)[-1]["id"] == row["id"])


def _parts(row: Row, info: Info) -> list[Row]:
    found = seen(info).all("border_flow_part", lambda part: part["flow_id"] == row["id"])
    return sorted(found, key=lambda p: (p["return_type"], p["sex"], p["age_group"], not p["stated"]))


def border_flow(_root: Any, info: Info, id: str) -> Row | None:
    return seen(info).one("border_flow", id=key_of("BorderFlow", id))


def border_flows(_root: Any, info: Info, **arguments: Any) -> dict[str, Any]:
    asked = arguments.pop("filter", None) or {}
    places, series, since, before = (asked.get(name) for name in ("crossingPointIds", "series", "from", "before"))

    def keep(row: Row) -> bool:
        return (
            (bool(asked.get("superseded")) or _stands(row, info))
            and (places is None or row["location_id"] in {key_of("Location", each) for each in places})
            and (series is None or row["series"] in series)
            and (since is None or row["day"] >= date.fromisoformat(since))
            and (before is None or row["day"] < date.fromisoformat(before))
        )

    return page(seen(info).all("border_flow", keep), NEWEST_DAY, info, arguments)


TYPES: dict[str, Fields] = {
    "BorderFlow": {
        "id": own_id("BorderFlow"),
        "crossingPoint": one("location", "location_id"),
        "organization": one("organization", "organization_id"),
        "day": day("day"),
        "series": column("series"),
        "total": lambda row, info: sum(part["people"] for part in _parts(row, info)),
        "parts": _parts,
        "version": column("version"),
        "stands": _stands,
        "reason": column("reason"),
        "recordedAt": moment("recorded_at"),
        "versions": _history,
    },
    "BorderFlowPart": {
        "returnType": column("return_type"),
        "sex": column("sex"),
        "ageGroup": column("age_group"),
        "count": column("people"),
        "residual": lambda row, info: not row["stated"],
    },
}
