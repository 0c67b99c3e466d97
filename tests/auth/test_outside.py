"""What goes out goes to whom it is meant for: over https, to no inner address, within limits of size and time."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from auth import outside
from auth.outside import NoAnswer, Outside, UnfitAddress, check_address, same_server
from tests.partners.servers import serving

LOOPBACK = ["127.0.0.0/8"]


async def plain(request: Request) -> Response:
    return JSONResponse({"asked": request.method, "agent": request.headers["user-agent"]})


async def elsewhere(request: Request) -> Response:
    return RedirectResponse("/plain")


async def endless(request: Request) -> Response:
    async def drops() -> AsyncIterator[bytes]:
        yield b"{"
        while True:
            await asyncio.sleep(0.05)
            yield b" "

    return StreamingResponse(drops(), media_type="application/json")


async def large(request: Request) -> Response:
    return Response(b'{"x": "' + b"x" * outside.LARGEST + b'"}')


async def bomb(request: Request) -> Response:
    return Response(gzip.compress(b" " * 10_000_000 + b"{}"), headers={"content-encoding": "gzip"})


async def form(request: Request) -> Response:
    return Response(await request.body(), 418)


SAID = {"list": b"[1]", "nothing": b"", "page": b"<html>", "deep": b"[" * 100_000, "latin": b'{"x": "\xe9"}'}


async def said(request: Request) -> Response:
    return Response(SAID[request.path_params["what"]], media_type="application/json")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    routes = [
        Route("/plain", plain),
        Route("/elsewhere", elsewhere),
        Route("/endless", endless),
        Route("/large", large),
        Route("/bomb", bomb),
        Route("/form", form, methods=["POST"]),
        Route("/said/{what}", said),
    ]
    with serving(Starlette(routes=routes)) as address:
        yield address


async def test_an_answer_is_a_json_object(server: str) -> None:
    assert await Outside(LOOPBACK).get(f"{server}/plain") == {"asked": "GET", "agent": "Konbit"}
    answer = await Outside(LOOPBACK).post(f"{server}/form", {"a": "b c"}, headers={"authorization": "Basic x"})
    assert (answer.status, answer.body) == (418, b"a=b+c")


@pytest.mark.parametrize("what", SAID)
async def test_what_is_no_json_object_is_no_answer(server: str, what: str) -> None:
    with pytest.raises(NoAnswer):
        await Outside(LOOPBACK).get(f"{server}/said/{what}")


@pytest.mark.parametrize("path", ["/elsewhere", "/large", "/bomb", "/nothing-there"])
async def test_neither_a_redirect_nor_what_is_too_large_nor_a_failure(server: str, path: str) -> None:
    with pytest.raises(NoAnswer):
        await Outside(LOOPBACK).get(server + path)


async def test_what_drips_for_ever_ends(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "PATIENCE", 0.5)
    with pytest.raises(NoAnswer, match="TimeoutError"):
        await Outside(LOOPBACK).get(f"{server}/endless")


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/x",
        "https://localhost/x",
        "https://[::1]/x",
        "https://10.1.2.3/keys",
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:169.254.169.254]/latest/meta-data",
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://[64:ff9b:1::a9fe:a9fe]/",
        "https://[::ffff:0:a9fe:a9fe]/",
        "https://[::127.0.0.1]/",
        "https://[fec0::1]/",
        "https://[fd00::1]/",
        "https://0.0.0.0/",
        "https://2130706433/",
        "https://0x7f.1/",
    ],
)
async def test_an_inner_address_is_not_asked(address: str) -> None:
    with pytest.raises(NoAnswer, match="not public"):
        await Outside().get(address)


async def test_this_machine_is_asked_where_it_is_allowed_alone(server: str) -> None:
    with pytest.raises(NoAnswer, match="not public"):
        await Outside(["10.0.0.0/8"]).get(f"{server}/plain")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "x",
        "http://id.example/keys",
        "http://10.1.2.3/keys",
        "ftp://id.example/keys",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
        "https:///keys",
        "https://who@id.example/",
        "https://who:what@id.example/",
        "https://id.example/#keys",
        "https://id.example:99999/",
        "https://id.example/\r\nx: y",
        "https://id.exämple/",
        "http://localhost.id.example/",
        "http://127.0.0.1.id.example/",
        "http://localhost@id.example/",
    ],
)
def test_what_is_no_address_to_ask_at(address: str) -> None:
    with pytest.raises(UnfitAddress):
        check_address(address)


@pytest.mark.parametrize(
    "address", ["https://id.example", "https://id.example:8443/realms/x?y=z", "http://127.0.0.1:80/", "http://[::1]/"]
)
def test_what_is(address: str) -> None:
    assert check_address(address) == address


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://127.0.0.1:8000/hsds", "http://localhost:8000", True),
        ("https://konbit.example/fhir", "https://konbit.example:443", True),
        ("http://127.0.0.1:8001/hsds", "http://127.0.0.1:8000", False),
        ("https://other.example/hsds", "https://konbit.example", False),
        ("/srv/sheet.csv", "https://konbit.example", False),
    ],
)
def test_which_addresses_lead_to_one_server(one: str, other: str, same: bool) -> None:
    assert same_server(one, other) is same
