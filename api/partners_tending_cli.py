"""`konbit partners`, day by day: how each fares, what a system would bring, its credential; stop it, let it go on."""

import asyncio
import json
import logging
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.partners_cli import (
    MOST_LINES,
    NONE_ENTERED,
    Credential,
    Kind,
    WrongOption,
    keep_credential,
    means,
    secret_in,
    settings_of,
    told,
    worker,
)

if TYPE_CHECKING:
    from partners.trying import Trial

Name = Annotated[str, typer.Argument(help="The partner's name.")]
LOWEST = 10
"Of priority: what a search needs comes first."


def tending(partners: typer.Typer) -> None:
    """This will add the commands to those that enter partners and pull them."""
    for command in (status, history, try_, pause, resume, credential, duplicates):
        partners.command(command.__name__.rstrip("_"))(command)
    partners.command(hidden=True)(work)


def status(
    name: Annotated[str | None, typer.Argument(help="One partner, with what was kept out; all unless told.")] = None,
) -> None:
    """Say how partners fare: in a word, last read when, next when, what is wrong."""
    from partners import standing
    from partners.sync import connected

    async def look(url: str) -> None:
        now = datetime.now(UTC)
        async with connected(url) as connection:
            if not (entered := await standing.standings(connection, name)):
                print(NONE_ENTERED)
            for each in entered:
                for line in standing.lines(each, now=now):
                    print(line)
            for record in await standing.kept_out(connection, name) if name else ():
                since = f", since {record.since:%Y-%m-%d %H:%M} UTC" if record.since else ""
                where = record.found_at or record.remote_id
                kind = record.kind.lower().replace("_", " ")
                print(f"  - {where} ({kind}{since}): {record.problem}")

    with worker() as url:
        asyncio.run(look(url))


def duplicates() -> None:
    """Look for services of different sources that may be one, and propose them to the network's stewards."""
    from partners.duplicates import find_duplicates
    from partners.sync import connected

    async def look(url: str) -> None:
        async with connected(url) as connection:
            print((await find_duplicates(connection, now=datetime.now(UTC))).line())

    with worker() as url:
        asyncio.run(look(url))


def history(
    name: Name, most: Annotated[int, typer.Option(min=1, max=1000, help="How many, the newest first.")] = 20
) -> None:
    """Say how a partner's readings went."""
    from partners import standing
    from partners.sync import connected

    async def look(url: str) -> None:
        async with connected(url) as connection:
            for run in await standing.history(connection, name, most=most):
                print(standing.run_line(run))

    with worker() as url:
        asyncio.run(look(url))


def try_(
    what: Annotated[str, typer.Argument(help="A web address or the path of a sheet; or a partner's name.")],
    kind: Annotated[Kind | None, typer.Option(help="How it is read; found out unless told.")] = None,
    settings: Annotated[Path | None, typer.Option(help="A file of settings, in JSON: see docs/partners.md.")] = None,
    column: Annotated[list[str] | None, typer.Option(help='A sheet\'s column: service="Nom du service".')] = None,
    allow_network: Annotated[
        list[str] | None, typer.Option(help="A network that is not public, to be reached.")
    ] = None,
    credential_kind: Annotated[Credential | None, typer.Option(help="How we prove to it who we are.")] = None,
    credential_file: Annotated[Path | None, typer.Option(help="A file with the credential, JSON; -: typed in.")] = None,
) -> None:
    """Say what a system is and what would come in of it, and keep nothing. Ends with 1 where it cannot be read."""
    from models.partners import CredentialKind, PartnerKind
    from models.rules.identifiers import is_slug
    from partners import credentials
    from partners.sync import connected
    from partners.trying import Trial, try_address, try_partner

    if (credential_kind is None) != (credential_file is None):
        raise WrongOption("--credential-kind and --credential-file go together")
    said = settings_of(settings, column or [], allow_network or [])
    proof = None
    if credential_kind and credential_file:
        meant = CredentialKind(credential_kind.upper())
        proof = credentials.proof(meant, credentials.read_credential(meant, secret_in(credential_file)), what)

    async def tried(url: str) -> Trial:
        now, by = datetime.now(UTC), means()
        async with connected(url) as connection:
            known = is_slug(what) and await connection.fetchval("SELECT true FROM partner WHERE name = $1", what)
        if known:
            return await try_partner(url, what, now=now, means=by)
        of_kind = PartnerKind(kind.upper()) if kind else None
        return await try_address(url, what, now=now, kind=of_kind, settings=said, proof=proof, means=by)

    with worker() as url:
        trial = asyncio.run(tried(url))
    for line in trial_lines(trial, what):
        print(line)
    raise typer.Exit(1 if trial.report.failures else 0)


