"""Indicators in the graph: what is counted, its releases, and their figures as far as they may be shown."""

from typing import Annotated

import strawberry
from sqlalchemy import and_, select, true

from auth.scopes import Scope
from models import indicators as tables
from models.rules.indicators import MOST_DIMENSIONS, MOST_VALUES
from models.rules.vocabulary import (
    IndicatorDimension,
    ReleaseEvery,
    ReleaseOrigin,
    ReleaseState,
    SuppressionReason,
    Tier,
)
from planner.fields import Argument, Bound, Expression, Found, Inside, Many, One, column, entity, planned
from resolvers.grids import cells, keys, releases, total
from resolvers.nodes import ID, id_argument, own_id, requires
from resolvers.organisations import Organization
from resolvers.scalars import Date, DateTime
from resolvers.texts import text

FIGURES = requires(Scope.INDICATORS_READ)
MOST_INDICATORS = 40
"What the list of all of them is charged for."


@strawberry.type(description="A figure that may be shown.")
class Count:
    value: int = planned(Expression(lambda r, _g: r.value), "In the indicator's unit.")
    rounded: bool = planned(
        Expression(lambda r, _g: r.rounded), "Whether it, or what it sums up, was rounded to protect people."
    )


@strawberry.type(description="A figure that may not be shown. Does not say why: that alone would narrow it.")
class Suppressed:
    reason: SuppressionReason = planned(
        Expression(lambda r, _g: r.reason),
        "PROTECTED: it would tell of single people, or help to. NOT_APPROVED: nobody has approved the release yet.",
    )


Figure = Annotated[Count | Suppressed, strawberry.union("Figure", description="A figure, or that it is not shown.")]


@strawberry.type(description="Of which value of which dimension a cell is.")
class IndicatorCellKey:
    dimension: IndicatorDimension = planned(Expression(lambda r, _g: r.dimension), "The dimension.")
    value: str = planned(
        Expression(lambda r, _g: r.value), "A word of the dimension's enumeration, a P-code or a slug; UNKNOWN."
    )
    label: str = text("labels", "The value in words, as it was called when the release was made.")


@strawberry.type(description="One cell of a release's grid.")
class IndicatorCell:
    key: list[IndicatorCellKey] = planned(
        Many(on=lambda _p, _r: true(), order=lambda r: [r.nth], table=keys),
        "A value of each dimension, in the order they were asked for.",
    )
    figure: Figure = planned(Inside(), "What is shown of it.")


@strawberry.type(
    description="Immutable figures as of one moment. EXTERNAL: published elsewhere, exact, with its source.",
    directives=FIGURES,
)
@entity(tables.IndicatorRelease)
class IndicatorRelease:
    id: strawberry.ID = own_id("IndicatorRelease")
    code: str = column(tables.IndicatorRelease.code, "Of which indicator.")
    version: int = column(tables.IndicatorRelease.version, "1, and one more with each restatement of the period.")
    definition_version: int = column(
        tables.IndicatorRelease.definition, "The version of the indicator's definition that it counts by."
    )
    origin: ReleaseOrigin = column(tables.IndicatorRelease.origin, "Whether Konbit computed it.")
    state: ReleaseState = column(tables.IndicatorRelease.state, "How far it is; AUDITED waits for approval.")
    source: str | None = column(tables.IndicatorRelease.source, "Who published it, and where; null where COMPUTED.")
    source_url: str | None = column(tables.IndicatorRelease.source_url, "The publication's address.")
    verified: bool = column(
        tables.IndicatorRelease.verified, "False where the figure was told to us and its publication was not found."
    )
    note: str | None = text("notes", "What else is to be known of it.")
    publisher: Organization | None = planned(
        One(on=lambda p, r: r.id == p.publisher_id), "Who answers for it; null where EXTERNAL."
    )
    every: ReleaseEvery = column(tables.IndicatorRelease.every, "A closed month, a closed quarter, or another period.")
    period_start: Date = column(tables.IndicatorRelease.period_start, "The first day.")
    period_end: Date = column(tables.IndicatorRelease.period_end, "The last day, inclusive.")
    as_of: DateTime = column(tables.IndicatorRelease.as_of, "What was known then is what was counted.")
    approved_at: DateTime | None = column(tables.IndicatorRelease.approved_at, "When a person approved it.")
    total: Figure = planned(One(on=lambda _p, _r: true(), table=total, always=True), "Of all together.")
    cells: list[IndicatorCell] = planned(
        Many(
            on=lambda _p, _r: true(),
            order=lambda r: [r.sort],
            table=cells,
            bound=Bound(argument="by", each=MOST_VALUES, most=MOST_DIMENSIONS),
        ),
        "The whole grid of at most three dimensions; empty where the release has no such breakdown.",
        arguments={
            "by": Argument(list[IndicatorDimension], "At most three dimensions, each once; none: the total alone.")
        },
    )
    breakdowns: list[str] = column(
        tables.IndicatorRelease.breakdowns,
        "What it may be asked by: each a set of dimensions, their names with a space between them.",
    )
    unsigned: list[Organization] = planned(
        Many(
            on=lambda p, r: r.id.in_(
                select(tables.ReleaseSignoff.organization_id)
                .where(tables.ReleaseSignoff.release_id == p.id, tables.ReleaseSignoff.signed_at.is_(None))
                .correlate_except(tables.ReleaseSignoff)
            ),
            order=lambda r: [r.slug],
        ),
        "Who stands alone behind one of its figures and has not signed: told to its publisher, and to each for itself.",
    )
    restates: "IndicatorRelease | None" = planned(
        One(on=lambda p, r: r.id == p.restates), "What it takes the place of, as it was."
    )
    reason: str | None = column(tables.IndicatorRelease.reason, "Why that was restated.")
    restatement: "IndicatorRelease | None" = planned(
        One(on=lambda p, r: r.restates == p.id), "What takes its place, or will once it is approved."
    )


