"""What an organisation sent to the directory, and what came of it, in the graph: to its own editors and nobody else."""

from collections.abc import Callable
from typing import Any

import strawberry
from sqlalchemy import Boolean, ColumnElement, FromClause, Integer, Text, cast, func, literal_column, true
from sqlalchemy import column as named
from sqlalchemy.dialects.postgresql import JSONB

from auth.policies import partners as policies
from auth.scopes import Scope
from models import partners as tables
from models.partners import ImportState, SyncOutcome
from planner.fields import Expression, Found, Inside, Many, Row, column, entity, planned
from planner.given import Given
from resolvers.accounts import shown
from resolvers.nodes import ID, Node, id_argument, own_id, requires
from resolvers.scalars import DateTime

IMPORT = shown(
    tables.PartnerImport,
    tuple(each.name for each in tables.PartnerImport.__table__.columns if each.name not in policies.NEVER_READ),
)
WRITERS = requires(Scope.DIRECTORY_WRITE)


def _words(text: str) -> ColumnElement[str]:
    return literal_column(f"'{text}'", Text())


def _said(name: str, description: str, **options: Any) -> Any:
    return planned(Expression(lambda r, _g: r.value.op("->>")(_words(name)), **options), description)


def _told(row: Row, *path: str) -> ColumnElement[Any]:
    """A part of the report, an empty list where it is not there."""
    value = row.report
    for name in path:
        value = value.op("->", return_type=JSONB())(_words(name))
    return func.coalesce(value, cast(_words("[]"), JSONB()))


def _rows(part: str, *, of: Callable[[Row], ColumnElement[Any]] | None = None) -> Any:
    """The elements of a list of the report, or of one of its elements, in their order."""

    def table(row: Row, _given: Given) -> FromClause:
        told = of(row) if of else _told(row, part)
        return (
            func.jsonb_array_elements(told)
            .table_valued(named("value", JSONB()), with_ordinality="nth")
            .render_derived()
        )

    return Many(on=lambda _p, _r: true(), order=lambda r: [r.nth], table=table)


def _count(name: str, description: str) -> Any:
    def number(row: Row, _given: Given) -> ColumnElement[int]:
        counts = row.report.op("->", return_type=JSONB())(_words("counts"))
        return func.coalesce(cast(counts.op("->>")(_words(name)), Integer()), literal_column("0"))

    return planned(Expression(number), description)


@strawberry.type(description="What became of the services that were sent.")
class ImportCounts:
    new: int = _count("new", "Came in for the first time.")
    changed: int = _count("changed", "Came in otherwise than before.")
    unchanged: int = _count("unchanged", "Stand as they stood.")
    gone: int = _count("gone", "Were taken as gone.")
    quarantined: int = _count("quarantined", "Could not stand: the findings say why.")


@strawberry.type(description="Something wrong with one service.")
class ImportFinding:
    where: str = _said("where", "Where its sender finds it: rows of a sheet, or its place in the list.")
    remote_id: str = _said("remote_id", "Its id at its sender.")
    problem: str = _said("problem", "What is wrong and what to do, a line each.")
    kept_out: bool = planned(
        Expression(lambda r, _g: cast(r.value.op("->>")(_words("quarantined")), Boolean())),
        "True: it did not come in. False: it did, save for what the problem names.",
    )


@strawberry.type(description="A field that would differ.")
class ImportedField:
    field: str = _said("field", "Its name, as in ImportServiceInput.")
    before: str | None = _said("before", "What stands, as text or JSON; null where nothing does.", nullable=True)
    after: str | None = _said("after", "What would stand.", nullable=True)


@strawberry.type(description="What a dry run would have changed of one service.")
class ImportChange:
    remote_id: str = _said("remoteId", "Its id at its sender.")
    change: str = _said("change", "NEW, CHANGED or GONE.")
    name: str | None = _said("name", "What it is called.", nullable=True)
    fields: list[ImportedField] = planned(
        _rows("fields", of=lambda r: r.value.op("->", return_type=JSONB())(_words("fields"))),
        "Of one that is changed: how.",
    )


@strawberry.type(description="What an organisation sent of its services, and what came of it.", directives=WRITERS)
@entity(IMPORT)
class DirectoryImport(Node):
    id: strawberry.ID = own_id("DirectoryImport")
    state: ImportState = column(tables.PartnerImport.state, "How far it has come.")
    dry_run: bool = column(tables.PartnerImport.dry_run, "Whether it was only tried: nothing of it was kept.")
    whole: bool = column(
        tables.PartnerImport.whole, "Whether it is all that the partner has: what it does not name is missing."
    )
    file_name: str | None = column(tables.PartnerImport.file_name, "Of a file, if its sender said it.")
    sent_at: DateTime = column(tables.PartnerImport.sent_at, "When it was sent.")
    finished_at: DateTime | None = column(tables.PartnerImport.finished_at, "When it was taken in, or tried.")
    outcome: SyncOutcome | None = planned(
        Expression(lambda r, _g: r.report.op("->>")(_words("outcome")), nullable=True),
        "How it ended; HELD: what is missing is so much that a person must say it is true.",
    )
    counts: ImportCounts = planned(Inside(), "What became of the services.")
    failures: list[str] = planned(
        Expression(lambda r, _g: _told(r, "failures")), "What kept it from being taken in, a sentence each."
    )
    losses: list[str] = planned(Expression(lambda r, _g: _told(r, "losses")), "What is missing in such numbers.")
    notes: list[str] = planned(Expression(lambda r, _g: _told(r, "notes")), "What is odd about the file.")
    findings: list[ImportFinding] = planned(_rows("findings"), "What is wrong, up to 1,000 services.")
    changes: list[ImportChange] = planned(
        _rows("changes"), "Of a dry run: what would have changed, up to 100 services."
    )


@strawberry.type
class ImportQueries:
    directory_import: DirectoryImport | None = planned(
        Found(where=lambda r, g: [r.id == id_argument(g, "id", "DirectoryImport")]),
        "What was sent in one go, while the viewer keeps its organisation's entries.",
        arguments=ID,
        directives=WRITERS,
    )
