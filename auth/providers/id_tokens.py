"""What an issuer says of a person who has just signed in there, read by OpenID Connect Core 1.0, section 3.1.3.7."""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from auth.assurance import Acr, Proof
from auth.openid import half_hash
from auth.providers.registration import Registration
from auth.published import Verified

LEEWAY = timedelta(seconds=30)
"By which an issuer's clock may differ from ours."
LONGEST_AGE = timedelta(minutes=10)
"From the writing of an ID token, which we fetch ourselves the moment it is written."
LONGEST_SUBJECT = 255
"Characters (OpenID Connect Core 1.0, section 2)."

TYPES = {None, "jwt"}
SURE = {"phr", "phrh"}
"Values of `acr` for what cannot be phished (OpenID Connect EAP ACR Values 1.0)."

_WAY = re.compile(r"[A-Za-z0-9_-]{1,20}", re.ASCII)


class UnfitIdToken(Exception):
    """What the provider said of the person cannot be accepted."""


@dataclass(frozen=True, slots=True)
class Vouched:
    """A person as their organisation's own issuer knows them."""

    subject: str
    proof: Proof
    auth_time: datetime
    "When they proved to the issuer who they are, UTC."


@dataclass(frozen=True, slots=True)
class Expected:
    """What a sign-in that began must end with."""

    nonce: str
    since: datetime
    "The person must have proved to the issuer who they are after that, UTC."
    anew: bool
    "The issuer must say when that was, for it was asked to have them do so again."


def read_id_token(
    token: Verified, *, registration: Registration, expected: Expected, access_token: str, now: datetime
) -> Vouched:
    """This will check every claim of a token whose signature was right.

    Where an issuer does not say when the person signed in, it counts as long ago, so that nothing recent rests on it.
    The organisation is the registration's, and an issuer that speaks of another is refused. Raises UnfitIdToken.
    """
    claims = token.claims
    check_organization(claims, registration)
    _check_audience(claims, registration.client_id)
    if claims.get("iss") != registration.issuer or not _same(claims.get("nonce"), expected.nonce):
        raise UnfitIdToken
    half = half_hash(access_token, algorithm=str(token.header["alg"]))
    if "at_hash" in claims and not _same(claims["at_hash"], half):
        raise UnfitIdToken
    issued, ends = moment(claims.get("iat")), moment(claims.get("exp"))
    if not now - LONGEST_AGE <= issued <= now + LEEWAY or ends <= now - LEEWAY:
        raise UnfitIdToken
    if "nbf" in claims and moment(claims["nbf"]) > now + LEEWAY:
        raise UnfitIdToken
    auth_time = moment(claims.get("auth_time", None if expected.anew else expected.since.timestamp()))
    if not expected.since - LEEWAY <= auth_time <= now + LEEWAY:
        raise UnfitIdToken
    return Vouched(subject(claims), _proof(claims), min(auth_time, now))


def check_organization(claims: Mapping[str, Any], registration: Registration) -> None:
    """This will refuse an issuer that names another organisation of ours than the one it is registered by.

    Issuers have organisations of their own (Keycloak writes their aliases): those are none of ours.
    Raises UnfitIdToken.
    """
    try:
        named = UUID(claims["organization"])
    except (KeyError, ValueError, TypeError, AttributeError):
        return
    if named != registration.organization_id:
        raise UnfitIdToken


def subject(claims: Mapping[str, Any]) -> str:
    """This will be what the issuer calls whom it speaks of. Raises UnfitIdToken."""
    said = claims.get("sub")
    if not isinstance(said, str) or not 1 <= len(said) <= LONGEST_SUBJECT or not said.isprintable():
        raise UnfitIdToken
    return said


def moment(seconds: object) -> datetime:
    """This will read a moment in seconds since 1970. Raises UnfitIdToken."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise UnfitIdToken
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UnfitIdToken from error


def _check_audience(claims: Mapping[str, Any], client_id: str) -> None:
    """It must be for us, and where it is for others too, it must have been written to us."""
    audience = claims.get("aud")
    if audience in (client_id, [client_id]):
        if claims.get("azp", client_id) != client_id:
            raise UnfitIdToken
    elif not (isinstance(audience, list) and client_id in audience and claims.get("azp") == client_id):
        raise UnfitIdToken


def _proof(claims: Mapping[str, Any]) -> Proof:
    said = claims.get("amr")
    amr = (
        tuple(way for way in said[:10] if isinstance(way, str) and _WAY.fullmatch(way))
        if isinstance(said, list)
        else ()
    )
    if claims.get("acr") in SURE:
        return Proof(Acr.PHISHING_RESISTANT, amr)
    return Proof(Acr.TWO_FACTORS if "mfa" in amr else Acr.PROVIDER, amr)


def _same(said: object, expected: str) -> bool:
    return isinstance(said, str) and hmac.compare_digest(said.encode("utf-8", "replace"), expected.encode())
