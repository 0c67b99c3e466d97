"""Hostile documents are refused by counted work, before any rule that is not linear sees them."""

from __future__ import annotations

import pytest
from graphql import get_introspection_query, parse

from api.errors import Code, Refused, TooExpensive
from api.graph import prepass
from api.graph.documents import Documents, DocumentTooLong, Invalid
from api.graph.prepass import Prepass
from api.limits import LIMITS
from tests.api.edge import small_schema


def doubling(levels: int) -> str:
    """Fragments that each spread the next one twice: 2 ** levels fields in a text of a few hundred bytes."""
    fragments = [f"fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}" for n in range(levels)]
    return " ".join(["{ ...f0 }", *fragments, f"fragment f{levels} on Query {{ hello }}"])


def nested_repeats(width: int, levels: int) -> str:
    """`width` fields of one name inside each of `width` fields of one name: the overlapping rule compares all pairs."""
    inner = "{ id }"
    for _ in range(levels):
        inner = "{ " + f"friends {{ nodes {inner} }} " * width + "}"
    return f"{{ people {{ nodes {inner} }} }}"


HOSTILE = {
    "nested fragments": (doubling(20), prepass.TooManySelections),
    "more nested fragments": (doubling(60), prepass.TooDeep),
    "wide fragments": (
        "{ " + "...f " * 100 + "} fragment f on Query { " + "hello " * 50 + "}",
        prepass.TooManySelections,
    ),
    "a cycle": ("{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }", prepass.FragmentCycle),
    "a cycle that nothing spreads": ("{ hello } fragment a on Query { ...a }", prepass.FragmentCycle),
    "a long chain": (
        "{ ...f0 } "
        + " ".join(f"fragment f{n} on Query {{ ...f{n + 1} }}" for n in range(90))
        + "fragment f90 on Query { hello }",
        prepass.TooDeep,
    ),
    "many fragments": (
        "{ hello } " + " ".join(f"fragment f{n} on Query {{ hello }}" for n in range(500)),
        prepass.TooManyFragments,
    ),
    "one fragment many times": ("{ hello } " + "fragment f on Query { hello } " * 400, prepass.FragmentNamedTwice),
    "depth": ("{ people " + "{ nodes { friends " * 20 + "{ totalCount }" + "}" * 41, prepass.TooDeep),
    "depth of inline fragments": ("{ ... " * 60 + "{ hello }" + "}" * 60, prepass.TooDeep),
    "aliases": ("{ " + " ".join(f"a{n}: hello" for n in range(51)) + " }", prepass.TooManyAliases),
    "aliases in a fragment": (
        "{ people { nodes { ...f friends { nodes { ...f } } } } } fragment f on Person { "
        + " ".join(f"a{n}: name" for n in range(30))
        + "}",
        prepass.TooManyAliases,
    ),
    "repeated keys": ("{ " + "hello " * 21 + "}", prepass.TooManyRepeats),
    "repeated keys that meet below": (nested_repeats(5, 2), prepass.TooManyRepeats),
    "repeated keys through fragments": (
        "{ " + "...f " * 7 + "} fragment f on Query { hello hello hello }",
        prepass.TooManyRepeats,
    ),
    "directives": ("{ hello " + "@skip(if: false) " * 51 + "}", prepass.TooManyDirectives),
    "directives on variables": (
        "query Q(" + " ".join(f"$v{n}: Int @x @y" for n in range(30)) + ") { hello }",
        prepass.TooManyDirectives,
    ),
    "many operations": (
        " ".join(f"query q{n} {{ ...f }}" for n in range(60))
        + " fragment f on Query { "
        + "hello people { totalCount } " * 15
        + "}",
        prepass.TooManySelections,
    ),
    "a deep value": ("{ echo(input: " + "{inner: " * 40 + "{}" + "}" * 40 + ") { text } }", prepass.ValueTooLarge),
    "a deep list": ("{ people(filter: " + "[" * 40 + "]" * 40 + ") { totalCount } }", prepass.ValueTooLarge),
    "a schema": ("type Query { hello: String }", prepass.NotExecutable),
    "tokens": ("{ " + "hello " * 4_000 + "}", DocumentTooLong),
    "commas and comments": ("{ hello }" + "#\n" * 2_000, DocumentTooLong),
    "a huge string": ('{ hello(name: "' + "x" * 70_000 + '") }', DocumentTooLong),
    "bytes, not characters": ('{ hello(name: "' + "è" * 40_000 + '") }', DocumentTooLong),
    "brackets": ("{ a" * 1_500, DocumentTooLong),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_is_refused_by_counted_work(name: str) -> None:
    text, kind = HOSTILE[name]
    documents = Documents(small_schema())
    with pytest.raises(kind):
        documents.read(text)
    assert len(documents) == 0


@pytest.mark.parametrize("name", [name for name, (_, kind) in HOSTILE.items() if kind.__module__ == prepass.__name__])
def test_the_work_is_bounded_by_the_text_and_what_may_be_written_out(name: str) -> None:
    ast = parse(HOSTILE[name][0])
    try:
        walk = Prepass(ast, LIMITS)
        with pytest.raises(Refused):
            walk.check()
    except (prepass.NotExecutable, prepass.FragmentNamedTwice):
        return
    assert walk.work <= 4_000 + LIMITS.selections


def test_fragments_are_summed_up_once() -> None:
    counts = []
    for levels in (4, 5, 6):
        walk = Prepass(parse(doubling(levels)), LIMITS)
        walk.operations.clear()  # the first walk over fragments alone
        walk.check()
        counts.append(walk.work)
    assert counts == [9, 11, 13], "two more spreads each time, though the fields double"


def test_the_work_on_a_plain_query_is_its_nodes_twice() -> None:
    document = Documents(small_schema()).read('{ hello(name: "x") people(first: 5) { nodes { id name } } }')
    assert document.work == 5 + 2 + 5  # five selections, two values; five selections written out


def test_the_introspection_of_a_graphql_editor_passes() -> None:
    text = get_introspection_query(
        descriptions=True,
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
    )
    document = Documents(small_schema()).read(text)
    assert document.operations["IntrospectionQuery"].cost.of({}, 100) == 1


def test_every_limit_is_a_limit_and_not_one_less() -> None:
    documents = Documents(small_schema())
    for text in (
        "{ " + " ".join(f"a{n}: hello" for n in range(50)) + " }",
        "{ " + "hello " * 20 + "}",
        "{ hello " + "@skip(if: false) @include(if: true) " + "}",
        "{ people(filter: [" + '"x" ' * 100 + "]) { totalCount } }",
    ):
        documents.read(text)
    assert len(documents) == 4


def test_refusals_carry_codes_of_the_contract() -> None:
    for kind in [*TooExpensive.__subclasses__(), Invalid, prepass.FragmentCycle]:
        assert kind.code in (Code.QUERY_TOO_EXPENSIVE, Code.BAD_USER_INPUT)
        assert kind.__doc__
