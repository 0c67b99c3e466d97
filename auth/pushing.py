"""How a client sends its authorization request beforehand; the browser then carries but a handle (RFC 9126)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import Endpoint, InvalidClientError, InvalidRequestError

from auth.authorization_request import AuthorizationRequest, Program, Refusal, Unshowable, check_request
from auth.stored_requests import PUSHED_FOR, REQUEST_URI, storing
from models.oauth import OAuthClient

if TYPE_CHECKING:
    from auth.endpoints import PostRequest, ProvenClient
    from auth.exchange import Exchange


class PushedAuthorization(Endpoint):
    """RFC 9126, section 2. A client that shows a DPoP proof here must redeem the code with the same key."""

    server: "Exchange"
    ENDPOINT_NAME = "pushed_authorization"

    def create_endpoint_response(self, request: "PostRequest") -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        client: ProvenClient = self.server.authenticate_client(request, [], self.ENDPOINT_NAME)
        asked = self._checked(client, self._with_key(request.form))
        handle, kept = storing(asked, pushed=True, ends=self.server.now + PUSHED_FOR)
        self.server.session.execute(kept)
        return 201, {"request_uri": REQUEST_URI + handle, "expires_in": int(PUSHED_FOR.total_seconds())}, []

    def _checked(self, client: "ProvenClient", parameters: Mapping[str, str]) -> AuthorizationRequest:
        if "request_uri" in parameters:
            raise InvalidRequestError("A request_uri cannot be pushed.")
        if (record := self.server.session.get(OAuthClient, client.client_id)) is None:
            raise InvalidClientError
        said = {**parameters, "client_id": client.client_id}
        try:
            program, profile, now = Program.of(record), self.server.profile, self.server.now
            return check_request(said, program, profile=profile, pushed=True, now=now)
        except Refusal as refusal:
            raise OAuth2Error(refusal.description, error=refusal.error) from refusal
        except Unshowable as unshowable:
            raise InvalidRequestError("The redirect_uri is not registered, or cannot be read.") from unshowable

    def _with_key(self, form: Mapping[str, str]) -> Mapping[str, str]:
        """The key that was proved with the request is the one to redeem the code with (RFC 9449, section 10.1)."""
        if (jkt := self.server.jkt) is None:
            return form
        if form.get("dpop_jkt", jkt) != jkt:
            raise InvalidRequestError("The dpop_jkt is not that of the DPoP proof.")
        return {**form, "dpop_jkt": jkt}
