"""`konbit partners`: enter a partner's system, pull it, and see how each one fares."""

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

import typer

if TYPE_CHECKING:
    from models.session import Connection
    from partners.report import Report
    from partners.sync import Means

Kind = Literal["hsds", "csv", "fhir", "graphql", "opencrvs", "push"]
Credential = Literal["bearer", "basic", "header", "client_credentials"]
SHORTEST_POLL = 5
"Seconds."

MOST_LINES = 50
"Problems that are printed of one partner, unless all are asked for."

NONE_ENTERED = "No partner's system is entered. Enter one: konbit partners add --help"

partners = typer.Typer(no_args_is_help=True, help="Partner systems whose services this directory holds.")


class WrongOption(Exception):
    """An option is not written as it should be."""


@partners.command()
def add(
    name: Annotated[str, typer.Argument(help="Small letters, digits and hyphens: croix-rouge.")],
    kind: Annotated[Kind, typer.Option(help="How the system is read; push: it sends.")],
    address: Annotated[str, typer.Option(help="Web address; for a sheet, the path of a file will do.")] = "",
    organization: Annotated[str | None, typer.Option(help="Slug of the organisation that owns what it brings.")] = None,
    column: Annotated[list[str] | None, typer.Option(help='A sheet\'s column: service="Nom du service".')] = None,
    language: Annotated[str | None, typer.Option(help="Language of its texts, BCP 47; fr unless told.")] = None,
    country: Annotated[str | None, typer.Option(help="Where its telephones ring, ISO 3166-1; HT unless told.")] = None,
    allow_network: Annotated[
        list[str] | None, typer.Option(help="A network that is not public, to be reached.")
    ] = None,
    settings: Annotated[Path | None, typer.Option(help="A file of settings, in JSON: see docs/partners.md.")] = None,
    licence: Annotated[str | None, typer.Option(help="Under which its data may be used.")] = None,
    trust: Annotated[int, typer.Option(min=0, max=100, help="Decides between sources that disagree.")] = 50,
    poll: Annotated[
        int | None, typer.Option(min=0, max=31_622_400, help="Seconds between readings; 0: when asked only.")
    ] = None,
    credential_kind: Annotated[Credential | None, typer.Option(help="How we prove to it who we are.")] = None,
    credential_file: Annotated[Path | None, typer.Option(help="A file with the credential, JSON; -: typed in.")] = None,
    replace: Annotated[bool, typer.Option(help="Correct the entry of that name.")] = False,
) -> None:
    """Enter a partner's system, to be pulled at its interval, or by `konbit partners sync`."""
    from models.partners import PartnerKind
    from partners import register
    from partners.sync import connected

    if (credential_kind is None) != (credential_file is None):
        raise WrongOption("--credential-kind and --credential-file go together")
    if poll and poll < SHORTEST_POLL:
        raise WrongOption(f"--poll {poll}: a partner is not read more often than every {SHORTEST_POLL} seconds")
    secret = secret_in(credential_file) if credential_file else None
    told = settings_of(settings, column or [], allow_network or [], language=language, country=country)

    async def enter(url: str) -> None:
        async with connected(url) as connection, connection.transaction():
            partner_id = await register.add(
                connection,
                name=name,
                kind=PartnerKind(kind.upper()),
                address=address,
                organization=organization,
                settings=told,
                licence=licence,
                trust=trust,
                poll_seconds=register.POLL if poll is None else poll or None,
                replace=replace,
            )
            if secret and credential_kind:
                await keep_credential(connection, partner_id, credential_kind, secret)

    with worker() as url:
        asyncio.run(enter(url))
    print(f"{name} is entered. Pull it: konbit partners sync {name}")


@partners.command()
def sync(
    name: Annotated[str | None, typer.Argument(help="One partner; all of them unless told.")] = None,
    accept_losses: Annotated[bool, typer.Option(help="What is missing now is gone, however much it is.")] = False,
    changes: Annotated[bool, typer.Option(help="Only what changed, where its system can tell.")] = False,
    all_problems: Annotated[bool, typer.Option("--all", help=f"Print every problem, not {MOST_LINES} each.")] = False,
) -> None:
    """Pull partners' systems into the directory. Ends with 1 if one of them could not be, wholly."""
    from models.partners import PartnerHealth, PartnerKind
    from partners.standing import standings
    from partners.sync import connected
    from partners.sync import sync as pull

    async def names(url: str) -> list[str]:
        async with connected(url) as connection:
            return [
                partner.name
                for partner in await standings(connection)
                if partner.kind is not PartnerKind.PUSH and partner.health is not PartnerHealth.PAUSED
            ]

    succeeded, by = True, means()
    with worker() as url:
        for each in [name] if name else asyncio.run(names(url)):
            report = asyncio.run(
                pull(url, each, now=datetime.now(UTC), whole=not changes, accept_losses=accept_losses, means=by)
            )
            succeeded &= report.succeeded
            for line in told(report, most=None if all_problems else MOST_LINES):
                print(line, flush=True)
    raise typer.Exit(0 if succeeded else 1)


