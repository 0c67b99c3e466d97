"""The reference's figures: the grid is all members of the dimensions crossed, and what is not there is suppressed."""

from itertools import product
from typing import Any

from models.rules.vocabulary import IndicatorDimension
from planner.ids import key_of
from tests.planner.reference_directory import one
from tests.planner.reference_values import Fields, column, day, moment, own_id, seen, text
from tests.planner.seen import Info, Row

ORDER = list(IndicatorDimension)


def indicator(_root: Any, info: Info, code: str) -> Row | None:
    return seen(info).one("indicator", code=code)


def indicator_release(_root: Any, info: Info, id: str) -> Row | None:
    return seen(info).one("indicator_release", id=key_of("IndicatorRelease", id))


def indicators(_root: Any, info: Info) -> list[Row]:
    return sorted(seen(info).all("indicator"), key=lambda row: (row["position"], row["code"]))


def _latest(row: Row, info: Info) -> Row | None:
    approved = seen(info).all("indicator_release", lambda r: r["code"] == row["code"] and r["state"] == "APPROVED")
    return max(approved, key=_newness, default=None)


def _newness(release: Row) -> tuple[Any, ...]:
    return release["period_end"], -release["period_start"].toordinal(), release["version"]


def _releases(row: Row, info: Info, last: int | None = None, every: str | None = None) -> list[Row]:
    found = seen(info).all(
        "indicator_release",
        lambda r: (
            r["code"] == row["code"]
            and (r["state"] == "APPROVED" or (r["state"] != "SUPERSEDED" and r["restates"] is None))
            and (every is None or r["every"] == every)
        ),
    )
    listed = sorted(found, key=_newness)
    return listed[max(0, len(listed) - (12 if last is None else last)) :]


def _figure(release: Row, info: Info, breakdown: str, members: list[str]) -> Row:
    shown = seen(info).one("release_cell", release_id=release["id"], breakdown=breakdown, members=members)
    if shown is not None:
        return {**shown, "__typename": "Count"}
    approved = release["state"] in ("APPROVED", "SUPERSEDED")
    return {"__typename": "Suppressed", "reason": "PROTECTED" if approved else "NOT_APPROVED"}


def _cells(release: Row, info: Info, by: list[str]) -> list[Row]:
    canonical = sorted(by, key=lambda each: ORDER.index(IndicatorDimension(each)))
    breakdown = " ".join(canonical)
    if breakdown not in release["breakdowns"]:
        return []
    members = [
        sorted(
            seen(info).all("release_member", lambda m: m["release_id"] == release["id"] and m["dimension"] == each),  # noqa: B023
            key=lambda m: m["position"],
        )
        for each in by
    ]
    cells: list[Row] = []
    for key in product(*members):
        values = {member["dimension"]: member["value"] for member in key}
        figure = _figure(release, info, breakdown, [values[each] for each in canonical])
        cells.append({"key": list(key), "figure": figure})
    return cells


def _unsigned(release: Row, info: Info) -> list[Row]:
    awaited = seen(info).all("release_signoff", lambda s: s["release_id"] == release["id"] and s["signed_at"] is None)
    named = {row["organization_id"] for row in awaited}
    return sorted(seen(info).all("organization", lambda o: o["id"] in named), key=lambda o: o["slug"])


TYPES: dict[str, Fields] = {
    "Indicator": {
        "code": column("code"),
        "version": column("version"),
        "name": text("names"),
        "definition": text("definitions"),
        "numerator": column("numerator"),
        "unit": column("unit"),
        "tier": column("tier"),
        "dimensions": column("dimensions"),
        "target": column("target"),
        "latest": _latest,
        "releases": _releases,
    },
    "IndicatorRelease": {
        "id": own_id("IndicatorRelease"),
        "code": column("code"),
        "version": column("version"),
        "definitionVersion": column("definition"),
        "origin": column("origin"),
        "state": column("state"),
        "source": column("source"),
        "sourceUrl": column("source_url"),
        "verified": column("verified"),
        "note": text("notes"),
        "publisher": one("organization", "publisher_id"),
        "every": column("every"),
        "periodStart": day("period_start"),
        "periodEnd": day("period_end"),
        "asOf": moment("as_of"),
        "approvedAt": moment("approved_at"),
        "total": lambda release, info: _figure(release, info, "", []),
        "cells": _cells,
        "breakdowns": column("breakdowns"),
        "unsigned": _unsigned,
        "restates": one("indicator_release", "restates"),
        "reason": column("reason"),
        "restatement": lambda release, info: seen(info).one("indicator_release", restates=release["id"]),
    },
    "IndicatorCell": {"key": column("key"), "figure": column("figure")},
    "IndicatorCellKey": {"dimension": column("dimension"), "value": column("value"), "label": text("labels")},
    "Count": {"value": column("value"), "rounded": column("rounded")},
    "Suppressed": {"reason": column("reason")},
}
