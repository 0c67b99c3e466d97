"""A partner that is down, slow or wrong harms nothing: it is asked patiently, within limits, and never leads inside."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from models.partners import SyncOutcome
from partners.outgoing import InnerAddress, NoAnswer, NotFound, Patience, TooLarge, asker
from partners.sync import Means, sync
from tests.partners.conftest import NOW, QUICK, Directory
from tests.partners.servers import HsdsServer, answer, serving

Serve = Callable[[Any], str]
LOOPBACK = ("127.0.0.0/8",)


def first(times: int, said: Response) -> Callable[[Request], Response | None]:
    """Answers so for the first times that services are asked for."""
    left = iter(range(times))
    return lambda request: said if request.url.path == "/services" and next(left, None) is not None else None


async def test_a_server_out_of_breath_is_asked_again(directory: Directory, border: HsdsServer, serve: Serve) -> None:
    border.before = first(2, answer({}, 503))
    await directory.enter("border", serve(border))

    assert (await directory.pull("border")).outcome is SyncOutcome.COMPLETE
    assert len([path for path in border.asked if path.startswith("/services")]) == 3


async def test_retry_after_is_honoured(directory: Directory, border: HsdsServer, serve: Serve) -> None:
    border.before = first(1, answer({}, 429, retry_after="1"))
    await directory.enter("border", serve(border))
    began = time.monotonic()

    report = await directory.pull("border")

    assert report.outcome is SyncOutcome.COMPLETE
    assert time.monotonic() - began >= 1


async def test_a_server_that_asks_for_an_hour_is_left_alone(
    directory: Directory, border: HsdsServer, serve: Serve
) -> None:
    border.before = first(1, answer({}, 429, retry_after="3600"))
    await directory.enter("border", serve(border))

    report = await directory.pull("border")

    assert report.outcome is SyncOutcome.PARTIAL
    assert "answered 429 and asks to be left alone for 3600 s. Sync it later." in report.failures[0]
    assert len([path for path in border.asked if path.startswith("/services")]) == 1


async def test_a_partner_that_is_down_leaves_all_as_it_was(directory: Directory, border: HsdsServer) -> None:
    with serving(border) as address:
        await directory.enter("border", address)
        await directory.pull("border")
    before = await directory.versions(besides=("partner",))

    report = await directory.pull("border")

    assert report.outcome is SyncOutcome.FAILED
    assert "asked 3 times: ConnectError" in report.failures[0]
    assert await directory.versions(besides=("partner",)) == before
    partner = await directory.one("SELECT last_success_at, last_failure_at, last_failure FROM partner")
    assert partner == {"last_success_at": NOW, "last_failure_at": NOW, "last_failure": report.failures[0]}
    runs = await directory.rows(
        "SELECT outcome, counts ->> 'new' AS new, finished_at >= started_at AS ended FROM sync_run"
    )
    assert runs == [
        {"outcome": "COMPLETE", "new": "9", "ended": True},
        {"outcome": "FAILED", "new": "0", "ended": True},
    ]


async def test_one_partner_down_stops_no_other(directory: Directory, border: HsdsServer, serve: Serve) -> None:
    await directory.enter("absent", "http://127.0.0.1:9")
    await directory.enter("border", serve(border))

    assert (await directory.pull("absent")).outcome is SyncOutcome.FAILED
    assert (await directory.pull("border")).outcome is SyncOutcome.COMPLETE


@contextmanager
def raw(*answers: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A server that says these bytes, one connection each, and hangs up."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def run() -> None:
            for said in answers:
                connection, _ = listener.accept()
                with connection:
                    asked.append(connection.recv(65536))
                    connection.sendall(said)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", asked
        thread.join(5)


async def test_an_answer_cut_short_is_asked_for_again() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n"
    with raw(head + b'{"con', head + b'{"contents":[     ]}') as (address, asked):
        async with asker(LOOPBACK, QUICK) as ask:
            assert await ask.get(address) == b'{"contents":[     ]}'
    assert len(asked) == 2


async def test_json_cut_short_is_no_list(directory: Directory, border: HsdsServer, serve: Serve) -> None:
    border.before = first(9, Response(b'{"contents": [{"id": "1", "na', media_type="application/json"))
    await directory.enter("border", serve(border))

    report = await directory.pull("border")

    assert report.outcome is SyncOutcome.PARTIAL
    assert "does not answer with JSON, or not with all of it" in report.failures[0]


async def test_an_answer_without_end_is_cut(serve: Serve) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        async def forever() -> Any:
            while True:
                yield b"x" * 65536
                await asyncio.sleep(0)

        await StreamingResponse(forever())(scope, receive, send)

    patience = Patience(largest=1_000_000, tries=1)
    async with asker(LOOPBACK, patience) as ask:
        with pytest.raises(TooLarge):
            await ask.get(serve(app))


async def test_an_answer_that_drips_is_not_waited_for(serve: Serve) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        async def drip() -> Any:
            while True:
                yield b"x"
                await asyncio.sleep(0.05)

        await StreamingResponse(drip())(scope, receive, send)

    async with asker(LOOPBACK, Patience(read=1, whole=0.5, tries=1)) as ask:
        with pytest.raises(NoAnswer, match="asked once: TimeoutError"):
            await ask.get(serve(app))


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1",
        "http://localhost:1",
        "http://[::1]:1",
        "http://[::ffff:127.0.0.1]:1",
        "http://10.1.2.3",
        "http://192.168.0.1",
        "http://169.254.169.254/latest/meta-data",
        "http://[fd00::1]",
        "http://[64:ff9b::7f00:1]",
        "http://[2002:7f00:1::]",
        "http://0.0.0.0:1",
        "http://2130706433:1",
        "http://224.0.0.1",
    ],
)
async def test_an_inner_address_is_refused(address: str) -> None:
    async with asker((), QUICK) as ask:
        with pytest.raises(InnerAddress, match="--allow-network"):
            await ask.get(address)


async def test_a_redirect_inside_is_refused_though_its_server_is_allowed(serve: Serve) -> None:
    inner = serve(HsdsServer())
    outer = serve(RedirectResponse(inner.replace("127.0.0.1", "127.0.0.2")))

    async with asker(("127.0.0.1/32",), QUICK) as ask:
        with pytest.raises(InnerAddress, match=r"127\.0\.0\.2"):
            await ask.get(outer)


async def test_a_redirect_is_followed_where_it_may_go(serve: Serve) -> None:
    inner = serve(HsdsServer())
    outer = serve(RedirectResponse(f"{inner}/"))

    async with asker(LOOPBACK, QUICK) as ask:
        assert b'"version":"3.1"' in await ask.get(outer)


async def test_redirects_in_a_circle_end(serve: Serve) -> None:
    server = HsdsServer(before=lambda request: RedirectResponse(f"{request.url}x"))

    async with asker(LOOPBACK, QUICK) as ask:
        with pytest.raises(NoAnswer):
            await ask.get(serve(server))
    assert len(server.asked) == QUICK.redirects + 1


async def test_what_is_not_there_is_asked_for_once(serve: Serve) -> None:
    server = HsdsServer()

    async with asker(LOOPBACK, QUICK) as ask:
        with pytest.raises(NotFound):
            await ask.get(serve(server) + "/nothing")
    assert server.asked == ["/nothing"]


async def test_two_syncs_of_one_partner_do_not_run_at_once(
    directory: Directory, border: HsdsServer, serve: Serve
) -> None:
    held, done = threading.Event(), threading.Event()

    def wait(request: Request) -> Response | None:
        if request.url.path == "/services" and not held.is_set():
            held.set()
            done.wait(5)
        return None

    border.before = wait
    await directory.enter("border", serve(border))
    slow = asyncio.create_task(directory.pull("border"))
    await asyncio.to_thread(held.wait, 5)

    second = await directory.pull("border")
    done.set()

    assert second.failures == ["It is being synced by another process. Wait for that one."]
    assert not second.succeeded
    assert (await slow).outcome is SyncOutcome.COMPLETE
    assert len(await directory.rows("SELECT FROM sync_run")) == 1


async def test_a_directory_does_not_read_itself(directory: Directory) -> None:
    await directory.enter("soi", "http://127.0.0.1:9/hsds")

    report = await sync(directory.worker, "soi", now=NOW, means=Means(itself="http://localhost:9"))

    assert report.failures == [
        "Its address is this directory's own, and it would read what it just wrote. Give another."
    ]
