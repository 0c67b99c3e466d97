"""`konbit clients`: let a partner's program sign in, see which there are, shut one out, and grant what is asked for."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.roles_cli import roles_of

if TYPE_CHECKING:
    from models.oauth import ClientGrant

clients = typer.Typer(no_args_is_help=True, help="The programs of partner organisations that may sign in.")
CLIENT_ID = Annotated[str, typer.Argument(help="As konbit clients list tells it.")]
SCOPES = 'Words in one text: "directory:read referrals:read".'


class UnreadableKeys(Exception):
    """The file of public keys is not a JWK set in JSON."""


class IssuerAndSubject(Exception):
    """A machine that has its tokens of another issuer is named by both --issuer and --subject."""


@clients.command()
def add(
    name: Annotated[str, typer.Argument(help='What it is, for people: "Case system of the registry".')],
    organization: Annotated[str, typer.Option(help="Slug of the one organisation that it acts for.")],
    scope: Annotated[str, typer.Option(help=f"The most that its tokens may reach. {SCOPES}")],
    role: Annotated[list[str] | None, typer.Option(help="What it may see of people: intake. Several times.")] = None,
    keys: Annotated[Path | None, typer.Option(help="Its public keys, a JWK set, in place of a secret.")] = None,
    keys_url: Annotated[str | None, typer.Option(help="Where it publishes its keys instead: https.")] = None,
    issuer: Annotated[
        str | None, typer.Option(help="A provider of the organisation's that it has its tokens of: its address.")
    ] = None,
    subject: Annotated[str | None, typer.Option(help="What that provider calls it.")] = None,
    public: Annotated[bool, typer.Option("--public", help="An app or a page, which can keep no secret.")] = False,
    redirect: Annotated[
        list[str] | None, typer.Option(help="People sign in to it, and are sent back there. Several times.")
    ] = None,
    device: Annotated[
        bool, typer.Option("--device", help="People let it in by typing its code; it is public, too.")
    ] = False,
    after_logout: Annotated[
        list[str] | None, typer.Option(help="Where people may be sent after they signed out. Several times.")
    ] = None,
    logout: Annotated[str | None, typer.Option(help="What is told that a person signed out: https.")] = None,
    dpop: Annotated[bool, typer.Option("--dpop", help="Its tokens are always bound to a key.")] = False,
    par: Annotated[bool, typer.Option("--par", help="It must push its requests.")] = False,
) -> None:
    """Register a client, and print its secret: once, for it is not kept.

    A machine that acts for itself, unless --redirect or --device says how people let it act for them.
    """
    from api.clients import Program
    from api.clients import add as register
    from auth.scopes import parse_scopes

    scopes, roles, jwks = parse_scopes(scope), roles_of(role or []), None if keys is None else _read(keys)
    if (issuer is None) != (subject is None):
        raise IssuerAndSubject
    keyed = keys is not None or keys_url is not None
    program = Program(
        grants=_grants(redirect=bool(redirect), device=device),
        public=public or (device and not redirect and not keyed),
        jwks=jwks,
        jwks_uri=keys_url,
        issuer=issuer,
        subject=subject,
        redirect_uris=tuple(redirect or ()),
        post_logout_redirect_uris=tuple(after_logout or ()),
        backchannel_logout_uri=logout,
        dpop_bound=dpop,
        requires_par=par,
    )
    with _auth() as url:
        client_id, secret = register(
            url, name=name, organization=organization, scopes=scopes, roles=roles, program=program
        )
    print(f"client_id:     {client_id}")
    if secret is not None:
        print(f"client_secret: {secret}")


@clients.command("list")
def list_() -> None:
    """Say which clients there are, and what each may do."""
    from api.clients import listed

    with _auth() as url:
        for line in listed(url):
            print(line)


@clients.command()
def asks() -> None:
    """Say for which clients scopes are asked, and which."""
    from api.clients import asking

    with _auth() as url:
        print("\n".join(asking(url)) or "Nobody asks for scopes.")


@clients.command()
def grant(client_id: CLIENT_ID, scope: Annotated[str, typer.Argument(help=f"{SCOPES} Empty: none.")]) -> None:
    """Say which scopes a client may ask for, in place of those before."""
    from api.clients import grant as let
    from auth.scopes import parse_scopes, scope_text

    scopes = parse_scopes(scope)
    with _auth() as url:
        let(url, client_id, scopes)
    print(f"{client_id} may ask for {scope_text(scopes) or 'nothing'}.")


@clients.command()
def rotate(
    client_id: CLIENT_ID,
    overlap: Annotated[
        int, typer.Option(min=0, max=168, help="Hours that the secret before counts beside it; 0: it was stolen.")
    ] = 24,
) -> None:
    """Give a client another secret, and print it: once, for it is not kept."""
    from datetime import timedelta

    from api.clients import rotate as follow

    with _auth() as url:
        secret = follow(url, client_id, overlap=timedelta(hours=overlap))
    print(f"client_secret: {secret}")
    print(f"The one before counts for {overlap} hours more." if overlap else "The one before counts no more.")


@clients.command()
def suspend(client_id: CLIENT_ID) -> None:
    """Refuse a client and all its tokens, within two seconds."""
    from api.clients import mark
    from models.oauth import ClientStatus

    with _auth() as url:
        mark(url, client_id, ClientStatus.SUSPENDED)
    print(f"{client_id} is suspended. To let it go on: konbit clients resume {client_id}")


@clients.command()
def resume(client_id: CLIENT_ID) -> None:
    """Let a suspended client go on."""
    from api.clients import mark
    from models.oauth import ClientStatus

    with _auth() as url:
        mark(url, client_id, ClientStatus.ACTIVE)
    print(f"{client_id} may sign in again.")


def _grants(*, redirect: bool, device: bool) -> "frozenset[ClientGrant]":
    from models.oauth import ClientGrant

    by_people = {
        *([ClientGrant.AUTHORIZATION_CODE] if redirect else []),
        *([ClientGrant.DEVICE_CODE] if device else []),
    }
    return frozenset({*by_people, ClientGrant.REFRESH_TOKEN} if by_people else {ClientGrant.CLIENT_CREDENTIALS})


def _read(keys: Path) -> dict[str, Any]:
    try:
        jwks = json.loads(keys.read_text())
    except ValueError:
        raise UnreadableKeys(str(keys)) from None
    if not isinstance(jwks, dict):
        raise UnreadableKeys(str(keys))
    return jwks


@contextmanager
def _auth() -> Iterator[str]:
    from api.program import migrated
    from api.settings import read_settings

    with migrated(read_settings()) as urls:
        yield urls.auth
