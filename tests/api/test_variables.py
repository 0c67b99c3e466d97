"""Compiled variables read exactly as graphql-core reads them."""

from __future__ import annotations

import random
from typing import Any

import pytest
from graphql import OperationDefinitionNode, build_schema, parse
from graphql.execution.values import get_variable_values

from api.graph.variables import Misfit, Types, Variables

SCHEMA = build_schema(
    """
    type Query { hello: String }
    enum Sex { FEMALE MALE }
    scalar Day
    input One @oneOf { id: ID slug: String }
    input Filter {
      text: String = "all" count: Int! sex: Sex! = FEMALE sexes: [Sex!] = [MALE]
      grid: [[Float]] day: Day one: One inner: Filter
    }
    """
)
SCHEMA.type_map["Day"].coerce_input_value = lambda value: value[:10]  # type: ignore[attr-defined]  # raises for a number
OPERATION = parse(
    "query Q($f: Filter!, $g: [Filter!]! = [{count: 1}], $n: Int = 5, $i: ID!, $b: Boolean, $s: [Sex!], $o: One)"
    "{ hello }"
).definitions[0]
assert isinstance(OPERATION, OperationDefinitionNode)
LEAVES = ["", "x", "FEMALE", "2026-01-01T00:00", 0, -1, 2**31, 5.0, 5.5, True, None, [], {}]
NAMES = ["text", "count", "sex", "sexes", "grid", "day", "one", "inner", "id", "slug", "unknown"]


def value(dice: random.Random, depth: int = 0) -> Any:
    if depth > 3 or dice.random() < 0.4:
        return dice.choice(LEAVES)
    if dice.random() < 0.3:
        return [value(dice, depth + 1) for _ in range(dice.randrange(3))]
    return {name: value(dice, depth + 1) for name in dice.sample(NAMES, dice.randrange(4))} | sound(dice)


def sound(dice: random.Random) -> dict[str, Any]:
    """Fields that fit, so that not everything is refused for the same reason."""
    fields = {"count": 1, "sex": "MALE", "sexes": "MALE", "grid": [[1], None], "day": "2026-01-01x", "one": {"id": 7}}
    return {name: fields[name] for name in dice.sample(list(fields), dice.randrange(len(fields)))}


def test_what_fits_and_what_it_becomes_is_the_same_as_in_graphql_core(prove: bool) -> None:
    variables = Variables(SCHEMA, OPERATION, Types())
    fitted = refused = 0
    for seed in range(20_000 if prove else 3_000):
        dice = random.Random(seed)
        given: dict[str, Any] = {"f": {"count": 1, **sound(dice)}, "i": "x"} if dice.random() < 0.8 else {}
        given |= {name: value(dice) for name in dice.sample("fgnibso", dice.randrange(4))}
        expected = get_variable_values(SCHEMA, OPERATION.variable_definitions, given, max_errors=10)
        if isinstance(expected, list):
            refused += 1
            with pytest.raises(Misfit) as misfit:
                variables.read(given)
            assert misfit.value.errors
        else:
            fitted += 1
            assert variables.read(given) == expected.coerced, given
    assert min(fitted, refused) > 500, "both must be tried"


def test_fields_come_in_the_order_of_their_type() -> None:
    read = Variables(SCHEMA, OPERATION, Types()).read({"f": {"sex": "MALE", "count": 1}, "i": "x"})
    assert list(read["f"]) == ["text", "count", "sex", "sexes"]


def test_an_operation_without_variables_reads_none() -> None:
    operation = parse("{ hello }").definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    assert Variables(SCHEMA, operation, Types()).read({"unknown": 1}) == {}
