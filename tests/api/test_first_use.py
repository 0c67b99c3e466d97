"""The program starts without what only some of its requests need."""

import subprocess
import sys

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from api.first_use import below

OURS = ("api.hsds.", "api.fhir.", "api.exports.", "partners.hsds", "partners.fhir", "partners.connectors")
LATER = (*OURS, "httpx2", "jinja2", "openpyxl", "rapidfuzz", "phonenumbers")


def test_it_starts_without_what_writes_and_reads_the_standards() -> None:
    code = f"import sys, api.assembly; sys.exit(' '.join(name for name in sys.modules if name.startswith({LATER})))"
    ended = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert ended.stderr.strip() == ""


def test_routes_are_made_once_at_the_first_request_below_their_path() -> None:
    made = []

    async def told(request: object) -> PlainTextResponse:
        return PlainTextResponse("here")

    def make() -> list[Route]:
        made.append(1)
        return [Route("/there", told), Route("/there/{name}", told, methods=["GET"])]

    with TestClient(Starlette(routes=below("/there", make))) as client:
        assert client.get("/elsewhere").status_code == 404
        assert made == []
        assert [client.get(path).status_code for path in ("/there", "/there/a", "/there/a/b")] == [200, 200, 404]
        assert client.post("/there/a").status_code == 405
    assert made == [1]
