"""`konbit members`: invite a person, see who is a member, and change or end that."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from api.roles_cli import roles_of

if TYPE_CHECKING:
    from api.settings import Settings
    from models.accounts import MembershipStatus

members = typer.Typer(no_args_is_help=True, help="The people of partner organisations who may sign in.")
MEMBER = Annotated[UUID, typer.Argument(help="The membership's id, as konbit members list tells it.")]


@members.command()
def invite(
    name: Annotated[str, typer.Argument(help='Whom it is for, in your words: "Marie of the registry".')],
    organization: Annotated[str, typer.Option(help="Slug of the organisation that the person joins.")],
    role: Annotated[list[str], typer.Option(help="As what: administrator. Several times.")],
    site: Annotated[str | None, typer.Option(help="Slug of the one place where the roles hold.")] = None,
    provider: Annotated[
        str | None, typer.Option(help="A provider of the organisation's, by its address: the person signs in there.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=30, help="For how long it is good.")] = 7,
) -> None:
    """Print a link by which one person becomes a member: once, for it is not kept. Hand it over by a way you trust."""
    from api.members import invite as made
    from auth.tokens import Profile

    roles = roles_of(role)
    with _auth() as (url, settings):
        token = made(url, name=name, organization=organization, roles=roles, site=site, issuer=provider, days=days)
        pages = Profile(issuer=settings.issuer, audience=settings.issuer).pages
    print(f"{pages}/invitation/{token}")


@members.command("list")
def list_(organization: Annotated[str | None, typer.Option(help="Slug; else of all.")] = None) -> None:
    """Say who is a member, as what, and whether."""
    from api.members import listed

    with _auth() as (url, _):
        for line in listed(url, organization=organization):
            print(line)


@members.command()
def roles(
    member: MEMBER, role: Annotated[list[str], typer.Argument(help="In place of those before: intake supervisor.")]
) -> None:
    """Say as what a member acts from now on. network_steward is given here, and by stewards who administer."""
    from api.members import give

    given = roles_of(role)
    with _auth() as (url, _):
        give(url, member, given)
    print(f"{member} is now {' '.join(each.lower() for each in given)}.")


@members.command()
def suspend(member: MEMBER) -> None:
    """Let a member act for the organisation no more, within two seconds, until resumed."""
    from models.accounts import MembershipStatus

    _mark(member, MembershipStatus.SUSPENDED)
    print(f"{member} is suspended. To let it go on: konbit members resume {member}")


@members.command()
def resume(member: MEMBER) -> None:
    """Let a suspended member go on."""
    from models.accounts import MembershipStatus

    _mark(member, MembershipStatus.ACTIVE)
    print(f"{member} may act again.")


@members.command()
def end(member: MEMBER) -> None:
    """End a membership for good, within two seconds; coming back takes another invitation."""
    from models.accounts import MembershipStatus

    _mark(member, MembershipStatus.LEFT)
    print(f"{member} has ended.")


@members.command()
def bar(member: MEMBER) -> None:
    """Let the person behind a membership sign in nowhere, and end at once all that they are signed in to."""
    from api.members import bar as barred

    with _auth() as (url, _):
        barred(url, member)
    print(f"The person of {member} may sign in nowhere. To let them in again: konbit members let-in {member}")


@members.command("let-in")
def let_in(member: MEMBER) -> None:
    """Let a person who was barred sign in again; what was ended stays so."""
    from api.members import let_in as let

    with _auth() as (url, _):
        let(url, member)
    print(f"The person of {member} may sign in again.")


def _mark(member: UUID, status: "MembershipStatus") -> None:
    from api.members import mark

    with _auth() as (url, _):
        mark(url, member, status)


@contextmanager
def _auth() -> "Iterator[tuple[str, Settings]]":
    from api.program import migrated
    from api.settings import read_settings

    settings = read_settings()
    with migrated(settings) as urls:
        yield urls.auth, settings
