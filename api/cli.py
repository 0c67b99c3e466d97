"""The `konbit` command. Each command imports what it needs when it runs, so that `konbit run` starts quickly."""

import gc
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.clients_cli import clients
from api.keys_cli import keys
from api.members_cli import members
from api.network_cli import areas, organizations
from api.partners_cli import partners
from api.partners_tending_cli import tending
from api.providers_cli import providers
from api.releases_cli import releases

if TYPE_CHECKING:
    from api.database import DatabaseURLs

konbit = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Coordination for partner networks. Settings come from the environment: KONBIT_PORT, KONBIT_DATA and others.",
)
konbit.add_typer(organizations, name="organizations")
konbit.command()(areas)
konbit.add_typer(clients, name="clients")
konbit.add_typer(members, name="members")
konbit.add_typer(providers, name="providers")
konbit.add_typer(keys, name="keys")
tending(partners)
konbit.add_typer(partners, name="partners")
konbit.add_typer(releases, name="releases")


@konbit.command()
def run(
    with_parent: Annotated[bool, typer.Option("--with-parent", help="End when whoever started it ends.")] = False,
) -> None:
    """Serve until asked to end: PostgreSQL, the database brought up to date, the graph."""
    if with_parent:
        from api.postgres.shim import end_with

        end_with(os.getppid(), signal.SIGTERM)
    # Modules are made to stay: looking through them for garbage costs a fifth of the start, and time ever after.
    gc.disable()
    from api.assembly import build
    from api.program import run as serve
    from api.settings import read_settings

    gc.freeze()
    gc.enable()
    serve(read_settings(), build)


@konbit.command()
def migrate() -> None:
    """Bring the database up to date and end."""
    from api.program import migrated
    from api.settings import read_settings

    with migrated(read_settings()):
        print("The database is up to date.")


@konbit.command()
def demo(
    scale: Annotated[int, typer.Option(min=1, max=1000, help="How many times 3,000 referrals.")] = 1,
) -> None:
    """Fill an empty database with the demo network."""
    from api.demo import fill
    from api.program import migrated, say
    from api.settings import read_settings

    settings = read_settings()
    with migrated(settings) as urls:
        fill(settings, urls, scale=scale, say=say)


@konbit.command()
def schema() -> None:
    """Print the schema in SDL, as schema.graphql holds it."""
    from resolvers.schema import build

    built, _ = build()
    print(built.as_str())


@konbit.command()
def explain(
    file: Annotated[Path, typer.Argument(help="A file with one GraphQL operation.")],
    persona: Annotated[str, typer.Option("--as", help="Who asks: a persona of the demo network.")] = "brc",
    variables: Annotated[str, typer.Option(help="Its variables, as JSON.")] = "{}",
    analyze: Annotated[bool, typer.Option(help="Run it too, and keep nothing.")] = False,
) -> None:
    """Show the SQL that answers an operation, and PostgreSQL's plan of it under the row policies."""
    import asyncio

    from api.explain import explain as explained
    from api.program import migrated
    from api.settings import read_settings

    settings = read_settings()
    text = file.read_text()
    personas = json.loads((settings.data / "demo.json").read_text())["personas"]

    async def show(urls: "DatabaseURLs") -> None:
        async for part in explained(
            urls, personas=personas, persona=persona, text=text, variables=variables, analyze=analyze
        ):
            print(part)

    with migrated(settings) as urls:
        asyncio.run(show(urls))


@konbit.command()
def migration(what: Annotated[str, typer.Argument(help='What it does, such as "add places".')]) -> None:
    """Draft the next migration: what the models have become since the last."""
    from api.migration_draft import draft

    print(draft(what))


def main() -> None:
    """This will run the command line; what went wrong is one line on standard error and an exit code of 1."""
    sys.exit(exit_with_one_line(konbit))


def exit_with_one_line(command: Callable[[], object]) -> int | str | None:
    """What `sys.exit` takes. An exception of ours says itself by its docstring; a bug keeps its trace."""
    try:
        command()
    except OSError as error:
        return f"konbit: {error.strerror or error}" + (f": {error.filename}" if error.filename else "")
    except Exception as error:
        if not is_ours(error):
            raise
        said = (error.__doc__ or "").split("\n", 1)[0].rstrip(".")
        return f"konbit: {said}: {error}" if str(error) else f"konbit: {said}."
    return None


OURS = frozenset({"actions", "api", "auth", "jobs", "migrations", "models", "partners", "planner", "resolvers"})


def is_ours(error: Exception) -> bool:
    return type(error).__module__.partition(".")[0] in OURS
