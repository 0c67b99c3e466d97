"""GraphQL over HTTP: `/graphql` as plain ASGI, exactly as the specification has it, with every bound it needs.

Statuses follow the media type. application/json answers 200 to whatever is a well-formed request; the newer
application/graphql-response+json tells by its status whether anything ran. What misuses HTTP itself is 4xx for both.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson
from graphql import OperationType

from api.errors import Code, Refused
from api.graph import negotiation, parameters
from api.graph.account import Account
from api.graph.bearer import credentials, explained, sender
from api.graph.gate import RAN
from api.graph.negotiation import Media, NotAcceptable, UnsupportedMediaType
from api.graph.sse import refuse_events, serve_events
from api.graphiql import PAGE_HEADERS
from api.requests import REQUEST_ID, response
from models.patience import Patience

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from api.graph.bearer import Authenticator
    from api.graph.gate import Admitted, Gate
    from api.graph.parameters import Parameters
    from api.metrics import Metrics


class MethodNotAllowed(Refused):
    """Use POST, or GET for a query."""

    status = 405


class QueriesOnly(Refused):
    """GET is for queries; send anything else by POST."""

    status = 405


class BodyTooLarge(Refused):
    """The body is too large."""

    status = 413


class BodyTooSlow(Refused):
    """The body did not arrive in time."""

    status = 408


class NeedsStream(Refused):
    """Subscriptions are served as text/event-stream, or over WebSocket."""


class ClientGone(Exception):
    """The client went away before its request was whole."""


class GraphQLOverHTTP:
    """The endpoint. `page` is GraphiQL, for those who ask with a browser."""

    def __init__(self, *, gate: Gate, authenticator: Authenticator, metrics: Metrics, log: Any, page: bytes) -> None:
        self.gate = gate
        self.limits = gate.limits
        self.authenticator = authenticator
        self.metrics = metrics
        self.log = log
        self.page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        account = Account("http", scope[REQUEST_ID], self.log, self.metrics)
        chosen = negotiation.media(headers.get(b"accept"))
        media = chosen if chosen and chosen is not Media.PAGE else Media.JSON
        try:
            if scope["method"] not in ("POST", "GET"):
                raise MethodNotAllowed
            if chosen is Media.PAGE and scope["method"] == "GET":
                await response(send, 200, self.page, chosen.value, account.request_id, PAGE_HEADERS)
                return
            admitted, bearer = await self._admit(scope, headers, receive, account, chosen)
            if media is Media.EVENTS:
                await serve_events(self.gate, self.authenticator, admitted, bearer, account, receive, send)
                return
            body = await self.gate.answer(admitted, account=account, now=datetime.now(UTC))
        except Refused as refused:
            await self._refuse(scope, send, refused, media, account)
        except ClientGone:
            account.close("GONE", 499)
        else:
            ran = body.startswith(RAN)
            status = 200 if ran or media is Media.JSON else Code(first_code(body)).status
            await response(send, status, body, media.value, account.request_id)
            account.close(outcome(body, ran), status)

    async def _admit(
        self, scope: Scope, headers: dict[bytes, bytes], receive: Receive, account: Account, media: Media | None
    ) -> tuple[Admitted, str]:
        given = credentials(scope["headers"], method=scope["method"], path=scope["path"])
        actor = account.actor = await sender(self.authenticator, given, now=datetime.now(UTC))
        if media is None:
            raise NotAcceptable  # only now: who one is comes before what one can read
        asked = await self._asked(scope, headers, receive)
        admitted = account.admitted = self.gate.admit(
            asked,
            actor=actor,
            languages=negotiation.languages(headers.get(b"accept-language")),
            request_id=account.request_id,
            now=datetime.now(UTC),
        )
        kind = admitted.operation.kind
        if scope["method"] == "GET" and kind is OperationType.MUTATION:
            raise QueriesOnly
        if kind is OperationType.SUBSCRIPTION and media is not Media.EVENTS:
            raise NeedsStream
        return admitted, given.token

    async def _asked(self, scope: Scope, headers: dict[bytes, bytes], receive: Receive) -> Parameters:
        if scope["method"] == "GET":
            if len(scope["query_string"]) > self.limits.body:
                raise BodyTooLarge
            return parameters.from_query_string(scope["query_string"], self.limits)
        if not negotiation.sends_json(headers.get(b"content-type")) or b"content-encoding" in headers:
            raise UnsupportedMediaType
        length = headers.get(b"content-length", b"0")
        if len(length) > 9 or (length.isdigit() and int(length) > self.limits.body):
            raise BodyTooLarge
        try:
            with Patience(self.limits.body_seconds):
                body = await self._body(receive)
        except TimeoutError:
            raise BodyTooSlow from None
        return parameters.from_json(body, self.limits)

    async def _body(self, receive: Receive) -> bytes:
        chunks: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > self.limits.body:
                raise BodyTooLarge
            chunks.append(chunk)
            if not message.get("more_body"):
                return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    async def _refuse(self, scope: Scope, send: Send, refused: Refused, media: Media, account: Account) -> None:
        if media is Media.EVENTS and refused.status is None:
            await refuse_events(refused, account, send)
            return
        media = Media.JSON if media is Media.EVENTS else media
        status = refused.status or (200 if media is Media.JSON else refused.code.status)
        more = explained(refused, scope["headers"]) if status >= 400 else []
        if status == 405:
            more.append((b"allow", b"GET, POST"))
        if status in (408, 413):
            more.append((b"connection", b"close"))  # what is left of the body is not read
        await response(send, status, orjson.dumps(refused.body()), media.value, account.request_id, more)
        account.close(refused.code, status)


def first_code(body: bytes) -> str:
    """This will read the code of a body that says why nothing ran."""
    code: str = orjson.loads(body)["errors"][0]["extensions"]["code"]
    return code


def outcome(body: bytes, ran: bool) -> str:
    """This will name what became of a request for the log: OK, ERRORS beside data, or the code of its refusal."""
    if not ran:
        return first_code(body)
    return "ERRORS" if b'"errors":[{' in body[-4096:] else "OK"
