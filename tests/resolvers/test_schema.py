"""The schema: printed as committed, holding the whole contract, described, and refused where it could lie."""

from pathlib import Path

import pytest
import strawberry
from graphql import (
    DocumentNode,
    EnumTypeDefinitionNode,
    GraphQLObjectType,
    InputValueDefinitionNode,
    is_introspection_type,
    parse,
    print_ast,
)

from models.base import Confidentiality
from models.referrals import Referral as Table
from planner.catalog import Catalog
from planner.errors import SchemaRefused
from planner.fields import Found, One, column, entity, planned
from resolvers.schema import build

ROOT = Path(__file__).parents[2]
CONTRACT = ROOT.parent / "shared" / "contract" / "core.graphql"


def test_the_committed_schema_is_current() -> None:
    schema, _ = build()

    assert (ROOT / "schema.graphql").read_text() == schema.as_str() + "\n", "run `make schema` and review the change"


def promises(document: DocumentNode) -> dict[str, str]:
    """Everything a client may rely on, by name: types, fields with their types, arguments with type and default."""
    found: dict[str, str] = {}
    for definition in document.definitions:
        name = definition.name.value if getattr(definition, "name", None) else ""
        found[name] = definition.kind
        for interface in getattr(definition, "interfaces", None) or ():
            found[f"{name} implements {interface.name.value}"] = "interface"
        if isinstance(definition, EnumTypeDefinitionNode):
            found |= {f"{name}.{value.name.value}": "value" for value in definition.values or ()}
            continue
        for field in getattr(definition, "fields", None) or ():
            found[f"{name}.{field.name.value}"] = promise(field) if is_input(field) else print_ast(field.type)
            for argument in getattr(field, "arguments", None) or ():
                found[f"{name}.{field.name.value}({argument.name.value})"] = promise(argument)
        for member in getattr(definition, "types", None) or ():
            found[f"{name} = {member.name.value}"] = "member"
    return found


def is_input(field: object) -> bool:
    return isinstance(field, InputValueDefinitionNode)


def promise(value: InputValueDefinitionNode) -> str:
    return print_ast(value.type) + (f" = {print_ast(value.default_value)}" if value.default_value else "")


@pytest.mark.skipif(not CONTRACT.exists(), reason="the contract is not beside this checkout")
def test_the_schema_keeps_every_promise_of_the_contract() -> None:
    schema, _ = build()
    ours, theirs = promises(parse(schema.as_str())), promises(parse(CONTRACT.read_text()))

    broken = {name: (kept, ours.get(name)) for name, kept in theirs.items() if ours.get(name) != kept}

    assert broken == {}


def test_every_field_argument_and_type_says_what_it_is() -> None:
    schema, _ = build()
    silent = []
    for kind in schema._schema.type_map.values():
        if is_introspection_type(kind) or kind.name.startswith("_"):
            continue
        for name, field in getattr(kind, "fields", {}).items():
            if not field.description and not name.startswith("_"):
                silent.append(f"{kind.name}.{name}")
            if isinstance(kind, GraphQLObjectType):
                silent += [
                    f"{kind.name}.{name}({key})"
                    for key, argument in field.args.items()
                    if not argument.description and not name.startswith("_") and key not in {"id", "slug", "input"}
                ]

    assert silent == []


@strawberry.type
@entity(Table)
class Self:
    reference: str = column(Table.reference)
    again: "Self" = planned(One(on=lambda p, r: r.id == p.id))


@strawberry.type
class Query:
    referral: Self | None = planned(Found(where=lambda _r, _g: []))


def test_a_non_null_field_over_what_a_policy_may_hide_is_refused() -> None:
    schema = strawberry.Schema(query=Query)._schema

    with pytest.raises(SchemaRefused, match=r"Self\.again is non-null"):
        Catalog(schema, recorded_from=Confidentiality.IDENTITY)
