"""Who signed in, told to a program that holds their token (OpenID Connect Core 5.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from starlette.responses import Response
from starlette.routing import Route

from api.errors import Forbidden, Refused, Unavailable
from api.graph.bearer import challenge, credentials, scheme_of, sender
from auth.database import AuthenticationUnavailable
from auth.metadata import USERINFO_PATH
from auth.openid import NobodySignedIn

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from starlette.requests import Request

    from api.graph.bearer import Authenticator
    from auth.server import OAuthServer

KEPT_NOWHERE = {"cache-control": "no-store", "pragma": "no-cache"}


def userinfo_routes(server: OAuthServer, authenticator: Authenticator, *, clock: Callable[[], datetime]) -> list[Route]:
    """This will make the route, for GET and POST alike; the token comes in the header, as at the graph."""

    async def answer(request: Request) -> Response:
        try:
            given = credentials(request.scope["headers"], method=request.method, path=request.scope["path"])
            actor = await sender(authenticator, given, now=clock())
            told = await server.userinfo(actor)
        except Refused as refused:
            return _refusal(request, refused)
        except NobodySignedIn:
            return _refusal(request, Forbidden())
        except AuthenticationUnavailable:
            return _refusal(request, Unavailable())
        return Response(orjson.dumps(told), headers=KEPT_NOWHERE, media_type="application/json")

    return [Route(USERINFO_PATH, answer, methods=["GET", "POST"])]


def _refusal(request: Request, refused: Refused) -> Response:
    """RFC 6750, section 3: why stands in the challenge, and there is nothing else to say."""
    headers = dict(KEPT_NOWHERE)
    if words := challenge(refused, scheme_of(request.scope["headers"])):
        headers["www-authenticate"] = words.decode()
    return Response(status_code=refused.status or refused.code.status, headers=headers)
