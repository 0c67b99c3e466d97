"""`konbit keys`: let keys be followed by others, seal what is kept, and see which keys there are."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from api.database import DatabaseURLs
    from api.settings import Settings

keys = typer.Typer(no_args_is_help=True, help="The keys that sign access tokens and certificates, and what seals them.")


@keys.command()
def rotate(
    at_once: Annotated[
        bool,
        typer.Option(
            "--at-once", help="A key was stolen: sign with the new one now, and withdraw all others and their tokens."
        ),
    ] = False,
) -> None:
    """Make the next key. It is published now and signs from tomorrow; the one before is kept until its tokens end."""
    from api.keys import rotate as make_next
    from api.sealing import sealer

    with _migrated() as (settings, urls):
        print(make_next(urls.auth, sealer=sealer(settings), at_once=at_once))


@keys.command("rotate-issuer")
def rotate_issuer(
    at_once: Annotated[
        bool,
        typer.Option(
            "--at-once",
            help="A key was stolen: sign with the new one now, and withdraw all others and what they signed.",
        ),
    ] = False,
) -> None:
    """Make the next key of certificates. It is published now and signs from tomorrow; what is signed stays good."""
    from api.keys import rotate_issuer as make_next
    from api.sealing import sealer

    with _migrated() as (settings, urls):
        print(make_next(urls.worker, sealer=sealer(settings), at_once=at_once))


@keys.command()
def seal() -> None:
    """Seal everything under the key that seals today, the first of those that are set; the others are then unneeded."""
    from api.sealing import seal_anew

    with _migrated() as (settings, urls):
        print(seal_anew(settings, urls))


@keys.command("list")
def list_() -> None:
    """Say which keys sign, since when, and which keys seal what is kept. No secret is shown."""
    from api.keys import listed
    from api.sealing import sealer

    with _migrated() as (settings, urls):
        for line in listed(urls, sealer=sealer(settings)):
            print(line)


@contextmanager
def _migrated() -> Iterator["tuple[Settings, DatabaseURLs]"]:
    from api.program import migrated
    from api.settings import read_settings

    settings = read_settings()
    with migrated(settings) as urls:
        yield settings, urls
