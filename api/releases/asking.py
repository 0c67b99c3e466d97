"""What is asked of the graph for a file of a release, and who asks? The bearer, through the gate like anybody.

Scopes, cost, rate, row policies and audit are those of any question: what the graph hides cannot be in a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson

from api.errors import Code, Unavailable
from api.graph.gate import RAN
from api.graph.http import first_code
from api.graph.parameters import Parameters
from api.releases.table import Table, table
from models.rules.vocabulary import IndicatorDimension, ReleaseEvery

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.graph.account import Account
    from api.graph.gate import Gate
    from auth.actor import Actor

_FIGURE = "fragment F on Figure { __typename ... on Count { value rounded } ... on Suppressed { reason } }"
_RELEASE = f"""query ReleaseFile($code: String!, $id: ID!, $language: String!) {{
  indicator(code: $code) {{ code name(language: $language) unit target }}
  indicatorRelease(id: $id) {{
    code version every source verified periodStart periodEnd asOf breakdowns total {{ ...F }}
  }}
}}
{_FIGURE}"""
_CELLS = f"""query ReleaseFileCells($id: ID!, $by: [IndicatorDimension!]!, $language: String!) {{
  indicatorRelease(id: $id) {{
    cells(by: $by) {{ key {{ dimension value label(language: $language) }} figure {{ ...F }} }}
  }}
}}
{_FIGURE}"""

DOCUMENTS = frozenset({_RELEASE, _CELLS})
"What we ask for a file in the name of whoever wants it."


class NoSuchRelease(Exception):
    """There is no such release of this indicator, or not for this client."""


@dataclass(frozen=True, slots=True)
class Found:
    """A release as it goes into a file."""

    table: Table
    name: str
    "of the file, without what it ends with"


@dataclass(frozen=True, slots=True)
class Asking:
    """One request for a file."""

    gate: Gate
    actor: Actor
    account: Account
    language: str

    async def release(self, *, code: str, identity: str) -> Found:
        """This will read a release: one operation for itself, and one for each of its breakdowns.

        Raises Refused, and NoSuchRelease where the release is not one of that indicator, or may not be seen.
        """
        if "\0" in code or "\0" in identity:
            raise NoSuchRelease
        data = await self._asked(_RELEASE, code=code, id=identity)
        indicator, release = data["indicator"], data["indicatorRelease"]
        if indicator is None or release is None or release["code"] != code:
            raise NoSuchRelease
        grids = {}
        for by in told_apart(release):
            cells = await self._asked(_CELLS, id=identity, by=by)
            grids[by] = cells["indicatorRelease"]["cells"]
        made = table(indicator, release, grids, language=self.language)
        return Found(made, f"{code}-{release['periodEnd']}-v{release['version']}")

    async def _asked(self, query: str, **variables: Any) -> dict[str, Any]:
        given = {name: list(value) if isinstance(value, tuple) else value for name, value in variables.items()}
        admitted = self.account.admitted = self.gate.admit(
            Parameters(query, None, given | {"language": self.language}),
            actor=self.actor,
            languages=(self.language,),
            request_id=self.account.request_id,
            now=datetime.now(UTC),
        )
        body = await self.gate.answer(admitted, account=self.account, now=datetime.now(UTC))
        if not body.startswith(RAN):
            raise Incomplete(Code(first_code(body)))
        answer = orjson.loads(body)
        if "errors" in answer:
            raise Incomplete(Code(answer["errors"][0]["extensions"]["code"]))
        data: dict[str, Any] = answer["data"]
        return data


def told_apart(release: Mapping[str, Any]) -> list[tuple[IndicatorDimension, ...]]:
    """This will list the breakdowns that tell figures apart: not by the one month or the one quarter that it covers."""
    one = {IndicatorDimension.QUARTER}
    if release["every"] == ReleaseEvery.MONTH:
        one.add(IndicatorDimension.MONTH)
    every = [tuple(IndicatorDimension(each) for each in breakdown.split()) for breakdown in release["breakdowns"]]
    return [by for by in every if by and one.isdisjoint(by)]


class Incomplete(Unavailable):
    """The release could not be read whole; try again."""

    def __init__(self, cause: Code) -> None:
        super().__init__(cause=cause)
