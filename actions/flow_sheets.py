"""Entering counts at the border by a sheet: all of it is kept or none, and each problem names its row and column."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from actions.effects import Effect, Refused, refuse
from actions.flows import PLACE, check_counts, check_counts_people, keep_counts
from auth.actor import Actor
from models.rules.flow_sheets import Sheet, SheetProblem, read_sheet
from models.rules.flow_words import plain
from models.rules.flows import check_together
from models.rules.problems import Refusal
from models.rules.vocabulary import LocationKind
from models.session import Session, Statement

MOST_COUNTS = 2_000
"In one sheet: a month of four crossing points is 248."
CROSSINGS = Statement(
    select(PLACE.c.id, PLACE.c.slug, PLACE.c.names)
    .where(PLACE.c.kind == LocationKind.CROSSING_POINT)
    .order_by(PLACE.c.slug, PLACE.c.id)
)


async def crossings(session: Session) -> list[tuple[UUID, str | None, dict[str, str]]]:
    """This will be the crossing points that the actor may see: key, slug and names by language. Runs one statement."""
    return [(row["id"], row["slug"], row["names"] or {}) for row in await session.rows(CROSSINGS)]


async def check_sheet(session: Session, actor: Actor, now: datetime, *, rows: Sequence[Sequence[Any]]) -> Sheet:
    """This will read a sheet and find all that keeps it from being kept, in the order of its rows. Changes nothing.

    Raises Refused (NOT_ALLOWED) for a role that does not count. Runs three statements.
    """
    refuse(check_counts_people(actor))
    sheet = read_sheet(rows, _named(await crossings(session)))
    too_many = check_together(sheet.counts, most=MOST_COUNTS)
    if too_many is not None and not sheet.problems:
        sheet.problems.append(SheetProblem(1, None, too_many.code, too_many.message))
    elif too_many is None:
        found = await check_counts(session, actor, now, sheet.counts)
        sheet.problems += [sheet.problem(position, refusal) for position, refusal in found]
    sheet.problems.sort(key=lambda problem: problem.row)
    return sheet


async def import_border_flows(
    session: Session, actor: Actor, now: datetime, *, rows: Sequence[Sequence[Any]]
) -> Effect:
    """This will keep all counts of a sheet; the effect's key is the sheet. Runs five statements.

    Raises Refused: each refusal's field is the row, as a spreadsheet numbers it, and the column where one is at fault.
    """
    sheet = await check_sheet(session, actor, now, rows=rows)
    if sheet.problems:
        raise Refused(*(_refusal(problem) for problem in sheet.problems))
    return await keep_counts(session, actor, now, sheet.counts)


def _refusal(problem: SheetProblem) -> Refusal:
    where = (str(problem.row),) if problem.column is None else (str(problem.row), problem.column)
    return Refusal(problem.code, problem.message, where)


def _named(places: Sequence[tuple[UUID, str | None, dict[str, str]]]) -> dict[str, UUID | None]:
    """The crossing points by whatever they are called; None where two are called alike."""
    named: dict[str, UUID | None] = {}
    for key, slug, names in places:
        for name in {plain(each) for each in (slug, *names.values()) if each}:
            named[name] = key if named.get(name, key) == key else None
    return named
