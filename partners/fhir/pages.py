"""Follows the pages of a FHIR search or history to their end: same origin only, capped, none twice."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from partners.fhir.elements import dicts, inner, instant
from partners.fhir.system import NotFHIR, parsed
from partners.fhir.texts import Json
from partners.outgoing import Asker

MOST_PAGES = 5_000


class LedElsewhere(NotFHIR):
    """The server's next page lies on another server: it is not followed."""


class Pages:
    """The pages of one question."""

    def __init__(self, url: str, query: Mapping[str, str | int], ask: Asker) -> None:
        self.url, self.query, self._ask = url, query, ask
        self.began: datetime | None = None
        "The server's own time when it began to answer: where the next reading may begin. None: it did not tell."
        self.total: int | None = None
        self.odd: str | None = None
        "Why the list cannot be believed to be whole."

    async def entries(self) -> AsyncIterator[list[Json]]:
        """This will be the entries of each page. Raises NotFHIR, LedElsewhere and what asking raises."""
        url, query, asked, seen = self.url, dict(self.query), set[str](), set[Any]()
        for number in range(MOST_PAGES):
            bundle = parsed(await self._ask.get(url, **query), url)
            if bundle.get("resourceType") != "Bundle":
                raise NotFHIR(
                    f"{url} answers with {str(bundle.get('resourceType'))[:40]}, where a Bundle was expected."
                )
            entries = dicts(bundle, "entry")
            if number == 0:
                self._begin(bundle, entries)
            new = [entry for entry in entries if _key(entry) not in seen]
            seen |= {_key(entry) for entry in new}
            if new:
                yield new
            onward = _next(bundle)
            if onward is None:
                return
            if entries and not new:
                self.odd = f"{self.url} repeats itself after {len(seen)} entries."
            asked.add(url)
            url, query = self._followed(url, onward), {}
            if url in asked:
                self.odd = f"{self.url} leads back to a page that was read."
            if self.odd or not entries:
                return
        raise NotFHIR(f"{self.url} has more than {MOST_PAGES} pages.")

    def _begin(self, bundle: Json, entries: list[Json]) -> None:
        told = instant(inner(bundle, "meta").get("lastUpdated"))
        latest = max(filter(None, map(changed_at, entries)), default=None)
        self.began = told or latest
        total = bundle.get("total")
        self.total = total if isinstance(total, int) and not isinstance(total, bool) else None

    def _followed(self, url: str, onward: str) -> str:
        found = urljoin(url, onward)
        here, there = urlsplit(self.url), urlsplit(found)
        if (there.scheme, there.netloc) != (here.scheme, here.netloc):
            raise LedElsewhere(
                f"{self.url}: its next page lies at {there.scheme}://{there.netloc}, which is another server. "
                "Ask the partner to set the address under which its server is known."
            )
        return found


def changed_at(entry: Json) -> datetime | None:
    """This will be when what an entry speaks of was changed last; None where it does not say."""
    meta = inner(inner(entry, "resource"), "meta")
    return instant(meta.get("lastUpdated")) or instant(inner(entry, "response").get("lastModified"))


def _next(bundle: Json) -> str | None:
    links = (each.get("url") for each in dicts(bundle, "link") if each.get("relation") == "next")
    return next((str(link) for link in links if link), None)


def _key(entry: Json) -> Any:
    """What tells one entry from another: the version of a record, or the word that it was deleted."""
    resource, request = inner(entry, "resource"), inner(entry, "request")
    meta, response = inner(resource, "meta"), inner(entry, "response")
    named = (
        (resource.get("resourceType"), resource.get("id")) if resource else (request.get("url"), entry.get("fullUrl"))
    )
    version = (meta.get("versionId"), meta.get("lastUpdated"), response.get("etag"), response.get("lastModified"))
    return tuple(map(str, (*named, *version, request.get("method"))))
