"""`konbit organizations` and `konbit areas`: what must be there before partners can be."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

organizations = typer.Typer(no_args_is_help=True, help="The organisations of the network.")


class UnknownKind(Exception):
    """There is no such kind of organisation."""


@organizations.command()
def add(
    slug: Annotated[str, typer.Argument(help="Small letters, digits and hyphens: etat-civil-belladere.")],
    kind: Annotated[str, typer.Option(help="As in the schema's OrganizationKind: civil_registry.")],
    name: Annotated[
        list[str], typer.Option(help='With its language, the original first: fr="Bureau de l\'état civil".')
    ],
    pcode: Annotated[str | None, typer.Option(help="Of the area it works in.")] = None,
) -> None:
    """Enter an organisation. Its programs sign in once they are registered: konbit clients add."""
    from api.network import add_organization
    from models.rules.vocabulary import OrganizationKind

    if kind.upper() not in set(OrganizationKind):
        raise UnknownKind(f"{kind}; there are {', '.join(each.lower() for each in OrganizationKind)}")
    names = {language.strip(): words.strip() for language, _, words in (each.partition("=") for each in name)}
    with _worker() as url:
        add_organization(url, slug, kind=OrganizationKind(kind.upper()), names=names, pcode=pcode)
    print(f"{slug} is entered.")


@organizations.command("list")
def list_() -> None:
    """Say which organisations there are."""
    from api.network import organizations as listed

    with _worker() as url:
        for line in listed(url):
            print(line)


def areas(file: Annotated[Path, typer.Argument(help="CSV of P-codes and names: adm1_pcode, adm1_fr, ...")]) -> None:
    """Enter a country's areas by their P-codes, or correct their names."""
    from api.network import load_areas

    with _worker() as url:
        print(f"{load_areas(url, file)} areas are known.")


@contextmanager
def _worker() -> Iterator[str]:
    from api.program import migrated
    from api.settings import read_settings

    with migrated(read_settings()) as urls:
        yield urls.worker
