"""What happens between `konbit run` and the last connection's end?"""

import asyncio
import errno
import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import TypeAlias

import uvicorn
import uvloop
from starlette.types import ASGIApp

from api.database import DatabaseURLs, create_if_missing, refuse_unusable
from api.demo import furnish
from api.logs import configure
from api.postgres import Server, embedded, reached
from api.sealing import seal_what_is_not
from api.settings import Settings

DATABASE = "konbit"
SECONDS_TO_FINISH = 5
"""for requests under way when the program is asked to end; streams are cut"""
LARGEST_FRAME = 300_000
"""bytes of a WebSocket's frame; above the edge's own limit, which answers with a reason"""

Build: TypeAlias = Callable[[Settings, DatabaseURLs], ASGIApp]
Ours: TypeAlias = Callable[[Path], AbstractContextManager[Server]]


class PortTaken(Exception):
    """The port is in use. Stop what uses it, or choose another with KONBIT_PORT."""


class CannotListen(Exception):
    """The address to listen on, KONBIT_HOST, cannot be used."""


class PostgresEnded(Exception):
    """PostgreSQL has ended, and the program with it; what was committed is kept."""


class StartFailed(Exception):
    """The program could not start serving; its log says why."""


def run(settings: Settings, build: Build) -> None:
    """This will serve until asked to end. Raises this module's exceptions, the supervisor's and the database's."""
    configure(level=logging.getLevelNamesMapping()[settings.log_level.upper()])
    # What happens at start and end is said below in our own words.
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    with ends_on_signal(), ExitStack() as stack:
        listener = stack.enter_context(listening(settings.host, settings.port))
        settings = settings.on_port(listener.getsockname()[1])
        urls, server = prepared(settings, embedded, stack, say)
        seal_what_is_not(settings, urls)
        if settings.demo:
            furnish(settings, urls, say)
        serve(build(settings, urls), settings, listener, server)


@contextmanager
def migrated(settings: Settings) -> Iterator[DatabaseURLs]:
    """This will give the migrated database to a command, whether or not a program serves from it at the moment."""
    with ends_on_signal(), ExitStack() as stack:
        urls, _ = prepared(settings, reached, stack, silent)
        yield urls


def prepared(
    settings: Settings, ours: Ours, stack: ExitStack, say: Callable[[str], None]
) -> tuple[DatabaseURLs, Server | None]:
    """The migrated database, and the server that it is on where that is our own."""
    from migrations.run import upgrade

    if settings.database_url and settings.migration_url:
        server, urls = None, DatabaseURLs.outside(settings.database_url, settings.migration_url)
        asyncio.run(refuse_unusable(urls.migration))
    else:
        say("Starting PostgreSQL ...")
        server = stack.enter_context(ours(settings.data))
        urls = DatabaseURLs.embedded(server, DATABASE)
        asyncio.run(create_if_missing(server, DATABASE))
    say("Bringing the database up to date ...")
    upgrade(urls.migration, urls.password)
    if server is None:
        # DATABASE_URL can lead another way, by a pool, and the password has only now been set.
        asyncio.run(refuse_unusable(urls.app))
    return urls, server


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """The port is taken before anything else is done: whoever starts a second program learns it at once."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(f"{host}:{port}") from None
        raise CannotListen(f"{host}:{port}: {error.strerror}") from None
    with listener:
        yield listener


@contextmanager
def ends_on_signal() -> Iterator[None]:
    """SIGTERM and Control-C leave by way of every `with` block, so that PostgreSQL is stopped in order."""

    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(0)

    # What is ignored stays ignored: that is how nohup asks to outlive the terminal.
    numbers = [n for n in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP) if signal.getsignal(n) != signal.SIG_IGN]
    before = {number: signal.signal(number, leave) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Announced(uvicorn.Server):
    """Says where to look as soon as requests are answered."""

    def __init__(self, config: uvicorn.Config, settings: Settings) -> None:
        super().__init__(config)
        self.settings = settings

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            announce(self.settings)


def announce(settings: Settings) -> None:
    say(f"Konbit answers at {settings.issuer}/graphql (open it in a browser; Control-C ends it)")
    if settings.demo:
        say(f"Its demo network is fictitious; the personas' credentials are in {settings.data / 'demo.json'}")


def silent(line: str) -> None:
    """A command's output is its own."""


def say(line: str) -> None:
    """To standard output, at once; the log is on standard error."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def serve(app: ASGIApp, settings: Settings, listener: socket.socket, server: Server | None) -> None:
    config = uvicorn.Config(
        app,
        http="httptools",
        ws_max_size=LARGEST_FRAME,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        # Who is wrong too often is counted by address: whoever could say their own would never be.
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=list(settings.proxies),
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
    )
    program = Announced(config, settings)

    async def until_the_end() -> None:
        watch = asyncio.create_task(end_with(server)) if server else None
        await program.serve([listener])
        if watch:
            watch.cancel()

    async def end_with(server: Server) -> None:
        await server.died()
        program.should_exit = True

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(until_the_end())
    if server and not server.is_running():
        raise PostgresEnded(f"{server.home.log} says why")
    if not program.started:
        raise StartFailed
