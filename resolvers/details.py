"""What else the directory tells of a service or a place: costs, papers, areas served, ways in, hours."""

from typing import Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, Text, func, literal_column

from models import directory as tables
from models import directory_details as more
from models.directory_details import Mapping
from planner.fields import Expression, Many, One, column, planned
from resolvers.organisations import Area
from resolvers.scalars import Date, Decimal
from resolvers.texts import text


@strawberry.type(description="What a service costs, for whom.")
class Cost:
    option: str | None = text("options", "For whom, or for what.", language=None)
    amount: Decimal | None = column(more.CostOption.amount, "How much.")
    currency: str | None = column(more.CostOption.currency, "ISO 4217; told with the amount.")
    valid_from: Date | None = column(more.CostOption.valid_from, "The first day on which it holds.")
    valid_to: Date | None = column(more.CostOption.valid_to, "The last.")


@strawberry.type(description="A paper that whoever asks for a service must bring.")
class RequiredDocument:
    document: str | None = text("documents", "Its name.", language=None)
    uri: str | None = column(more.RequiredDocument.uri, "Where more is said of it.")


@strawberry.type(description="Where the people live whom a service is for.")
class ServiceArea:
    area: Area | None = planned(One(on=lambda p, r: r.pcode == p.pcode), "An area of the network's.")
    name: str | None = text("names", "As the source words it.", language=None)


@strawberry.type(description="What makes a place reachable for people with disabilities, or does not.")
class Accessibility:
    description: str | None = text("descriptions", "What there is, or is missing.", language=None)
    details: str | None = column(more.Accessibility.details, "More, in words.")
    website: str | None = column(more.Accessibility.website, "Where more is said of it.")


@strawberry.type(description="What a term is called in another scheme.")
class TermMapping:
    scheme: str = column(more.TermMapping.scheme, "The other taxonomy.")
    code: str = column(more.TermMapping.code, "The code in it.")
    equivalence: Mapping = column(more.TermMapping.equivalence, "How far it means the same; of the code.")


def _clock(moment: ColumnElement[object]) -> ColumnElement[str]:
    return func.to_char(moment, literal_column("'HH24:MI'"), type_=Text())


@strawberry.type(description="Hours that repeat, on the clock of the place.")
class Schedule:
    weekdays: list[str] = column(tables.Schedule.weekdays, "MO, TU, WE, TH, FR, SA, SU (RFC 5545).")
    rule: str | None = column(
        tables.Schedule.rule,
        "A recurrence rule (RFC 5545), in place of weekdays where it is not every week.",
    )
    opens: str = planned(Expression(lambda r, _g: _clock(r.opens)), "HH:MM.")
    closes: str = planned(Expression(lambda r, _g: _clock(r.closes)), "HH:MM; not after `opens`: on the next day.")
    valid_from: Date | None = column(tables.Schedule.valid_from, "The first day.")
    valid_to: Date | None = column(tables.Schedule.valid_to, "The last day.")
    note: str | None = text("notes", "What else is to be known of these hours.", language=None)


@strawberry.type(description="A day on which the hours that repeat do not hold.")
class ScheduleException:
    day: Date = column(tables.ScheduleException.day, "The day.")
    opens: str | None = planned(Expression(lambda r, _g: _clock(r.opens)), "HH:MM; null: closed all day.")
    closes: str | None = planned(Expression(lambda r, _g: _clock(r.closes)), "HH:MM; null: closed all day.")


def list_of(table: FromClause, owner: str, description: str, *order: str) -> Any:
    """A field that lists the rows of a table whose column `owner` names the row it stands in."""
    keys = (*order, "id")
    source = Many(on=lambda p, r: r[owner] == p.id, order=lambda r: [r[key] for key in keys], table=table)
    return planned(source, description)
