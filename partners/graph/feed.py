"""Reads a partner's GraphQL by its saved query: page by page, none twice, to an end that is always there.

Source: GraphQL (September 2025), 7 Response; GraphQL over HTTP, 5 Request; Relay cursor connections for their paging.
"""

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

from models.partners import RecordKind
from partners.connector import Look, Source
from partners.graph.answers import Answer, Item, NotGraphQL, at, read_answer
from partners.graph.reading import moment_of
from partners.outgoing import Asker, InnerAddress
from partners.records import Feed, Remote, Swept, Unreadable, storable
from partners.saved_query import Paging, SavedQuery

MOST_PAGES = 5_000
OVERLAP = timedelta(seconds=60)
"Asked for again: clocks differ, and what was being written was not yet to be seen."

Page = tuple[list[Item], str | None]
"New items of one page, and why the list may not be whole."


class NoSavedQuery(Unreadable):
    """The partner's settings hold no query. Give one: “graphql” in its settings, see docs/graphql-partner.md."""


async def look(source: Source, ask: Asker) -> Look:
    """This will say whether a system speaks GraphQL, and what the first page of the saved query brings."""
    answer = await _ask(source.address, {"query": "query Konbit { __typename }"}, ask)
    root = answer.data.get("__typename")
    if not isinstance(root, str):
        raise NotGraphQL(f"{source.address} does not say the name of its query type.")
    saved = source.settings.graphql
    if saved is None:
        return Look("GraphQL", {"query type": root}, ("No query is saved for it: see docs/graphql-partner.md.",))
    first = await _ask(source.address, _question(saved, _first(saved), None), ask)
    items, doubt = first.items(saved.items)
    return Look("GraphQL", {"query type": root, "on the first page": str(len(items))}, (doubt,) if doubt else ())


async def read(source: Source, ask: Asker) -> Feed:
    """This will hand over what the saved query lists, then how far it got; what failed later ends the sweep alone.

    Raises Unreadable where the address does not speak GraphQL, or no query is saved.
    """
    saved = source.settings.graphql
    if saved is None:
        raise NoSavedQuery(NoSavedQuery.__doc__)
    since = None if source.whole or saved.since is None else source.cursor.get(RecordKind.SERVICE, {}).get("since")
    doubts: list[str] = []
    failure: str | None = None
    newest: datetime | None = moment_of(since)
    try:
        async for items, doubt in _pages(source.address, saved, since, ask):
            doubts += [doubt] if doubt else []
            for item in items:
                remote = _remote(item, saved, source.address)
                newest = max(filter(None, (newest, remote.modified_at)), default=None)
                yield remote
    except (InnerAddress, NotGraphQL):
        raise
    except Unreadable as reason:
        failure = str(reason)
    note = f"{source.address}: {doubts[0]}; nothing is taken as missing." if doubts else None
    whole = since is None and note is None and failure is None
    cursor = {"since": (newest - OVERLAP).isoformat()} if saved.since and newest and not (note or failure) else None
    yield Swept(RecordKind.SERVICE, complete=whole, note=note, failure=failure, cursor=cursor)


async def _pages(url: str, saved: SavedQuery, since: str | None, ask: Asker) -> AsyncIterator[Page]:
    """Pages to the last, an empty one, or one that brings nothing new; a cursor seen before ends it too."""
    seen: set[str] = set()
    asked: set[Any] = set()
    at_page: Any = _first(saved)
    for _ in range(MOST_PAGES):
        asked.add(at_page)
        answer = await _ask(url, _question(saved, at_page, since), ask)
        items, doubt = answer.items(saved.items)
        new = [item for item in items if _key(item, saved) not in seen]
        seen |= {_key(item, saved) for item in new}
        yield new, doubt
        following, odd = _next(saved.paging, answer, at_page, len(items))
        if following is not None and (following in asked or (items and not new)):
            odd = f"it repeats itself after {len(seen)} services: paging does not work there"
        elif isinstance(following, str) and not items:
            odd = "it answered an empty page and speaks of a next one"
        if odd:
            yield [], odd
        if odd or following is None:
            return
        at_page = following
    yield [], f"it has more than {MOST_PAGES} pages"


def _first(saved: SavedQuery) -> int | None:
    """What is asked for at first: nothing for a cursor, the start for an offset, 1 for a page."""
    return None if saved.paging is None else {"cursor": None, "offset": 0, "page": 1}[saved.paging.by]


def _next(paging: Paging | None, answer: Answer, at_page: Any, came: int) -> tuple[Any, str | None]:
    """What the next page is asked by, None where there is none; and why that is in doubt."""
    if paging is None:
        return None, None
    more = at(answer.data, paging.more) if paging.more else None
    if more == [False]:
        return None, None
    if paging.by == "cursor":
        cursor = next((each for each in at(answer.data, paging.cursor or "") if isinstance(each, str) and each), None)
        if cursor is None and more is not None:
            return None, "it does not say how to go on after a page"
        return cursor, None
    return (at_page + (came if paging.by == "offset" else 1) if came else None), None


def _question(saved: SavedQuery, at_page: Any, since: str | None) -> dict[str, Any]:
    variables = dict(saved.variables)
    if saved.paging:
        variables[saved.paging.variable] = at_page
        if saved.paging.size:
            variables[saved.paging.size] = saved.paging.per_page
    if saved.since:
        variables[saved.since] = since
    named = {"operationName": saved.operation} if saved.operation else {}
    return {"query": saved.query, "variables": variables, **named}


async def _ask(url: str, question: dict[str, Any], ask: Asker) -> Answer:
    """A query changes nothing, so it is asked again where a network fails."""
    return read_answer((await ask.ask("POST", url, headers={"accept": "application/json"}, json=question)).body, url)


def _remote(item: Item, saved: SavedQuery, url: str) -> Remote:
    raw = storable(item.value)
    kept = raw if isinstance(raw, dict) else {"value": raw}
    remote_id = _id(item, saved)
    if remote_id is None:
        unnamed = f"unnamed:{_key(item, saved)}"
        return Remote(
            RecordKind.SERVICE, unnamed, kept, url, unreadable="It has no id. Ask the partner to give it one."
        )
    modified = at(raw, saved.fields["modified_at"]) if "modified_at" in saved.fields else []
    return Remote(
        RecordKind.SERVICE,
        remote_id,
        kept,
        f"{url}#{remote_id}",
        moment_of(modified[0]) if modified else None,
        unreadable=item.broken,
    )


def _id(item: Item, saved: SavedQuery) -> str | None:
    found = [value for value in at(item.value, saved.fields["id"]) if isinstance(value, str | int)]
    text = str(found[0]).strip() if found and not isinstance(found[0], bool) else ""
    return text if 0 < len(text) <= 200 else None


def _key(item: Item, saved: SavedQuery) -> str:
    return _id(item, saved) or json.dumps(item.value, sort_keys=True)[:2000]
