"""Chooses the arguments of generated operations: mostly what finds something; else what is odd, hidden or refused."""

from typing import Any, Final

from graphql import GraphQLEnumType, GraphQLField, GraphQLInputObjectType, get_named_type
from hypothesis import strategies as st

from tests.planner.known import LANGUAGES, ODD_IDS, Known

NAMED_BY = {
    "organization": ("Organization", "slug", "slug"),
    "location": ("Location", "slug", "Location.slug"),
    "referral": ("Referral", "reference", "reference"),
    "course": ("Course", "code", "course code"),
    "training": ("Training", "code", "training code"),
    "partner": ("Partner", "name", "partner name"),
}
"Root fields that take an id or a name of its own."
BY_ID = {"service": "Service", "person": "Person", "borderFlow": "BorderFlow", "directoryImport": "DirectoryImport"}
KEYED = {"Area": {"pcode": "OrganizationFilter.pcode"}, "Indicator": {"code": "code"}}
"Types that federation knows by a name alone, and nobody by an id."
DIMENSIONS = ["SEX", "SEX", "AGE_GROUP", "DEPARTMENT", "RETURN_TYPE", "MONTH", "QUARTER", "ORGANIZATION_KIND"]
Absent: Final = object()
"A variable that is declared and not given."


class Values:
    """The arguments of one field, drawn."""

    def __init__(self, draw: Any, who: Known) -> None:
        self.draw, self.who = draw, who

    def chance(self, one_in: int) -> bool:
        return bool(self.draw(st.integers(1, one_in)) == one_in)

    def choose(self, options: Any) -> Any:
        return self.draw(st.sampled_from(options))

    def of(self, kind: str, name: str, definition: GraphQLField) -> dict[str, Any]:
        """By name; what is left out is left out."""
        if "language" in definition.args:
            return {"language": self.choose(LANGUAGES)} if self.chance(2) else {}
        if name == "node":
            kinds = [each for each, ids in self.who.ids.items() if ids]
            return {"id": self.id(self.choose(kinds))}
        if name == "_entities":
            return {"representations": [self.reference() for _ in range(self.draw(st.integers(0, 5)))]}
        if kind.startswith("Indicator") or name in ("indicator", "indicatorRelease"):
            return self.figures(name)
        if name in NAMED_BY:
            return self.named(*NAMED_BY[name])
        if name == "attendanceDevice":
            return {"deviceId": self.choose([*self.who.words["device"], "nobody's"])}
        if name in BY_ID:
            return {"id": self.id(BY_ID[name])}
        if name == "directoryRecord":
            moments = [{}, {}, {"asOf": self.who.words["since"][0]}, {"asOf": "2020-01-01T00:00:00Z"}, {"asOf": None}]
            return {"id": self.id(self.choose(["Organization", "Location", "Service"])), **self.choose(moments)}
        return self.listed(kind, name, definition)

    def reference(self) -> dict[str, str]:
        """One of federation's references."""
        kind = self.choose(["Organization", "Organization", "Service", "ServiceAtLocation", "Location", *KEYED])
        keys = {**KEYED, "Organization": {"slug": "slug"}}.get(kind, {})
        by = self.choose([*keys, "id"][: 1 if kind in KEYED else 2])
        return {"__typename": kind, by: self.choose(self.who.words[keys[by]]) if by in keys else self.id(kind)}

    def figures(self, name: str) -> dict[str, Any]:
        """Which indicator, which of its releases, by which dimensions."""
        if name == "indicator":
            return {"code": self.choose([*self.who.words["code"], "NOBODY"])}
        if name == "indicatorRelease":
            return {"id": self.choose([*self.who.words["release"], *ODD_IDS])}
        if name == "cells":
            some = st.lists(st.sampled_from(DIMENSIONS), max_size=3, unique=True)
            return {"by": self.draw(some)}
        chosen: list[dict[str, Any]] = [{}, {"last": 1}, {"last": 3}, {"last": 0}, {"last": Absent}, {"last": 100}]
        every = self.choose([{}, {}, {"every": "MONTH"}, {"every": "OTHER"}, {"every": None}])
        return {**self.choose(chosen), **every}

    def id(self, kind: str) -> str:
        found = self.who.ids[kind]
        if found and not self.chance(10):
            return str(self.choose(found))
        return str(self.choose([*ODD_IDS, *self.who.words["hidden"]]))

    def named(self, kind: str, by: str, words: str) -> dict[str, Any]:
        names = self.who.words[words] or ["nobody"]
        name = self.choose(names) if not self.chance(12) else "nobody"
        ways: list[dict[str, Any]] = [
            {"id": self.id(kind)},
            {by: name},
            {"id": None, by: name},
            {"id": Absent, by: name},
            {"id": self.id(kind), by: name},
        ]
        return self.choose([*ways[:2], *ways]) if not self.chance(30) else {}

    def listed(self, kind: str, name: str, definition: GraphQLField) -> dict[str, Any]:
        """A page of a list: filtered, sorted, and cut somewhere."""
        found: dict[str, Any] = {}
        order = ""
        if name == "auditEntries":
            found["filter"] = {"before": self.who.words["since"][0]} | self.audited()
        elif "filter" in definition.args and not self.chance(3):
            found["filter"] = self.filter(get_named_type(definition.args["filter"].type))
        if "fromTheBeginning" in definition.args and not self.chance(4):
            found["fromTheBeginning"] = not self.chance(8)
        if "orderBy" in definition.args:
            order = self.order(name, found, definition)
        root = kind == "Query"
        found |= self.paging(f"{kind}.{name}{order}", definition, root=root)
        return found

    def audited(self) -> dict[str, Any]:
        """What else is asked of the audit; what is written to it while the test runs is never asked for."""
        subject = {"subjectId": self.id("Person")}
        return dict(self.choose([{}, {"act": "read:people"}, {"clientId": "the-client"}, subject, {"since": None}]))

    def order(self, name: str, found: dict[str, Any], definition: GraphQLField) -> str:
        """The order's name in cursors. A search by words is sorted by name or distance: relevance is PostgreSQL's."""
        kind = get_named_type(definition.args["orderBy"].type)
        assert isinstance(kind, GraphQLInputObjectType)
        fields = get_named_type(kind.fields["field"].type)
        assert isinstance(fields, GraphQLEnumType)
        asked = found.get("filter")
        filtered = {key for key, value in asked.items() if value is not None} if isinstance(asked, dict) else set()
        by_words, near = name == "services" and "text" in filtered, " near" if "near" in filtered else ""
        if self.chance(3) and not by_words:
            return f" RELEVANCE DESC{near}" if name == "services" else " CREATED_AT"
        chosen = self.choose([each for each in fields.values if not (by_words and each == "RELEVANCE")])
        direction = self.choose(["ASC", "DESC"])
        found["orderBy"] = {"field": chosen, "direction": direction}
        return f" {chosen}{' DESC' if direction == 'DESC' else ''}{near}" if name == "services" else f" {chosen}"

    def paging(self, where: str, definition: GraphQLField, *, root: bool) -> dict[str, Any]:
        sizes = [0, 1, 2, 3, 5, 10, 25] if root else [0, 1, 2, 3]
        cursors = self.who.cursors.get(where, [])
        forward, backward = {"first": self.choose(sizes)}, {"last": self.choose(sizes)}
        ways: list[dict[str, Any]] = [
            forward,
            forward,
            backward,
            {} if root else forward,
            {"first": None},
            {"first": Absent},
        ]
        chosen = dict(self.choose(ways))
        if cursors and not self.chance(3):
            chosen["after" if self.chance(2) else "before"] = self.choose(cursors)
            if self.chance(8):
                chosen["before"] = self.choose(cursors)
        if root and self.chance(25):
            chosen |= self.choose(
                [{"first": 101}, {"last": -1}, {"first": 1, "last": 1}, {"after": "bm8="}, {"before": ""}]
            )
        return {name: value for name, value in chosen.items() if name in definition.args}

    def filter(self, kind: Any) -> dict[str, Any] | None:
        if self.chance(15):
            return None
        useful = [name for name in kind.fields if self.who.words.get(f"{kind.name}.{name}") != []]
        names = self.draw(st.lists(st.sampled_from(useful), max_size=2, unique=True))
        return {name: self.matching(kind, name) for name in names}

    def matching(self, kind: GraphQLInputObjectType, name: str) -> Any:
        """A value of a filter's field; null as often as someone leaves it empty."""
        if self.chance(12):
            return None
        inner = get_named_type(kind.fields[name].type)
        words = self.who.words.get(f"{kind.name}.{name}")
        listed = str(kind.fields[name].type).startswith("[")
        if name == "near":
            return self.near()
        if name == "openAt":
            return self.choose(["2026-11-23T15:00:00Z", "2026-11-24T09:30:00-05:00", "2027-01-02T03:00:00.5Z"])
        if words is not None:
            one = self.choose(words)
            return self.choose([[one], [one, self.choose(words)], []]) if listed else one
        if isinstance(inner, GraphQLEnumType):
            values = list(inner.values)
            return self.draw(st.lists(st.sampled_from(values), max_size=6)) if listed else self.choose(values)
        return self.choose([True, False]) if inner.name == "Boolean" else self.choose([0, 4, 14, 17, 18, 30, 70])

    def near(self) -> dict[str, float]:
        latitude, longitude = (float(part) for part in self.choose(self.who.words["points"]).split())
        return {"latitude": latitude, "longitude": longitude, "withinKm": self.choose([1, 12.5, 80, 400])}
