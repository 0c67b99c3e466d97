"""Asks a partner's HSDS 3 API: what it is, and its lists page by page, whatever its totals say.

Source: Open Referral HSDS 3.1, API reference; the traps are named in the design (directory, "Connectors").
"""

import json
import re
from collections.abc import AsyncIterator
from typing import Any

from partners.outgoing import Asker, NotFound
from partners.records import Unreadable

PER_PAGE = 100
MOST_PAGES = 50_000


class NotHSDS(Unreadable):
    """The address does not answer as an HSDS 3 API does."""


class Repeats(Exception):
    """A list began again before it told of all that it speaks of."""


async def system_of(base: str, ask: Asker) -> tuple[dict[str, str], str | None]:
    """This will be what the system says of itself, and what is odd about that."""
    try:
        said = read_json(await ask.get(f"{base}/"), base)
    except NotFound:
        return {}, f"{base}/ does not tell the version of HSDS; 3 is taken for granted."
    version = str(said.get("version", "")) if isinstance(said, dict) else ""
    if not re.search(r"(?<![\d.])3\.\d", version):
        raise NotHSDS(f"{base}/ speaks of version “{version[:40]}”; HSDS 3 is read here.")
    return {"version": version[:100], "profile": str(said.get("profile", ""))[:500]}, None


async def pages(url: str, ask: Asker, **query: str) -> AsyncIterator[list[Any]]:
    """This will hand over items page by page, none twice, to the last page, an empty one, or one seen before.

    Totals are never followed; one that speaks of more than was found makes the list doubtful: Repeats, at its end.
    """
    seen: set[str] = set()
    for number in range(1, MOST_PAGES + 1):
        page = read_json(await ask.get(url, **query, page=number, per_page=PER_PAGE), url)
        items = page.get("contents") if isinstance(page, dict) else None
        if not isinstance(items, list):
            raise NotHSDS(f"{url}: page {number} has no list of contents.")
        if not items:
            return
        new = [item for item in items if _key(item) not in seen]
        seen |= {_key(item) for item in new}
        if new:
            yield new
        if page.get("last_page") is True:
            return
        if not new:
            total = page.get("total_items")
            if isinstance(total, int) and total > len(seen):
                raise Repeats(
                    f"{url} repeats itself after {len(seen)} records though it speaks of {total}; "
                    "nothing is taken as missing. Tell the partner that paging does not work."
                )
            return
    raise NotHSDS(f"{url} has more than {MOST_PAGES} pages.")


def id_of(item: Any) -> str | None:
    """This will be the identifier of a record; None where it has none that can be kept."""
    value = item.get("id") if isinstance(item, dict) else None
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text if 0 < len(text) <= 200 else None


def unnamed(item: Any) -> str:
    """This will tell an item without an identifier from others."""
    return f"unnamed:{_key(item)}"


def _key(item: Any) -> str:
    return id_of(item) or json.dumps(item, sort_keys=True)[:2000]


def read_json(body: bytes, url: str) -> Any:
    """This will read an answer. Raises NotHSDS."""
    try:
        return json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as failure:
        raise NotHSDS(f"{url} does not answer with JSON, or not with all of it.") from failure
