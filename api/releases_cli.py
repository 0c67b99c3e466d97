"""`konbit releases`: make the figures of a closed period, see what waits, and approve where no person signs in to."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, TypeVar
from uuid import UUID

import typer

if TYPE_CHECKING:
    from models.rules.indicators import Period
    from models.session import Connection

T = TypeVar("T")
OPERATOR = "operator"
"What an approval by the command line is signed with."

releases = typer.Typer(no_args_is_help=True, help="Releases of figures: drafts, and those that stand.")


class WrongPeriod(Exception):
    """A period is a month, 2026-10, or a quarter, 2026-Q3."""


class WrongRelease(Exception):
    """A release is named by its id, as konbit releases list shows it."""


@releases.command()
def build(
    publisher: Annotated[str, typer.Argument(help="Slug of the organisation whose analysts or stewards approve.")],
    code: Annotated[str | None, typer.Option(help="One indicator; with --period.")] = None,
    period: Annotated[str | None, typer.Option(help="2026-10 or 2026-Q3; all that are due where left out.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why an approved release is counted again.")] = None,
) -> None:
    """Count, suppress and audit: what comes of it waits for approval."""
    from jobs.indicators.build import build as made
    from jobs.indicators.enter import enter
    from jobs.indicators.keep import draft, publisher_id

    now = datetime.now(UTC)

    async def work(connection: "Connection") -> list[UUID]:
        await enter(connection, now=now)
        if code is None or period is None:
            return await draft(connection, slug=publisher, now=now)
        by = await publisher_id(connection, publisher)
        found = await made(connection, code, read_period(period), publisher_id=by, now=now, reason=reason)
        return [found] if found else []

    made_ids = _done(work)
    for each in made_ids:
        print(f"{each} waits for approval.")
    if not made_ids:
        print("Nothing is due: the releases there are say what the records say.")


@releases.command("list")
def list_() -> None:
    """Say which computed releases stand, and which wait for whom."""
    from jobs.indicators.approve import listed

    for each in _done(listed):
        waits = f", {each['unsigned']} to sign" if each["unsigned"] else ""
        print(
            f"{each['id']} {each['code']} {each['period_start']} to {each['period_end']}, version {each['version']}: "
            f"{each['state'].lower()}, {each['shown']} figures, of {each['publisher']}{waits}"
        )


@releases.command()
def approve(
    release: Annotated[str, typer.Argument(help="Its id: konbit releases list.")],
    signed: Annotated[bool, typer.Option("--signed", help="Its sole contributors have agreed in writing.")] = False,
) -> None:
    """Make a release immutable, and its figures everyone's."""
    from jobs.indicators.approve import approve as approved
    from jobs.indicators.approve import sign

    now = datetime.now(UTC)
    try:
        release_id = UUID(release)
    except ValueError:
        raise WrongRelease(release) from None

    async def work(connection: "Connection") -> None:
        if signed:
            await sign(connection, release_id, by=OPERATOR, now=now)
        await approved(connection, release_id, by=OPERATOR, now=now)

    _done(work)
    print(f"{release_id} is approved.")


def read_period(text: str) -> "Period":
    """This will be a month or a quarter as people write it. Raises WrongPeriod."""
    import re

    from models.rules.indicators import month_of, quarter_of

    match = re.fullmatch(r"(20\d\d)-(?:Q([1-4])|(0[1-9]|1[0-2]))", text)
    if match is None:
        raise WrongPeriod(text)
    year, quarter, month = match.groups()
    return quarter_of(int(year), int(quarter)) if quarter else month_of(int(year), int(month))


def _done(work: "Callable[[Connection], Awaitable[T]]") -> T:
    import asyncpg

    async def run(url: str) -> T:
        connection = await asyncpg.connect(url, server_settings={"timezone": "UTC"})
        try:
            return await work(connection)
        finally:
            await connection.close()

    with _worker() as url:
        return asyncio.run(run(url))


@contextmanager
def _worker() -> Iterator[str]:
    from api.program import migrated
    from api.settings import read_settings

    with migrated(read_settings()) as urls:
        yield urls.worker
