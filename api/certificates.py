"""What anyone may ask about certificates: the page that checks one, the signed file, the revoked ones, the keys.

No token is asked for: an id of 122 random bits is. An unknown one and a malformed one are answered alike.
"""

import re
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import anyio
import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from api.papers.page import HEADERS, Checked, page, unknown
from api.papers.words import language
from auth.data_integrity import public_key, verifies
from models.rules.badges import claims_of, kept_claims
from models.rules.certificates import validity
from models.rules.issuers import DOCUMENT_PATH, did_document, method_of
from models.session import Database, beginning

PATH = "/certificates/{name}"
STATUS_PATH = "/certificates/status/{number}"
CREDENTIAL, DID = "application/vc", "application/did+json"
"W3C media types of a credential (data model 2.0, appendix C) and of a DID document."
ANYWHERE = {"access-control-allow-origin": "*", "x-robots-tag": "noindex, nofollow"}
"Verifiers run in browsers too; there is nothing here that a page of another origin may not read."
AT_WORK = 2
"Signatures that are checked at once, in one process: anyone may ask, and each takes a processor for a while."
LIST_NUMBER = re.compile("[0-9]{1,9}")
LISTS_STAND, KEYS_STAND = "public, max-age=60", "public, max-age=300"
NOBODY = beginning({}, writes=False)

CERTIFICATE = "SELECT public_certificate($1)"
STATUS_LIST = "SELECT public_status_list($1)"
KEYS = "SELECT public_key, withdrawn_at FROM public_issuer_keys()"


def certificate_routes(database: Database, *, issuer: str, clock: Callable[[], datetime]) -> list[Route]:
    """This will make the public routes. `issuer`: the address that certificates name."""

    desks = anyio.CapacityLimiter(AT_WORK)

    async def value(statement: str, *arguments: Any) -> Any:
        async with database.transaction(NOBODY) as connection:
            return await connection.fetchval(statement, *arguments)

    async def keys() -> dict[str, datetime | None]:
        async with database.transaction(NOBODY) as connection:
            return {row["public_key"]: row["withdrawn_at"] for row in await connection.fetch(KEYS)}

    async def certificate(request: Request) -> Response:
        name = request.path_params["name"]
        wanted, as_file = _id(name.removesuffix(".json")), name.endswith(".json")
        kept = None if wanted is None else await value(CERTIFICATE, wanted)
        if as_file:
            return _file(None if kept is None else kept["credential"], waits=kept is not None)
        chosen = language(request.query_params.get("lang"), request.headers.get("accept-language"))
        if kept is None or wanted is None:
            return HTMLResponse(unknown(chosen), 404, HEADERS | {"content-language": chosen})
        good = [key for key, withdrawn_at in (await keys()).items() if withdrawn_at is None]
        check = partial(_checked, wanted, kept, good, issuer=issuer, now=clock())
        checked = await anyio.to_thread.run_sync(check, limiter=desks)
        return HTMLResponse(page(checked, chosen), headers=HEADERS | {"content-language": chosen})

    async def status_list(request: Request) -> Response:
        number = request.path_params["number"]
        found = await value(STATUS_LIST, int(number)) if LIST_NUMBER.fullmatch(number) else None
        return _document(found, CREDENTIAL, LISTS_STAND)

    async def did(request: Request) -> Response:
        return _document(did_document(issuer=issuer, keys=await keys()), DID, KEYS_STAND)

    return [
        Route(DOCUMENT_PATH, did),
        Route(STATUS_PATH, status_list),
        Route(PATH, certificate),
    ]


def _id(text: str) -> UUID | None:
    """Ids as they are printed, and no other spelling of them."""
    try:
        found = UUID(text)
    except ValueError:
        return None
    return found if str(found) == text else None


def _checked(wanted: UUID, kept: dict[str, Any], good: list[str], *, issuer: str, now: datetime) -> Checked:
    """What was signed is shown as signed; what was issued and not yet signed, as it was issued."""
    signed = kept["credential"]
    proved = None
    if signed is not None:
        proved = verifies(signed, keys={method_of(issuer, key): public_key(key) for key in good})
    valid_until, revoked_at = _moment(kept["valid_until"]), _moment(kept["revoked_at"])
    return Checked(
        id=wanted,
        claims=claims_of(signed) if proved else kept_claims(kept["claims"]),
        worth=validity(proved=proved, revoked_at=revoked_at, valid_until=valid_until, now=now),
        issued_at=datetime.fromisoformat(kept["issued_at"]),
        valid_until=valid_until,
        revoked_at=revoked_at,
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _file(credential: dict[str, Any] | None, *, waits: bool) -> Response:
    if credential is None and waits:
        return Response(status_code=503, headers=ANYWHERE | {"retry-after": "2", "cache-control": "no-store"})
    return _document(credential, CREDENTIAL, "no-store")


def _document(document: Any, media_type: str, stands: str) -> Response:
    if document is None:
        return Response(status_code=404, headers=ANYWHERE | {"cache-control": "no-store"})
    return Response(orjson.dumps(document), media_type=media_type, headers=ANYWHERE | {"cache-control": stands})
