"""How is a row of the directory written so that writing it again changes nothing? By a guard on what stands."""

from collections.abc import Mapping
from enum import StrEnum, auto
from functools import cache
from typing import Any
from uuid import UUID

from models import Base
from models.session import DIALECT, Connection


class Written(StrEnum):
    """What became of a row."""

    NEW = auto()
    CHANGED = auto()
    SAME = auto()


async def write(
    connection: Connection,
    table: str,
    values: Mapping[str, Any],
    *,
    at: UUID | None,
    beside: Mapping[str, Any] | None = None,
) -> tuple[UUID, Written]:
    """This will insert a row, or where `at` names one bring it up to date; one statement.

    beside: columns that are written with the rest and are no reason to write, such as the time of fetching.
    """
    beside = beside or {}
    columns, extra = tuple(values), tuple(beside)
    arguments = (*values.values(), *beside.values())
    if at is None:
        return await connection.fetchval(_insert(table, columns + extra), *arguments), Written.NEW
    changed = await connection.fetchval(_update(table, columns, extra), *arguments, at)
    return at, Written.CHANGED if changed else Written.SAME


async def write_set(
    connection: Connection,
    table: str,
    owner: tuple[str, UUID],
    rows: list[dict[str, Any]],
    *,
    new: bool,
) -> bool:
    """This will make the rows of a table that belong to an owner be just these; answers whether anything changed.

    new: the owner was just made, so that nothing has to be looked at. Up to three statements.
    """
    kept: set[tuple[Any, ...]] = set()
    surplus: list[UUID] = []
    if not new:
        column, owner_id = owner
        listed = ", ".join(["id", *(rows[0] if rows else ())])
        for row in await connection.fetch(f'SELECT {listed} FROM "{table}" WHERE {column} = $1', owner_id):
            standing = tuple(_comparable(value) for value in list(row.values())[1:])
            wanted = {tuple(_comparable(value) for value in each.values()) for each in rows}
            if rows and standing in wanted and standing not in kept:
                kept.add(standing)
            else:
                surplus.append(row["id"])
    missing = [each for each in rows if tuple(_comparable(value) for value in each.values()) not in kept]
    if surplus:
        await connection.execute(f'DELETE FROM "{table}" WHERE id = ANY($1)', surplus)
    if missing:
        column, owner_id = owner
        statement = _insert(table, (column, *missing[0]))
        await connection.executemany(statement, [(owner_id, *each.values()) for each in missing])
    return bool(surplus or missing)


def _comparable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list | tuple) else value


@cache
def _insert(table: str, columns: tuple[str, ...]) -> str:
    values = ", ".join(_parameters(table, columns))
    return f'INSERT INTO "{table}" ({", ".join(columns)}) VALUES ({values}) RETURNING id'


@cache
def _update(table: str, columns: tuple[str, ...], beside: tuple[str, ...]) -> str:
    parameters = _parameters(table, columns + beside)
    assigned = ", ".join(f"{column} = {value}" for column, value in zip(columns + beside, parameters, strict=True))
    compared = ", ".join(parameters[: len(columns)])
    return (
        f'UPDATE "{table}" SET {assigned} WHERE id = ${len(parameters) + 1}::uuid '
        f"AND ({', '.join(columns)}) IS DISTINCT FROM ({compared}) RETURNING true"
    )


def _parameters(table: str, columns: tuple[str, ...]) -> list[str]:
    """Each with its column's type: a value that stands in two clauses is otherwise taken for two types."""
    types = Base.metadata.tables[table].c
    return [f"${position}::{types[column].type.compile(dialect=DIALECT)}" for position, column in enumerate(columns, 1)]
