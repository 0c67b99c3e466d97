"""The Locations that other resources point to: as they were just read, else asked for by their ids."""

from collections import OrderedDict
from collections.abc import Iterable

from partners.fhir.elements import dicts
from partners.fhir.locations import is_area
from partners.fhir.pages import Pages
from partners.fhir.references import named
from partners.fhir.system import parsed
from partners.fhir.texts import Json
from partners.outgoing import Asker, InnerAddress, NotFound
from partners.records import Unreadable, storable

MOST_KEPT = 10_000
ASKED_AT_ONCE = 50
ASKED_ALONE = 200
"Of one page: where a server does not search by `_id`."
LEVELS = 4
"Of areas above a place."


class Nearby:
    """Locations of one server, the ones that were needed last."""

    def __init__(self, base: str, ask: Asker) -> None:
        self.base, self._ask = base, ask
        self._kept: OrderedDict[str, Json | None] = OrderedDict()

    def keep(self, resource: Json) -> None:
        self._put(str(resource.get("id")), resource)

    async def around(self, resources: Iterable[Json]) -> dict[str, list[Json]]:
        """This will be, by the id of each resource, the Locations it points to and the areas those lie in.

        A location that the server does not give is left out. Raises what asking raises where the server is down.
        """
        listed = list(resources)
        wanted = {str(each.get("id")): self._pointed(each) for each in listed}
        for _ in range(LEVELS):
            await self._fetch({one for ids in wanted.values() for one in ids if one not in self._kept})
            above = {each: self._above(ids) for each, ids in wanted.items()}
            grown = {each: list(dict.fromkeys([*ids, *above[each]])) for each, ids in wanted.items()}
            if grown == wanted:
                break
            wanted = grown
        return {each: [found for one in ids if (found := self._kept.get(one))] for each, ids in wanted.items()}

    def _pointed(self, resource: Json) -> list[str]:
        references = [resource.get("partOf")] if resource.get("resourceType") == "Location" else []
        references += [*dicts(resource, "location"), *dicts(resource, "coverageArea")]
        ids = (named(each, "Location", self.base) for each in references)
        return [each for each in dict.fromkeys(ids) if each and not each.startswith("#")]

    def _above(self, ids: Iterable[str]) -> list[str]:
        """What the places among some Locations are part of, and the areas those are part of in turn."""
        found = (self._kept.get(each) for each in ids)
        above = [named(each.get("partOf"), "Location", self.base) for each in found if each]
        return [each for each in above if each and (each not in self._kept or _area(self._kept[each]))]

    async def _fetch(self, ids: set[str]) -> None:
        wanted = sorted(ids)
        for start in range(0, len(wanted), ASKED_AT_ONCE):
            some = wanted[start : start + ASKED_AT_ONCE]
            try:
                pages = Pages(f"{self.base}/Location", {"_id": ",".join(some), "_count": ASKED_AT_ONCE}, self._ask)
                async for entries in pages.entries():
                    for entry in entries:
                        resource = entry.get("resource")
                        if isinstance(resource, dict) and resource.get("id") in some:
                            self.keep(storable(resource))
            except InnerAddress:
                raise
            except Unreadable:
                await self._one_by_one(some[:ASKED_ALONE])
            for each in some:
                if each not in self._kept:
                    self._put(each, None)

    async def _one_by_one(self, ids: list[str]) -> None:
        for each in ids:
            try:
                self.keep(storable(parsed(await self._ask.get(f"{self.base}/Location/{each}"), self.base)))
            except NotFound:
                self._put(each, None)

    def _put(self, record: str, resource: Json | None) -> None:
        self._kept[record] = resource
        self._kept.move_to_end(record)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)


def _area(resource: Json | None) -> bool:
    return resource is not None and is_area(resource)
