"""Whom to ask, and by which name others know somebody: telephones, contacts and identifiers in the graph."""

from collections.abc import Sequence
from typing import Any

import strawberry
from sqlalchemy import FromClause

from models.directory import Phone as PhoneTable
from models.directory_details import Contact as ContactTable
from models.directory_details import OrganizationIdentifier
from models.rules.vocabulary import PhoneKind
from planner.fields import Many, column, planned


@strawberry.type(description="A telephone.")
class Phone:
    number: str = column(PhoneTable.number, "As E.164 where that is known.")
    extension: str | None = column(PhoneTable.extension, "What is dialled after it.")
    kind: PhoneKind = column(PhoneTable.kind, "What answers.")
    description: str | None = column(PhoneTable.description, "Whom it reaches, and when.")
    languages: list[str] = column(PhoneTable.languages, "In which one is answered, BCP 47; empty where not told.")


@strawberry.type(description="Who answers: by role, and by name where it is told.")
class Contact:
    name: str | None = column(ContactTable.name, "A person's name.")
    title: str | None = column(ContactTable.title, "Their role.")
    department: str | None = column(ContactTable.department, "Where in the organisation.")
    email: str | None = column(ContactTable.email, "E-mail address.")
    number: str | None = column(ContactTable.number, "Telephone, E.164.")


@strawberry.type(description="A number or code by which others know an organisation.")
class Identifier:
    scheme: str = column(OrganizationIdentifier.scheme, "Who gives it: a register's name or address.")
    value: str = column(OrganizationIdentifier.value, "The number or code.")


def phones(owner: str, description: str, directives: Sequence[object] = ()) -> Any:
    """The field `phones` of what a column of the telephones names."""
    return _of(PhoneTable.__table__, owner, description, directives)


def contacts(owner: str, directives: Sequence[object] = ()) -> Any:
    """The field `contacts` of what a column of the contacts names."""
    return _of(ContactTable.__table__, owner, "Who answers, by role.", directives)


def _of(table: FromClause, owner: str, description: str, directives: Sequence[object]) -> Any:
    source = Many(on=lambda p, r: r[owner] == p.id, order=lambda r: [r.id], table=table)
    return planned(source, description, directives=directives)
