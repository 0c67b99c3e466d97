"""Rows made for the occasion: of which type of a union each is, from arguments, at the root; and what they cost."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import asyncpg
import pytest
import strawberry
from graphql import GraphQLSchema
from sqlalchemy import FromClause, Integer, case, func, literal_column, select, true

from api.database import DatabaseURLs
from api.graph.bell import Bell
from api.graph.documents import Documents
from api.graph.engine import Engine
from api.graph.execute import Graph
from api.limits import LIMITS
from models.organisations import Organization as Table
from models.session import Database
from planner.catalog import Catalog
from planner.errors import BadInput
from planner.fields import Argument, Bound, Expression, Inside, Many, One, Planned, Row, column, entity, planned
from planner.given import Given
from planner.operation import Operations
from planner.plan import Planner
from tests.planner.answering import Answering, actor

SLUGS = ["a", "bb", "ccc"]


@strawberry.type
class Short:
    letters: int = planned(Expression(lambda r, _g: r.letters))


@strawberry.type
class Long:
    more_than: int = planned(Expression(lambda r, _g: r.least))


Size = Annotated[Short | Long, strawberry.union("Size")]


def _size(row: Row, given: Given) -> FromClause:
    """One row, of one type or the other."""
    letters, least = func.length(row.slug), given.bind("above", Integer(), _positive)
    name = case((letters > least, literal_column("'Long'")), else_=literal_column("'Short'"))
    one = select(literal_column("1").label("n")).subquery()
    made = select(name.label("typename"), letters.label("letters"), least.label("least"))
    return made.select_from(one).correlate_except(one).subquery()


def _positive(above: int) -> int:
    if above < 0:
        raise BadInput("above is 0 or more.")
    return above


def _parts(row: Row, _given: Given) -> FromClause:
    """One row for each letter, which says itself of which type it is."""
    part = func.generate_series(1, func.length(row.slug)).table_valued("n").render_derived(name="part")
    name = case((part.c.n > 2, literal_column("'Long'")), else_=literal_column("'Short'"))
    made = select(name.label("typename"), part.c.n.label("letters"), part.c.n.label("least"))
    return made.select_from(part).correlate_except(part).subquery()


ABOVE = {"above": Argument(int, "Letters.", 2)}


@strawberry.type
class Part:
    size: Size = planned(Inside())


@strawberry.type
@entity(Table)
class House:
    slug: str = column(Table.slug)
    size: Size = planned(One(on=lambda _p, _r: true(), table=_size, always=True), arguments=ABOVE)
    parts: list[Part] = planned(
        Many(
            on=lambda _p, _r: true(),
            order=lambda r: [r.letters],
            table=_parts,
            bound=Bound(rows=2, argument="by", each={"X": 5, "Y": 7}, most=2),
        ),
        arguments={"by": Argument(list[str] | None, "Words.")},
    )


@strawberry.type
class Query:
    houses: list[House] = planned(Many(on=lambda _p, _r: true(), order=lambda r: [r.slug.desc()], bound=Bound(rows=3)))


def schema() -> GraphQLSchema:
    core: GraphQLSchema = strawberry.Schema(query=Query, types=[Short, Long])._schema
    for name in ("Query", "House"):
        for definition in core.type_map[name].fields.values():  # type: ignore[attr-defined]
            declared = definition.extensions["strawberry-definition"]
            if isinstance(declared, Planned) and isinstance(declared.source, Many):
                definition.extensions["bound"] = declared.source.bound
    return core


@pytest.fixture
async def graph(database: DatabaseURLs) -> AsyncIterator[Answering]:
    owner = await asyncpg.connect(database.migration)
    for slug in SLUGS:
        await owner.execute("INSERT INTO organization (slug, names, kind) VALUES ($1, '{\"fr\": \"O\"}', 'NGO')", slug)
    await owner.close()
    core = schema()
    opened = await Database(database.app, size=1).open()
    yield Answering(
        Graph(core, Engine(Operations(Planner(Catalog(core, recorded_from=1))), opened, Bell())), Documents(core)
    )
    await opened.close()


async def ask(graph: Answering, text: str, **variables: Any) -> Any:
    async with graph.graph.engine.database.transaction("BEGIN") as connection:  # type: ignore[union-attr]
        me = await connection.fetchval("SELECT gen_random_uuid()")
    return await graph.ask(actor(me), text, **variables)


async def test_a_row_says_of_which_type_it_is_by_what_was_given(graph: Answering) -> None:
    text = """query($above: Int!) { houses { slug size(above: $above) {
      __typename ... on Short { letters } ...L } } } fragment L on Long { moreThan }"""
    assert (await ask(graph, text, above=1))["data"]["houses"] == [
        {"slug": "ccc", "size": {"__typename": "Long", "moreThan": 1}},
        {"slug": "bb", "size": {"__typename": "Long", "moreThan": 1}},
        {"slug": "a", "size": {"__typename": "Short", "letters": 1}},
    ]


async def test_each_of_many_made_rows_is_of_its_own_type(graph: Answering) -> None:
    text = "{ houses { parts { size { ... on Short { letters } ... on Long { __typename } } } } }"
    assert (await ask(graph, text))["data"]["houses"][0]["parts"] == [
        {"size": {"letters": 1}}, {"size": {"letters": 2}}, {"size": {"__typename": "Long"}},
    ]  # fmt: skip


async def test_what_cannot_be_made_refuses_the_root_field(graph: Answering) -> None:
    answered = await ask(graph, "{ houses { size(above: -1) { __typename } } }")
    assert [error["extensions"]["code"] for error in answered["errors"]] == ["BAD_USER_INPUT"]


@pytest.mark.parametrize(
    ("parts", "variables", "below"),
    [
        ("parts", {}, 2),
        ("parts(by: [])", {}, 2),
        ('parts(by: ["X"])', {}, 10),
        ('parts(by: ["X", "Y"])', {}, 70),
        ('parts(by: ["Y", "X", "X", "X"])', {}, 70),
        ('parts(by: ["unheard of"])', {}, 2),
        ("parts(by: $by)", {"by": ["X"]}, 10),
        ("parts(by: $by)", {}, 14),
        ("parts(by: $by)", {"by": None}, 14),
        ("parts(by: [$one])", {"one": "Y"}, 14),
        ("parts(by: [$one])", {"one": ["rubbish"]}, 2),
    ],
)
def test_a_list_without_pages_costs_as_many_rows_as_it_may_hold(
    parts: str, variables: dict[str, Any], below: int
) -> None:
    text = f'query($by: [String!] = ["Y"], $one: String! = "X") {{ houses {{ {parts} {{ size {{ __typename }} }} }} }}'
    used = "$by" in parts, "$one" in parts
    text = text.replace('$by: [String!] = ["Y"], ', "") if not used[0] else text
    text = text.replace('$one: String! = "X"', "") if not used[1] else text
    text = text.replace("query()", "query")
    document = Documents(schema()).read(text)
    assert document.operation(None).cost.of(variables, LIMITS.page) == 1 + 3 * (1 + below)
