"""`konbit clients`: let a partner's program sign in, see which there are, and shut one out."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from models.rules.roles import Role

clients = typer.Typer(no_args_is_help=True, help="The programs of partner organisations that may sign in.")


class UnknownRole(Exception):
    """There is no such role."""


class UnreadableKeys(Exception):
    """The file of public keys is not a JWK set in JSON."""


@clients.command()
def add(
    name: Annotated[str, typer.Argument(help='What it is, for people: "Case system of the registry".')],
    organization: Annotated[str, typer.Option(help="Slug of the one organisation that it acts for.")],
    scope: Annotated[str, typer.Option(help='The most that its tokens may reach: "directory:read referrals:read".')],
    role: Annotated[list[str] | None, typer.Option(help="What it may see of people: intake. Several times.")] = None,
    keys: Annotated[Path | None, typer.Option(help="Its public keys, a JWK set, in place of a secret.")] = None,
) -> None:
    """Register a client, and print its secret: once, for it is not kept."""
    from api.clients import add as register
    from auth.scopes import OF_CLIENTS, parse_scopes

    scopes, roles, jwks = parse_scopes(scope) | OF_CLIENTS, _roles(role or []), None
    if keys is not None:
        try:
            jwks = json.loads(keys.read_text())
        except ValueError:
            raise UnreadableKeys(str(keys)) from None
        if not isinstance(jwks, dict):
            raise UnreadableKeys(str(keys))
    with _auth() as url:
        client_id, secret = register(url, name=name, organization=organization, scopes=scopes, roles=roles, jwks=jwks)
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
def suspend(client_id: str) -> None:
    """Refuse a client and all its tokens, within two seconds."""
    from api.clients import mark
    from models.oauth import ClientStatus

    with _auth() as url:
        mark(url, client_id, ClientStatus.SUSPENDED)
    print(f"{client_id} is suspended. To let it go on: konbit clients resume {client_id}")


@clients.command()
def resume(client_id: str) -> None:
    """Let a suspended client go on."""
    from api.clients import mark
    from models.oauth import ClientStatus

    with _auth() as url:
        mark(url, client_id, ClientStatus.ACTIVE)
    print(f"{client_id} may sign in again.")


def _roles(words: list[str]) -> "list[Role]":
    from models.rules.roles import Role

    unknown = [word for word in words if word.upper() not in set(Role)]
    if unknown:
        raise UnknownRole(f"{', '.join(unknown)}; there are {', '.join(role.lower() for role in Role)}")
    return [Role(word.upper()) for word in words]


@contextmanager
def _auth() -> Iterator[str]:
    from api.program import migrated
    from api.settings import read_settings

    with migrated(read_settings()) as urls:
        yield urls.auth
