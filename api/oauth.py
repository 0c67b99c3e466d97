"""The OAuth endpoints over HTTP: how a form is read, and how an answer of the authorization server is written."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from api.forms import BadForm, read_form
from api.logs import fault, log
from auth.database import AuthenticationUnavailable
from auth.exchange import Answer
from auth.metadata import (
    DEVICE_AUTHORIZATION_PATH,
    INTROSPECTION_PATH,
    KEYS_PATH,
    METADATA_PATH,
    OPENID_PATH,
    PUSHED_PATH,
    REVOCATION_PATH,
    TOKEN_PATH,
)
from auth.proofs import Post
from auth.server import OAuthServer

CACHED = "public, max-age=300"
"Of what is the same for everyone; a key is published a day before it signs."

Endpoint = Callable[[Request], Awaitable[Response]]
Decide = Callable[..., Awaitable[Answer]]


class InAddress(BadForm):
    """Parameters belong in the body, never in the address: addresses are written to logs."""


class HeaderTwice(BadForm):
    """The Authorization header was given more than once."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def oauth_routes(server: OAuthServer, *, clock: Callable[[], datetime] = utc_now) -> list[Route]:
    """This will make the routes of the metadata, the key set, and the token, introspection and revocation endpoints."""

    async def metadata(request: Request) -> Response:
        return _json(200, server.metadata(), {"cache-control": CACHED})

    async def keys(request: Request) -> Response:
        return _json(200, await server.key_set(now=clock()), {"cache-control": CACHED})

    def endpoint(decide: Decide) -> Endpoint:
        async def answer(request: Request) -> Response:
            try:
                post = await _read(request)
            except BadForm as bad:
                return _refused(bad.status, "invalid_request", str(bad.__doc__))
            except ClientDisconnect:
                return Response(status_code=400)
            return _written(await decide(post, now=clock()))

        return answer

    return [
        Route(METADATA_PATH, _or_503(metadata), methods=["GET"]),
        Route(OPENID_PATH, _or_503(metadata), methods=["GET"]),
        Route(KEYS_PATH, _or_503(keys), methods=["GET"]),
        Route(TOKEN_PATH, _or_503(endpoint(server.token)), methods=["POST"]),
        Route(DEVICE_AUTHORIZATION_PATH, _or_503(endpoint(server.device_authorization)), methods=["POST"]),
        Route(PUSHED_PATH, _or_503(endpoint(server.push)), methods=["POST"]),
        Route(INTROSPECTION_PATH, _or_503(endpoint(server.introspect)), methods=["POST"]),
        Route(REVOCATION_PATH, _or_503(endpoint(server.revoke)), methods=["POST"]),
    ]


def _or_503(endpoint: Endpoint) -> Endpoint:
    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except AuthenticationUnavailable as unavailable:
            log("oauth").error("unavailable", **fault(unavailable))
            return _refused(503, "temporarily_unavailable", str(unavailable.__doc__), {"retry-after": "1"})

    return answer


async def _read(request: Request) -> Post:
    if request.url.query:
        raise InAddress
    authorization = request.headers.getlist("authorization")
    if len(authorization) > 1:
        raise HeaderTwice
    return Post(
        address=request.client.host if request.client else "",
        authorization=authorization[0] if authorization else None,
        form=await read_form(request),
        proof=_proof(request),
    )


def _proof(request: Request) -> str | None:
    """Several proofs prove nothing (RFC 9449, section 4.3)."""
    given = request.headers.getlist("dpop")
    return " ".join(given) if given else None


def _written(answer: Answer) -> Response:
    # RFC 6749, section 5.1: neither a token nor its refusal is ever kept by a cache.
    return _json(
        answer.status, answer.body, {"cache-control": "no-store", "pragma": "no-cache", **dict(answer.headers)}
    )


def _refused(status: int, error: str, description: str, headers: dict[str, str] | None = None) -> Response:
    return _written(Answer(status, {"error": error, "error_description": description}, tuple((headers or {}).items())))


def _json(status: int, body: dict[str, object], headers: dict[str, str]) -> Response:
    return Response(orjson.dumps(body), status, headers=headers, media_type="application/json")
