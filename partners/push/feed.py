"""Reads what a partner sent: JSON as importServices takes it, `{"services": [...]}`, or a sheet."""

import json
from typing import Any

from models.partners import RecordKind
from partners.connector import Look, Source
from partners.outgoing import Asker
from partners.records import Feed, Remote, Swept, Unreadable, storable
from partners.sheets import feed as sheets

LONGEST_ID = 200


class NothingSent(Unreadable):
    """This partner sends what it has; there is nothing to be read of it."""


class NotServices(Unreadable):
    """The file is no JSON of services: {"services": [{"remoteId": ..., "names": ...}]}."""


async def look(source: Source, ask: Asker) -> Look:
    """This will say what was sent. Raises Unreadable."""
    if source.pushed is None:
        return Look("a partner that sends", notes=(str(NothingSent.__doc__),))
    if not is_json(source.pushed):
        return await sheets.look(source, ask)
    return Look("services as importServices takes them", {"services": str(len(_services(source.pushed)))})


async def read(source: Source, ask: Asker) -> Feed:
    """This will hand over what was sent. Raises Unreadable."""
    if source.pushed is None:
        raise NothingSent(str(NothingSent.__doc__))
    if not is_json(source.pushed):
        async for part in sheets.read(source, ask):
            yield part
        return
    for place, service in enumerate(_services(source.pushed)):
        yield remote(place, service)
    yield Swept(RecordKind.SERVICE, complete=source.whole)


def remote(place: int, service: Any) -> Remote:
    """This will be one service as it was sent; `place` in the list, from 0, is where its sender finds it."""
    where = f"services[{place}]"
    if not isinstance(service, dict):
        return Remote(RecordKind.SERVICE, where, {"service": {}}, where, unreadable="It is no object. Send one.")
    said: dict[str, Any] = storable(service)
    own = said.get("remoteId")
    if not isinstance(own, str) or not 0 < len(own) <= LONGEST_ID:
        problem = f"It has no remoteId of 1 to {LONGEST_ID} signs: your own id of the service, which stays the same."
        return Remote(RecordKind.SERVICE, where, {"service": said}, where, unreadable=problem)
    return Remote(RecordKind.SERVICE, own, {"service": said}, where)


def is_json(body: bytes) -> bool:
    return body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


def _services(body: bytes) -> list[Any]:
    try:
        said = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as failure:
        raise NotServices(f"{NotServices.__doc__} {str(failure)[:200]}") from failure
    services = said.get("services") if isinstance(said, dict) else said
    if not isinstance(services, list):
        raise NotServices(str(NotServices.__doc__))
    return services
