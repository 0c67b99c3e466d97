"""What a program asks for when it sends a person here (RFC 6749, 4.1.1), checked word by word, without a database.

Whoever cannot be trusted with the answer is never sent one: an unknown program or address is told to the person alone.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

from sqlalchemy import Row

from auth.asking import Asked, UnreadableQuestion, read_asked
from auth.redirects import is_https, permits, with_query
from auth.scopes import OF_CLIENTS, OF_PEOPLE, Scope, UnknownScope, parse_scopes
from auth.standing import known_scopes
from auth.tokens import Profile
from models.oauth import ClientGrant, ClientProof, OAuthClient

KEPT = (
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "dpop_jkt",
    "resource",
    "prompt",
    "max_age",
    "acr_values",
    "ui_locales",
    "login_hint",
    "id_token_hint",
)
"The parameters that mean something here; others are ignored (RFC 6749, 3.1)."

_LONGEST = {"nonce": 500, "login_hint": 254, "ui_locales": 200}
_SHA256 = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


class Unshowable(Exception):
    """This request to sign in cannot be answered; begin again in the program that sent you."""


class UnknownProgram(Unshowable):
    """The program that sent you is not known here."""


class UnknownRedirect(Unshowable):
    """The program that sent you asks to be answered at an address that is not its own."""


class UnreadableRequest(Unshowable):
    """The request to sign in cannot be read."""


class Refusal(Exception):
    """The program is told why its request is refused, at the address it gave."""

    def __init__(self, error: str, description: str, *, address: str) -> None:
        super().__init__(error)
        self.error, self.description = error, description
        self.address = address
        "Where to send the browser: error, state and iss in it."


@dataclass(frozen=True, slots=True)
class Program:
    """A client as it asks people: nothing of how it proves who it is but whether it can."""

    client_id: str
    name: str
    organization_id: UUID | None
    "Whose members alone it serves; None: the network's own, which serves every member and asks for no consent."
    public: bool
    redirect_uris: tuple[str, ...]
    scopes: frozenset[Scope]
    grants: frozenset[str]
    requires_par: bool

    @classmethod
    def of(cls, record: OAuthClient | Row[Any]) -> "Program":
        return cls(
            client_id=record.client_id,
            name=record.name,
            organization_id=record.organization_id,
            public=record.proof is ClientProof.NONE,
            redirect_uris=tuple(record.redirect_uris),
            scopes=known_scopes(record.scopes),
            grants=frozenset(record.grants),
            requires_par=record.requires_par,
        )


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A request that can be answered."""

    program: Program
    parameters: Mapping[str, str]
    "As they were sent, those of KEPT."
    scopes: frozenset[Scope]
    "What the person is asked to grant."
    asked: Asked
    asked_at: datetime
    issuer: str

    @property
    def redirect_uri(self) -> str:
        return self.parameters["redirect_uri"]

    @property
    def code_challenge(self) -> str:
        return self.parameters["code_challenge"]

    @property
    def nonce(self) -> str | None:
        return self.parameters.get("nonce")

    @property
    def jkt(self) -> str | None:
        """The key that must redeem the code (RFC 9449, section 10)."""
        return self.parameters.get("dpop_jkt")

    @property
    def login_hint(self) -> str | None:
        """What the person may type to say who they are; only ever shown in the field where they do."""
        return self.parameters.get("login_hint")

    @property
    def id_token_hint(self) -> str | None:
        return self.parameters.get("id_token_hint")

    @property
    def ui_locales(self) -> tuple[str, ...]:
        """Languages, BCP 47, best first."""
        return tuple(self.parameters.get("ui_locales", "").split())

    @property
    def may_be_remembered(self) -> bool:
        """Whether consent given before may stand in: not where any app could pose as this one (RFC 8252, 8.6)."""
        return not self.program.public or is_https(self.redirect_uri)

    def serves(self, organization_id: UUID) -> bool:
        """Whether the program acts for members of that organisation."""
        return self.program.organization_id in (None, organization_id)

    def answered(self, **answer: str | None) -> str:
        """This will be the address to send the browser to; every answer says who gives it (RFC 9207)."""
        return with_query(self.redirect_uri, {**answer, "state": self.parameters.get("state"), "iss": self.issuer})


def check_request(
    parameters: Mapping[str, str], program: Program, *, profile: Profile, pushed: bool, now: datetime
) -> AuthorizationRequest:
    """This will read a request of this program. `pushed`: it was pushed (RFC 9126). Raises Unshowable, Refusal."""
    said = {name: parameters[name] for name in KEPT if name in parameters}
    if not all(value.isprintable() for value in said.values()):
        raise UnreadableRequest
    if not permits(program.redirect_uris, said.get("redirect_uri", "")):
        raise UnknownRedirect

    def refuse(error: str, description: str) -> NoReturn:
        told = {"error": error, "error_description": description, "state": said.get("state"), "iss": profile.issuer}
        raise Refusal(error, description, address=with_query(said["redirect_uri"], told))

    if "request" in parameters:
        refuse("request_not_supported", "Push the request instead (RFC 9126).")
    if "registration" in parameters:
        refuse("registration_not_supported", "Clients are registered beforehand.")
    if ClientGrant.AUTHORIZATION_CODE not in program.grants:
        refuse("unauthorized_client", "This client is not registered for authorization codes.")
    if program.requires_par and not pushed:
        refuse("invalid_request", "This client must push its requests (RFC 9126).")
    if "response_type" not in said:
        refuse("invalid_request", "The parameter response_type is missing.")
    if said["response_type"] != "code":
        refuse("unsupported_response_type", "The response_type is code.")
    if said.get("response_mode", "query") != "query":
        refuse("invalid_request", "The response_mode is query.")
    if said.get("resource", profile.audience) != profile.audience:
        refuse("invalid_target", "This server issues tokens for its graph alone.")
    if said.get("code_challenge_method") != "S256" or not _SHA256.fullmatch(said.get("code_challenge", "")):
        refuse("invalid_request", "A code_challenge of the method S256 is needed (RFC 7636).")
    if "dpop_jkt" in said and not _SHA256.fullmatch(said["dpop_jkt"]):
        refuse("invalid_request", "The dpop_jkt is no thumbprint of SHA-256.")
    if any(len(said.get(name, "")) > longest for name, longest in _LONGEST.items()):
        refuse("invalid_request", "A parameter is too long.")
    try:
        asked = read_asked(said)
    except UnreadableQuestion:
        refuse("invalid_request", "The prompt, max_age or acr_values cannot be read.")
    if (scopes := _scopes(said.get("scope"), program)) is None:
        refuse("invalid_scope", "A scope is unknown, or not granted to this client.")
    return AuthorizationRequest(program, said, scopes, asked, now, profile.issuer)


def _scopes(requested: str | None, program: Program) -> frozenset[Scope] | None:
    """What a person is asked for; None: more than the client may, or nothing."""
    try:
        scopes = program.scopes - OF_PEOPLE if requested is None else parse_scopes(requested)
    except UnknownScope:
        return None
    if not scopes <= program.scopes:
        return None
    return scopes - OF_CLIENTS or None