@strawberry.federation.type(
    keys=["code"], description="Something that is counted, as it is defined today.", directives=FIGURES
)
@entity(tables.Indicator, key="code")
class Indicator:
    code: str = column(tables.Indicator.code, "A short name that never changes.")
    version: int = column(tables.Indicator.version, "Of the definition; a release names the one it counts by.")
    name: str = text("names", "The indicator's name.")
    definition: str = text("definitions", "What it says, and what it does not.")
    numerator: str = column(tables.Indicator.numerator, "What counts one.")
    unit: str = column(tables.Indicator.unit, "What is counted: people, referrals, places; ‰ for a share.")
    tier: Tier = column(tables.Indicator.tier, "How small a count may be shown: see docs/figures.md.")
    dimensions: list[IndicatorDimension] = column(
        tables.Indicator.dimensions, "By which it may be broken down; a release says nothing by any other."
    )
    target: int | None = column(tables.Indicator.target, "What is aimed at, in its unit; null where nothing is.")
    latest: IndicatorRelease | None = planned(
        One(
            on=lambda p, r: and_(r.code == p.code, r.state == ReleaseState.APPROVED),
            order=lambda r: [r.period_end.desc(), r.period_start, r.version.desc()],
        ),
        "Of the approved ones that of the period that ended last; of a month and its quarter, the quarter's.",
    )
    releases: list[IndicatorRelease] = planned(
        Many(
            on=lambda _p, _r: true(),
            order=lambda r: [r.period_end, r.period_start.desc(), r.version],
            table=releases,
        ),
        "One for each period, oldest first: what stands, or waits for its first approval.",
        arguments={
            "last": Argument(int | None, "How many, up to the latest: 0 to 100.", 12),
            "every": Argument(ReleaseEvery | None, "Of months alone, or of quarters; all where it is left out."),
        },
    )


@strawberry.type
class IndicatorQueries:
    indicator: Indicator | None = planned(
        Found(where=lambda r, g: [r.code == g.bind("code", tables.Indicator.code.type)]),
        "One indicator, by its code.",
        arguments={"code": Argument(str, "The code.")},
        directives=FIGURES,
    )
    indicators: list[Indicator] | None = planned(
        Many(
            on=lambda _p, _r: true(),
            order=lambda r: [r.position, r.code],
            bound=Bound(rows=MOST_INDICATORS),
        ),
        "All indicators.",
        directives=FIGURES,
    )
    indicator_release: IndicatorRelease | None = planned(
        Found(where=lambda r, g: [r.id == id_argument(g, "id", "IndicatorRelease")]),
        "One release, by its id; one that was restated is there as it was.",
        arguments=ID,
        directives=FIGURES,
    )
