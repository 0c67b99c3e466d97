"""Generates operations on the real schema, valid by construction, that ask by ids and cursors that are really there."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_interface_type,
    is_leaf_type,
)
from hypothesis import strategies as st

from tests.planner.known import Known
from tests.planner.values import Absent, Values

ROOTS = (
    "viewer", "node", "node", "organization", "organizations", "service", "services", "services", "location", "person",
    "people", "people", "referral", "referral", "referrals", "referrals", "referrals", "referralChanges",
    "referralChanges", "auditEntries", "borderFlow", "borderFlows", "indicator", "indicator",
    "indicators", "indicatorRelease", "_entities", "memberships", "invitations", "identityProviders", "clients",
    "directoryChanges", "directoryRecord", "verificationRequests", "suggestions", "drafts", "duplicates",
    "partner", "partners", "quarantine", "directoryImport", "organizations", "services", "referrals", "people",
)  # fmt: skip
WRAPPERS = ("Connection", "Edge")


@dataclass(frozen=True)
class Asked:
    """One generated request."""

    text: str
    variables: dict[str, Any]
    languages: tuple[str, ...]
    who: Known

    def __repr__(self) -> str:
        return f"as {self.who.name}, {self.languages}\n{self.text}\n{json.dumps(self.variables, ensure_ascii=False)}"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """As hypothesis prints what failed: not with all that the actor knows."""
        printer.text(repr(self))


@dataclass
class Keys:
    """The response keys of one object, so that what meets in one key is the same field with the same arguments."""

    taken: dict[str, tuple[str, "Keys"]] = field(default_factory=dict)

    def key(self, name: str, wanted: str | None, what: str) -> tuple[str, "Keys"]:
        """A free key, or one that already means the same; and the keys of the object in it."""
        key, number = wanted or name, 1
        while key in self.taken and self.taken[key][0] != what:
            key, number = f"{name}_{number}", number + 1
        return key, self.taken.setdefault(key, (what, Keys()))[1]

    def takes(self, other: "Keys") -> bool:
        """Whether a fragment with those keys may be spread here; if so, they are taken."""
        if other is self:
            return True
        if any(key in self.taken and self.taken[key][0] != what for key, (what, _) in other.taken.items()):
            return False
        for key, (what, inner) in list(other.taken.items()):
            if key in self.taken and not self.taken[key][1].takes(inner):
                return False
            self.taken.setdefault(key, (what, inner))
        return True


@dataclass
class Author:
    """Writes one operation."""

    draw: Any
    schema: GraphQLSchema
    who: Known
    budget: int = 45
    "How many more fields it may write."
    variables: dict[str, str] = field(default_factory=dict)
    "Definitions by name."
    given: dict[str, Any] = field(default_factory=dict)
    fragments: dict[str, tuple[str, str, Keys]] = field(default_factory=dict)
    "By name: type, text, keys."

    def chance(self, one_in: int) -> bool:
        return bool(self.draw(st.integers(1, one_in)) == one_in)

    def choose(self, options: Sequence[Any]) -> Any:
        return self.draw(st.sampled_from(options))

    def operation(self) -> Asked:
        root = self.schema.query_type
        assert root is not None
        keys = Keys()
        parts = [self.field(root, self.choose(ROOTS), keys, depth=4) for _ in range(self.draw(st.integers(1, 3)))]
        if self.chance(10):
            parts.append("__typename")
        body = "{ " + self.wrapped(root, parts, keys) + " }"
        named = f"({', '.join(self.variables.values())})" if self.variables else ""
        written = [f"query Q{named} {body}", *(f"fragment {n} on {t} {b}" for n, (t, b, _) in self.fragments.items())]
        languages = tuple(
            self.draw(st.lists(st.sampled_from(["fr", "ht", "es", "en", "fr-HT"]), max_size=3, unique=True))
        )
        return Asked("\n".join(written), self.given, languages, self.who)

    def selection(self, kind: Any, keys: Keys, depth: int) -> str:
        if is_abstract_type(kind):
            return self.abstract(kind, keys, depth)
        leaves = [name for name, each in kind.fields.items() if is_leaf_type(get_named_type(each.type))]
        objects = [name for name in kind.fields if name not in leaves]
        wrapper = kind.name.endswith(WRAPPERS)
        chosen = self.draw(st.lists(st.sampled_from(leaves), max_size=6, unique=True)) if leaves else []
        if objects and (depth > 0 or wrapper) and self.budget > 0:
            most = 3 if wrapper or depth > 2 else 2
            chosen += self.draw(st.lists(st.sampled_from(objects), min_size=int(wrapper), max_size=most, unique=True))
        if self.chance(8) and chosen:
            chosen.append(self.choose(chosen))
        parts = [self.field(kind, name, keys, depth if wrapper else depth - 1) for name in chosen]
        if self.chance(6) or not parts:
            key, _ = keys.key("__typename", self.alias(), "__typename")
            parts.append("__typename" if key == "__typename" else f"{key}: __typename")
        return "{ " + self.wrapped(kind, parts, keys) + " }"

    def abstract(self, kind: Any, keys: Keys, depth: int) -> str:
        parts = ["__typename", *(["id"] if self.chance(2) and is_interface_type(kind) else [])]
        keys.key("__typename", None, "__typename")
        keys.key("id", None, f"{kind.name}.id")
        among = [possible for possible in self.schema.get_possible_types(kind) if self.chance(2)]
        parts += [f"... on {one.name}{self.directive()} {self.selection(one, keys, depth)}" for one in among]
        return "{ " + " ".join(parts) + " }"

    def field(self, kind: GraphQLObjectType, name: str, keys: Keys, depth: int) -> str:
        self.budget -= 1
        definition = kind.fields[name]
        arguments = self.arguments(kind, name, definition)
        key, inner = keys.key(name, self.alias(), f"{kind.name}.{name}{arguments}")
        written = f"{name if key == name else f'{key}: {name}'}{arguments}{self.directive()}"
        named = get_named_type(definition.type)
        return written if is_leaf_type(named) else f"{written} {self.selection(named, inner, depth)}"

    def alias(self) -> str | None:
        return self.choose(["x", "y", "kind_", "id"]) if self.chance(8) else None

    def directive(self) -> str:
        if not self.chance(12):
            return ""
        name, wanted = self.choose(
            [("include", True), ("include", True), ("skip", False), ("skip", True), ("include", False)]
        )
        return f" @{name}(if: {self.written(wanted, GraphQLNonNull(GraphQLBoolean))})"

    def wrapped(self, kind: GraphQLObjectType, parts: list[str], keys: Keys) -> str:
        """The selections, some of them moved into a fragment, and a fragment of before spread where it fits."""
        if parts and self.chance(5):
            moved = parts.pop()
            on = self.choose(["", f" on {kind.name}"])
            parts.append(f"...{on}{self.directive()} {{ {moved} }}")
        if len(parts) > 1 and self.chance(6) and kind is not self.schema.query_type:
            name = f"F{len(self.fragments)}"
            self.fragments[name] = (kind.name, "{ " + " ".join(parts) + " }", Keys(dict(keys.taken)))
            parts = [f"...{name}{self.directive()}", *([parts[0]] if self.chance(3) else [])]
        elif self.fragments and self.chance(4):
            fitting = [name for name, (on, _, _) in self.fragments.items() if on == kind.name]
            if fitting:
                name = self.choose(fitting)
                if keys.takes(self.fragments[name][2]):
                    parts.append(f"...{name}")
        return " ".join(parts)

    def arguments(self, kind: GraphQLObjectType, name: str, definition: GraphQLField) -> str:
        if not definition.args:
            return ""
        values = Values(self.draw, self.who).of(kind.name, name, definition)
        written = [f"{each}: {self.written(value, definition.args[each].type)}" for each, value in values.items()]
        return f"({', '.join(written)})" if written else ""

    def written(self, value: Any, kind: GraphQLInputType) -> str:
        """The value as it stands in the document: itself, or a variable that holds it."""
        bare = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        if value is Absent:
            return self.absent(kind)
        if self.chance(3) or str(kind).startswith("[_Any"):
            return self.variable(value, kind)
        if value is None:
            return "null"
        if isinstance(bare, GraphQLList):
            return "[" + ", ".join(self.written(item, bare.of_type) for item in value) + "]"
        if isinstance(bare, GraphQLInputObjectType):
            fields = (f"{name}: {self.written(part, bare.fields[name].type)}" for name, part in value.items())
            return "{" + ", ".join(fields) + "}"
        return str(value) if isinstance(bare, GraphQLEnumType) else json.dumps(value, ensure_ascii=False)

    def variable(self, value: Any, kind: GraphQLInputType) -> str:
        name = f"v{len(self.variables)}"
        text = str(kind)
        if value is not None and not text.endswith("!") and self.chance(3):
            text += "!"
        if value is not None and not text.endswith("!") and self.chance(3):
            self.variables[name] = f"${name}: {text} = {self.literal(value, kind)}"
            if self.chance(2):
                self.given[name] = value
        else:
            self.variables[name] = f"${name}: {text}"
            self.given[name] = value
        return f"${name}"

    def absent(self, kind: GraphQLInputType) -> str:
        """A variable that is not given: as if the argument were left out."""
        name = f"v{len(self.variables)}"
        self.variables[name] = f"${name}: {kind}"
        return f"${name}"

    def literal(self, value: Any, kind: GraphQLInputType) -> str:
        bare = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        if value is None:
            return "null"
        if isinstance(bare, GraphQLList):
            return "[" + ", ".join(self.literal(item, bare.of_type) for item in value) + "]"
        if isinstance(bare, GraphQLInputObjectType):
            return "{" + ", ".join(f"{n}: {self.literal(v, bare.fields[n].type)}" for n, v in value.items()) + "}"
        return str(value) if isinstance(bare, GraphQLEnumType) else json.dumps(value, ensure_ascii=False)


@st.composite
def operations(draw: Any, schema: GraphQLSchema, everyone: Sequence[Known]) -> Asked:
    """Operations, each as one of these actors; more often as one of the first three, who see the most."""
    return Author(draw, schema, draw(st.sampled_from([*everyone, *everyone[:3], *everyone[:3]]))).operation()