@partners.command("list")
def list_() -> None:
    """Say how each partner's system fares."""
    from partners import register
    from partners.sync import connected

    async def look(url: str) -> list[register.Listed]:
        async with connected(url) as connection:
            return await register.listed(connection)

    with worker() as url:
        entered = asyncio.run(look(url))
        if not entered:
            print(NONE_ENTERED)
        for each in entered:
            when = (
                f"last pulled {each.last_success_at:%Y-%m-%d %H:%M} UTC"
                if each.last_success_at
                else "never pulled whole"
            )
            print(
                f"{each.name}: {each.kind} {each.address}, of {each.organization}: {each.services} services, "
                f"{each.quarantined} quarantined, {when}"
            )
            if each.last_failure and each.last_failure_at:
                print(f"  {each.last_failure_at:%Y-%m-%d %H:%M} UTC, {str(each.outcome).lower()}: {each.last_failure}")


def told(report: "Report", *, most: int | None) -> Iterator[str]:
    """This will be a report in lines: how it ended, then what kept it from more, then each record's problems."""
    yield report.line()
    for said in dict.fromkeys([*report.failures, *report.losses, *report.notes]):
        first, *more = said.split("\n")
        yield f"  ! {first}"
        yield from (f"    {line}" for line in more)
    for finding in report.findings[:most]:
        first, *more = finding.line().split("\n")
        yield f"  - {first}"
        yield from (f"    {line}" for line in more)
    left = len(report.findings) - len(report.findings[:most])
    if left:
        yield f"  ... and {left} records more: konbit partners sync {report.partner} --all"


async def keep_credential(connection: "Connection", partner_id: UUID, kind: str, text: str) -> None:
    """This will seal a credential and put it in the place of the partner's. Raises partners.credentials' errors."""
    from api.sealing import sealer
    from api.settings import read_settings
    from models.partners import CredentialKind
    from partners import credentials

    row = await connection.fetchrow("SELECT address, settings FROM partner WHERE id = $1", partner_id)
    meant = CredentialKind(kind.upper())
    sealed = credentials.seal(
        meant,
        credentials.read_credential(meant, text),
        partner_id=partner_id,
        address=row["address"],
        networks=row["settings"].get("allowed_networks", []),
        sealer=sealer(read_settings()),
    )
    await credentials.keep(connection, partner_id=partner_id, kind=meant, sealed=sealed)


def secret_in(file: Path) -> str:
    """This will be what a file holds; `-` is standard input, so that no secret need stand in a command."""
    return sys.stdin.read() if str(file) == "-" else file.read_text()


def means() -> "Means":
    """By what partners are asked from here."""
    from api.sealing import sealer
    from api.settings import read_settings
    from partners.sync import Means

    settings = read_settings()
    return Means(sealer=sealer(settings), itself=settings.issuer)


@contextmanager
def worker() -> Iterator[str]:
    from api.program import migrated
    from api.settings import read_settings

    with migrated(read_settings()) as urls:
        yield urls.worker


def settings_of(file: Path | None, columns: list[str], networks: list[str], **said: str | None) -> dict[str, Any]:
    """This will be the settings that a file and the options name; an option wins. Raises WrongOption."""
    try:
        settings: Any = json.loads(file.read_text()) if file else {}
    except ValueError:
        raise WrongOption(f"{file} is not JSON") from None
    if not isinstance(settings, dict):
        raise WrongOption(f"{file} must hold a JSON object")
    for column in columns:
        ours, equals, theirs = column.partition("=")
        if not (ours and equals and theirs):
            raise WrongOption(f'--column {column}: write --column service="Nom du service"')
        settings["columns"] = {**settings.get("columns", {}), ours.strip(): theirs.strip()}
    if networks:
        settings["allowed_networks"] = [*settings.get("allowed_networks", []), *networks]
    return settings | {name: value for name, value in said.items() if value is not None}
