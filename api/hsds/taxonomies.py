"""The taxonomies of the network and of its partners, and their terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.hsds.reading import Choice
from partners.hsds.taxonomies import OWN, own_terms, taxonomy, taxonomy_id, term

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    import asyncpg

    from api.hsds.asked import Asked
    from models.session import Connection

TERM = """t.scheme, t.code, t.labels, t.language, t.parent_id::text AS "parentId" """
SCHEMES = "SELECT DISTINCT scheme FROM term ORDER BY scheme"


async def schemes(connection: Connection) -> list[str]:
    """This will be the schemes that there are terms of, our own first."""
    return [*OWN, *(row["scheme"] for row in await connection.fetch(SCHEMES) if row["scheme"] not in OWN)]


async def scheme_of(connection: Connection, id: UUID | None) -> str | None:
    """This will be the scheme of a taxonomy; None where there is none such."""
    if id is None:
        return None
    return next((scheme for scheme in await schemes(connection) if taxonomy_id(scheme) == str(id)), None)


async def taxonomies(connection: Connection, asked: Asked) -> list[dict[str, Any]]:
    """This will be all taxonomies that are asked for: there are few."""
    found = [taxonomy(scheme) for scheme in await schemes(connection)]
    words = (asked.search or "").casefold()
    return [each for each in found if words in f"{each['name']} {each['description']}".casefold()]


def own(asked: Asked) -> list[dict[str, Any]]:
    """This will be the terms of our own taxonomies that are asked for: they have no parents."""
    if asked.parent_id or (asked.taxonomy_id and asked.scheme not in OWN):
        return []
    words = (asked.search or "").casefold()
    of = [asked.scheme] if asked.scheme else [*OWN]
    return [each for scheme in of for each in own_terms(scheme) if words in f"{each['name']} {each['code']}".casefold()]


def terms(asked: Asked) -> Choice:
    """This will be the terms of partners' taxonomies that are asked for."""
    choice = Choice("t.id", TERM, "term t WHERE true")
    if asked.taxonomy_id:
        choice.conditions.append(f"t.scheme = {choice.argument(asked.scheme or '')}")
    if asked.parent_id:
        choice.conditions.append(f"t.parent_id = {choice.argument(asked.parent_id)}")
    if asked.top_only:
        choice.conditions.append("t.parent_id IS NULL")
    if asked.search:
        words = choice.argument(asked.search)
        choice.conditions.append(f"position(folded({words}) IN folded(t.code || ' ' || t.labels::text)) > 0")
    return choice


def said(rows: Sequence[asyncpg.Record]) -> list[dict[str, Any]]:
    """This will be terms, each in its original language."""
    return [term({**row, "id": str(row["id"])}) for row in rows]