def trial_lines(trial: "Trial", what: str) -> list[str]:
    """This will be what a trial told, in lines for a person."""
    lines = [f"{what}: {trial.look.what if trial.look else 'it cannot be read'}"]
    if trial.look:
        lines += [f"  {name}: {value}" for name, value in trial.look.details.items() if value]
    trial.report.partner = "would be"
    lines += told(trial.report, most=MOST_LINES)
    for sign, word, names in (
        ("+", "new", trial.new),
        ("~", "changed", trial.changed),
        ("-", "missing", trial.missing),
    ):
        lines += [f"  {sign} {name} ({word})" for name in names[:MOST_NAMES]]
        if len(names) > MOST_NAMES:
            lines.append(f"  {sign} ... and {len(names) - MOST_NAMES} more ({word})")
    return [*lines, "Nothing of it was kept."]


MOST_NAMES = 20
"""Named of those that would be new, changed or missing."""


def pause(name: Name, because: Annotated[str | None, typer.Option(help="Why, for whoever looks next.")] = None) -> None:
    """Stop reading a partner, until it is resumed. What it brought stays, and grows stale."""
    _set(name, "paused_at = coalesce(paused_at, now()), paused_because = $2", because)
    print(f"{name} is paused. Go on: konbit partners resume {name}")


def resume(name: Name) -> None:
    """Read a paused partner again, or one that is left alone for its failures, at once."""
    _set(
        name,
        "paused_at = NULL, paused_because = $2, failures = 0, "
        "next_at = CASE WHEN poll_seconds IS NOT NULL THEN now() END",
        None,
    )
    print(f"{name} is read again.")


def _set(name: str, what: str, value: str | None) -> None:
    from partners.sync import NoSuchPartner, connected

    async def change(url: str) -> None:
        async with connected(url) as connection:
            if not await connection.fetch(f"UPDATE partner SET {what} WHERE name = $1 RETURNING id", name, value):
                raise NoSuchPartner(name)

    with worker() as url:
        asyncio.run(change(url))


def credential(
    name: Name,
    kind: Annotated[Credential | None, typer.Option(help="How we prove to its system who we are.")] = None,
    file: Annotated[Path | None, typer.Option(help="A file with the credential, JSON; -: typed in.")] = None,
    forget: Annotated[bool, typer.Option(help="Ask without one from now on.")] = False,
) -> None:
    """Give a partner's credential, or forget it: sealed, sent to the partner's own server alone, never shown."""
    from partners import credentials
    from partners.sync import NoSuchPartner, connected

    if forget == bool(kind and file) or (kind is None) != (file is None):
        raise WrongOption("--kind and --file go together, or --forget stands alone")
    secret = secret_in(file) if file else ""

    async def change(url: str) -> None:
        async with connected(url) as connection:
            partner_id = await connection.fetchval("SELECT id FROM partner WHERE name = $1", name)
            if partner_id is None:
                raise NoSuchPartner(name)
            if kind:
                await keep_credential(connection, partner_id, kind, secret)
            else:
                await credentials.forget(connection, partner_id=partner_id)

    with worker() as url:
        asyncio.run(change(url))
    print(f"{name} is asked with that credential." if kind else f"{name} is asked without a credential.")


def work(
    with_parent: Annotated[
        bool, typer.Option("--with-parent", help="End with whoever started it, who says by standard input where.")
    ] = False,
) -> None:
    """Read what is due, and leave when nothing has been for a minute. The program starts this by itself."""
    from api.logs import configure
    from api.settings import read_settings

    os.nice(LOWEST)
    configure(level=logging.getLevelNamesMapping()[read_settings().log_level.upper()])
    if not with_parent:
        with worker() as url:
            asyncio.run(_work(url))
        return
    from api.postgres.shim import end_with

    given: dict[str, Any] = json.loads(sys.stdin.readline())
    # Nothing is lost by an end at any moment: what was read is written in transactions, and read again.
    end_with(given["parent"], signal.SIGKILL)
    asyncio.run(_work(given["url"]))


async def _work(url: str) -> None:
    from partners.work import work as do

    doing = asyncio.ensure_future(do(url, means=means(), clock=lambda: datetime.now(UTC)))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, doing.cancel)
    try:
        await doing
    except asyncio.CancelledError:
        return
