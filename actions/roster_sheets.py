"""Enrolling people by a sheet: all of it or nothing; what is wrong is told with its row, before anything is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from actions.effects import Effect, Refused, refuse
from actions.enrolling import Named, enrol_participants, known_of
from actions.trainers import check_trainer
from auth.actor import Actor
from models.rules.problems import Refusal
from models.rules.rosters import Entrant, Sheet, read_sheet
from models.rules.vocabulary import ProblemCode
from models.session import Session


@dataclass(frozen=True, slots=True)
class Read:
    """What a sheet would do to a training."""

    sheet: Sheet
    fresh: tuple[Entrant, ...]
    """Who would be enrolled."""
    known: tuple[int, ...]
    """Rows of those who take part already: a sheet that has grown may come again."""


async def check_sheet(
    session: Session, actor: Actor, *, training_id: UUID, cells: Sequence[Sequence[Any]], language: str
) -> Read:
    """This will read a sheet and find all that keeps it from being kept. Changes nothing; runs four statements.

    Raises Refused: NOT_ALLOWED, NOT_FOUND (training).
    """
    refuse(check_trainer(actor))
    known = await known_of(session, actor, training_id)
    sheet = read_sheet(cells, areas=known.areas, language=language)
    rows = list(zip(sheet.entrants, sheet.rows, strict=True))
    fresh = tuple(entrant for entrant, _ in rows if known.likeness(entrant) not in known.likenesses)
    return Read(sheet, fresh, tuple(row for entrant, row in rows if known.likeness(entrant) in known.likenesses))


async def import_participants(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    training_id: UUID,
    cells: Sequence[Sequence[Any]],
    language: str,
) -> Effect:
    """This will enrol everyone on a sheet who does not take part yet; the effect's key is the training.

    Raises Refused: as `check_sheet`, and INVALID_INPUT for each fault; its field is the row and the column.
    """
    read = await check_sheet(session, actor, training_id=training_id, cells=cells, language=language)
    refuse(
        *(
            Refusal(
                ProblemCode.INVALID_INPUT,
                fault.said(language),
                (str(fault.row),) if fault.column is None else (str(fault.row), fault.column),
            )
            for fault in read.sheet.faults
        )
    )
    if not read.fresh:
        return Effect(training_id)
    people = [Named(entrant) for entrant in read.fresh]
    try:
        effect = await enrol_participants(session, actor, now, training_id=training_id, participants=people)
    except Refused as refused:
        raise Refused(*(Refusal(each.code, each.message, ("1",)) for each in refused.refusals)) from refused
    return Effect(training_id, (effect.key, *effect.touched))
