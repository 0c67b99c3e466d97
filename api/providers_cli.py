"""`konbit providers`: let a partner's own sign-in service vouch for its people or its machines."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from api.settings import Settings

providers = typer.Typer(no_args_is_help=True, help="OpenID Connect issuers of partner organisations.")
ISSUER = Annotated[str, typer.Argument(help="Its address, exactly as its tokens say it: https.")]


class EmptySecret(Exception):
    """The file of the client's secret is empty."""


class VouchesForNobody(Exception):
    """A provider vouches for people, for machines (--machines), or for both."""


@providers.command()
def add(
    issuer: ISSUER,
    organization: Annotated[str, typer.Option(help="Slug of the one organisation that it vouches for.")],
    name: Annotated[str, typer.Option(help="What people call it: they choose it by this name.")],
    client_id: Annotated[str, typer.Option(help="What Konbit is called there.")],
    secret_file: Annotated[
        Path | None, typer.Option(help="Its secret for Konbit; without one Konbit signs in by its own keys.")
    ] = None,
    no_people: Annotated[bool, typer.Option("--no-people", help="Its people may not sign in here.")] = False,
    machines: Annotated[bool, typer.Option("--machines", help="Its tokens count, of clients bound to it.")] = False,
) -> None:
    """Register a provider. People come in by it with an invitation that names it, machines once bound to it."""
    from api.providers import add as register
    from api.sealing import sealer

    if no_people and not machines:
        raise VouchesForNobody
    secret = None if secret_file is None else secret_file.read_bytes().strip()
    if secret == b"":
        raise EmptySecret(str(secret_file))
    with _auth() as (url, settings):
        register(
            url,
            issuer=issuer,
            organization=organization,
            name=name,
            client_id=client_id,
            secret=secret,
            sealer=sealer(settings),
            people=not no_people,
            machines=machines,
        )
    print(f"{issuer} vouches for {organization}.")


@providers.command("list")
def list_() -> None:
    """Say which providers there are, and for whom they vouch."""
    from api.providers import listed

    with _auth() as (url, _):
        for line in listed(url):
            print(line)


@providers.command()
def suspend(issuer: ISSUER) -> None:
    """Let nobody sign in by a provider, and count no token of it."""
    from api.providers import mark

    with _auth() as (url, _):
        mark(url, issuer, suspended=True)
    print(f"{issuer} is suspended. To let it go on: konbit providers resume {issuer}")


@providers.command()
def resume(issuer: ISSUER) -> None:
    """Let a suspended provider vouch again."""
    from api.providers import mark

    with _auth() as (url, _):
        mark(url, issuer, suspended=False)
    print(f"{issuer} vouches again.")


@contextmanager
def _auth() -> "Iterator[tuple[str, Settings]]":
    from api.program import migrated
    from api.settings import read_settings

    settings = read_settings()
    with migrated(settings) as urls:
        yield urls.auth, settings
