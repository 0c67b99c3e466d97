"""How does a workbook that someone sends become rows, and what is answered of it? With its problems, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
import orjson
from starlette.responses import Response

from api.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from models.rules.problems import Refusal
    from partners.sheets.workbook import Cell

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UnreadableWorkbook(Refused):
    """The file is no workbook that can be read."""


async def rows_of(body: bytes, desks: anyio.CapacityLimiter) -> Sequence[Sequence[Cell]]:
    """This will read the first sheet beside the loop, at one of so many desks. Raises UnreadableWorkbook."""
    from partners.sheets.workbook import NotAWorkbook, WorkbookTooLarge, cells

    try:
        return await anyio.to_thread.run_sync(cells, body, limiter=desks)
    except (NotAWorkbook, WorkbookTooLarge) as failure:
        raise UnreadableWorkbook(str(failure) or str(failure.__doc__)) from failure


def problem(refusal: Refusal) -> dict[str, Any]:
    """This will be a refusal whose path is the sheet's row and the column in it, where the sheet is at fault."""
    row, column = (*(refusal.field or ()), None, None)[:2]
    in_sheet = row is not None and row.isdigit()
    where = {"row": int(row) if row is not None and in_sheet else None, "column": column if in_sheet else row}
    return where | {"code": refusal.code, "message": refusal.message}


def answer(*, dry: bool, problems: Iterable[dict[str, Any]] = (), **found: Any) -> Response:
    """This will be 200 where all is well, and 422 where there is a problem: then nothing was kept."""
    told = list(problems)
    body = {"dryRun": dry, "kept": not dry and not told, **found, "problems": told}
    headers = {"cache-control": "no-store"}
    return Response(orjson.dumps(body), 422 if told else 200, headers=headers, media_type="application/json")
