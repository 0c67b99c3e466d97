"""Reads a partner's HSDS 3 API: every organisation, service and service at a location, as the partner tells it.

Source: Open Referral HSDS 3.1, API reference; the traps are named in the design (directory, "Connectors").
"""

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from models.partners import RecordKind
from partners.connector import Look, Source
from partners.outgoing import Asker, InnerAddress, NoAnswer, NotFound
from partners.records import Feed, Remote, Swept, Unreadable, storable

PER_PAGE = 100
MOST_PAGES = 5_000
FAILURES_IN_A_ROW = 3
"So many full records in a row that cannot be read mean that the system is down."
PATHS = {
    RecordKind.ORGANIZATION: "organizations",
    RecordKind.SERVICE: "services",
    RecordKind.SERVICE_AT_LOCATION: "service_at_locations",
}

Json = dict[str, Any]


class NotHSDS(Unreadable):
    """The address does not answer as an HSDS 3 API does."""


async def look(source: Source, ask: Asker) -> Look:
    """This will say which version and profile of HSDS a system speaks. Raises Unreadable."""
    system, note = await _system(source.address.rstrip("/"), ask)
    return Look(f"HSDS {system.get('version', '3')}", system, (note,) if note else ())


async def read(source: Source, ask: Asker) -> Feed:
    """This will hand over what the API lists, and after each kind how far it got.

    Raises Unreadable where the system as a whole cannot be read; what fails later ends its kind alone.
    """
    base = source.address.rstrip("/")
    system, note = await _system(base, ask)
    if note:
        yield Swept(RecordKind.ORGANIZATION, complete=False, note=note)
    carried: set[str] = set()
    for kind, path in PATHS.items():
        url = f"{base}/{path}"
        swept = Swept(kind, complete=True, system=system)
        try:
            async for page in _pages(url, ask):
                if isinstance(page, str):
                    swept = Swept(kind, complete=False, note=page, system=system)
                    continue
                records = [_remote(kind, item, url, carried) for item in page]
                async for record in _whole(records, page, ask):
                    if kind is RecordKind.SERVICE:
                        carried |= _places(record.raw)
                    yield record
        except InnerAddress:
            raise
        except NotFound as missing:
            if kind is RecordKind.SERVICE:
                raise NotHSDS(f"{missing}. The address must be the one below which /services is found.") from missing
            swept = Swept(kind, complete=False, note=f"The system has no /{path}; it is read from the services alone.")
        except Unreadable as failure:
            swept = Swept(kind, complete=False, failure=str(failure))
        yield swept


async def _system(base: str, ask: Asker) -> tuple[dict[str, str], str | None]:
    """What the system says of itself, and what is odd about that."""
    try:
        said = _json(await ask.get(f"{base}/"), base)
    except NotFound:
        return {}, f"{base}/ does not tell the version of HSDS; 3 is taken for granted."
    version = str(said.get("version", "")) if isinstance(said, dict) else ""
    if not re.search(r"(?<![\d.])3\.\d", version):
        raise NotHSDS(f"{base}/ speaks of version “{version[:40]}”; HSDS 3 is read here.")
    return {"version": version[:100], "profile": str(said.get("profile", ""))[:500]}, None


async def _pages(url: str, ask: Asker) -> AsyncIterator[list[Any] | str]:
    """Items page by page, none twice, to the last page, an empty page or a page seen before; and what is odd, if so.

    Totals are never followed; one that speaks of more than was found makes the list doubtful.
    """
    seen: set[str] = set()
    for number in range(1, MOST_PAGES + 1):
        page = _json(await ask.get(url, full="true", page=number, per_page=PER_PAGE), url)
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
                yield (
                    f"{url} repeats itself after {len(seen)} records though it speaks of {total}; "
                    "nothing is taken as missing. Tell the partner that paging does not work."
                )
            return
    raise NotHSDS(f"{url} has more than {MOST_PAGES} pages.")


def _remote(kind: RecordKind, item: Any, url: str, carried: set[str]) -> Remote:
    raw = storable(item)
    remote_id = _id(raw)
    if remote_id is None:
        kept = raw if isinstance(raw, dict) else {"value": raw}
        return Remote(
            kind, f"unnamed:{_key(item)}", kept, url, unreadable="It has no id. Ask the partner to give it one."
        )
    where = f"{url}/{quote(remote_id, safe='')}"
    return Remote(kind, remote_id, raw, where, _moment(raw.get("last_modified")), carried=remote_id in carried)


async def _whole(records: list[Remote], page: list[Any], ask: Asker) -> AsyncIterator[Remote]:
    """The records with all that belongs to them: one more question each where the list told less."""
    listed_whole = any(isinstance(item, dict) and "service_at_locations" in item for item in page)
    failures = 0
    for record in records:
        if record.unreadable or record.carried or _is_whole(record, listed_whole):
            yield record
            continue
        try:
            raw = storable(_json(await ask.get(record.where), record.where))
            if _id(raw) != record.remote_id:
                raise NotHSDS("it answers with another record")
            failures = 0
            yield Remote(record.kind, record.remote_id, raw, record.where, _moment(raw.get("last_modified")))
        except InnerAddress:
            raise
        except Unreadable as failure:
            failures += isinstance(failure, NoAnswer) and not isinstance(failure, NotFound)
            if failures >= FAILURES_IN_A_ROW:
                raise
            yield Remote(
                record.kind,
                record.remote_id,
                record.raw,
                record.where,
                record.modified_at,
                unreadable=f"Its full record could not be read: {failure}",
            )


def _is_whole(record: Remote, listed_whole: bool) -> bool:
    match record.kind:
        case RecordKind.SERVICE:
            return listed_whole
        case RecordKind.SERVICE_AT_LOCATION:
            location = record.raw.get("location")
            return isinstance(location, dict) and "addresses" in location
        case _:
            return True


def _places(service: Json) -> set[str]:
    places = service.get("service_at_locations")
    ids = (_id(place) for place in places) if isinstance(places, list) else ()
    return {found for found in ids if found}


def _id(item: Any) -> str | None:
    value = item.get("id") if isinstance(item, dict) else None
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text if 0 < len(text) <= 200 else None


def _key(item: Any) -> str:
    """What tells one item of a list from another."""
    return _id(item) or json.dumps(item, sort_keys=True)[:2000]


def _json(body: bytes, url: str) -> Any:
    try:
        return json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as failure:
        raise NotHSDS(f"{url} does not answer with JSON, or not with all of it.") from failure


def _moment(said: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(said or ""))
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
