"""How a client comes to be: whom it acts for, what it may ask for, and how it proves who it is."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from auth.opaque import hash_of
from auth.redirects import check_endpoint, check_redirect
from auth.scopes import Scope
from models.oauth import ClientGrant, ClientProof, OAuthClient
from models.rules.roles import Role

SECRET_CHARACTERS = 43
"32 random bytes in base64url."

SMALLEST_RSA = 2048
"Bits."

OVERLAP = timedelta(days=7)
"How long a secret goes on counting beside the one that follows it."


class WeakSecret(ValueError):
    """A client's secret must be 256 random bits: at least 43 characters of A-Z, a-z, 0-9, - and _."""


class UnusableKeys(ValueError):
    """A client's keys must be public ones, EC P-256 or RSA of at least 2048 bits, at least one and at most ten."""


class TwoProofs(ValueError):
    """A client proves who it is in one way: by a secret, its keys, an issuer that vouches for it, or not at all."""


class UnfitGrants(ValueError):
    """These grants do not go together: for whom the client acts, how it proves itself, where people are sent back."""


class NoSecret(Exception):
    """The client does not prove who it is by a secret, so there is none to change."""


async def register_client(
    session: AsyncConnection | AsyncSession,
    *,
    organization_id: UUID | None,
    name: str,
    scopes: Iterable[Scope],
    roles: Iterable[Role] = (),
    now: datetime,
    client_id: str | None = None,
    grants: Iterable[ClientGrant] = (ClientGrant.CLIENT_CREDENTIALS,),
    public: bool = False,
    secret: str | None = None,
    jwks: dict[str, Any] | None = None,
    jwks_uri: str | None = None,
    trusted: tuple[UUID, str] | None = None,
    redirect_uris: Iterable[str] = (),
    post_logout_redirect_uris: Iterable[str] = (),
    backchannel_logout_uri: str | None = None,
    dpop_bound: bool = False,
    requires_par: bool = False,
    wanted_scopes: Iterable[Scope] = (),
) -> tuple[str, str | None]:
    """This will register a client and answer its id and its secret, which is not kept and cannot be read again.

    It proves who it is by the keys in `jwks` or at `jwks_uri` (RFC 7523), by the tokens of a provider that calls it by
    a subject (`trusted`), not at all (`public`: an app or a page, whose people sign in), or by a secret, which is made
    where none is given. Only with a secret is one answered. `organization_id` None is the network's own.
    Raises TwoProofs, UnusableKeys, WeakSecret, UnfitGrants, UnfitRedirect. The caller commits. One statement.
    """
    if sum((public, secret is not None, jwks is not None, jwks_uri is not None, trusted is not None)) > 1:
        raise TwoProofs
    if jwks is not None:
        check_public_keys(jwks)
    proof = proof_by(public=public, keyed=jwks is not None or jwks_uri is not None, trusted=trusted is not None)
    if proof is ClientProof.CLIENT_SECRET_BASIC:
        secret = secrets.token_urlsafe(32) if secret is None else _check_secret(secret)
    redirects = [check_redirect(address) for address in redirect_uris]
    granted = frozenset(grants)
    check_grants(granted, public=public, network=organization_id is None, redirects=redirects)
    client_id = f"client_{secrets.token_hex(12)}" if client_id is None else client_id
    await session.execute(
        insert(OAuthClient).values(
            client_id=client_id,
            organization_id=organization_id,
            name=name,
            grants=sorted(granted),
            proof=proof,
            secret_hash=None if secret is None else hash_of(secret),
            jwks=jwks,
            jwks_uri=None if jwks_uri is None else check_endpoint(jwks_uri),
            provider_id=None if trusted is None else trusted[0],
            subject=None if trusted is None else trusted[1],
            redirect_uris=redirects,
            post_logout_redirect_uris=[check_redirect(address) for address in post_logout_redirect_uris],
            backchannel_logout_uri=None if backchannel_logout_uri is None else check_endpoint(backchannel_logout_uri),
            dpop_bound=dpop_bound,
            requires_par=requires_par,
            scopes=sorted(set(scopes)),
            wanted_scopes=sorted(set(wanted_scopes)),
            roles=sorted(set(roles)),
            created_at=now,
        )
    )
    return client_id, secret


async def rotate_secret(
    session: AsyncConnection | AsyncSession, client_id: str, *, now: datetime, overlap: timedelta = OVERLAP
) -> str:
    """This will give the client another secret and answer it, once. The one before counts until `overlap` has passed.

    No overlap is for a secret that was stolen. Raises NoSecret. The caller commits. One statement.
    """
    secret = secrets.token_urlsafe(32)
    change = (
        update(OAuthClient)
        .where(OAuthClient.client_id == client_id, OAuthClient.proof == ClientProof.CLIENT_SECRET_BASIC)
        .values(
            previous_secret_hash=OAuthClient.secret_hash if overlap else None,
            previous_secret_until=now + overlap if overlap else None,
            secret_hash=hash_of(secret),
        )
        .returning(OAuthClient.client_id)
    )
    if (await session.execute(change)).first() is None:
        raise NoSecret
    return secret


def check_public_keys(jwks: dict[str, Any]) -> KeySet:
    """This will read a client's JWK set. Raises UnusableKeys."""
    listed = jwks.get("keys")
    if not isinstance(listed, list) or not 1 <= len(listed) <= 10:
        raise UnusableKeys
    try:
        keys = KeySet.import_key_set({"keys": listed})
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise UnusableKeys from error
    if not all(_is_usable(key) for key in keys):
        raise UnusableKeys
    return keys


def _is_usable(key: object) -> bool:
    if isinstance(key, ECKey):
        return key.curve_name == "P-256" and not key.is_private
    if isinstance(key, RSAKey):
        return key.public_key.key_size >= SMALLEST_RSA and not key.is_private
    return False


def _check_secret(secret: str) -> str:
    if len(secret) < SECRET_CHARACTERS or not (secret.isascii() and secret.replace("-", "").replace("_", "").isalnum()):
        raise WeakSecret
    return secret


def proof_by(*, public: bool, keyed: bool, trusted: bool) -> ClientProof:
    """This will be how a client proves who it is, by what it has; by a secret where it has nothing else."""
    if public:
        return ClientProof.NONE
    if trusted:
        return ClientProof.TRUSTED_ISSUER
    return ClientProof.PRIVATE_KEY_JWT if keyed else ClientProof.CLIENT_SECRET_BASIC


def check_grants(grants: frozenset[ClientGrant], *, public: bool, network: bool, redirects: list[str]) -> None:
    """A machine is some organisation's and proves itself; people are sent back somewhere; only theirs is refreshed.

    Raises UnfitGrants.
    """
    by_people = grants & {ClientGrant.AUTHORIZATION_CODE, ClientGrant.DEVICE_CODE}
    if not grants or (ClientGrant.CLIENT_CREDENTIALS in grants and (public or network)):
        raise UnfitGrants
    if ClientGrant.AUTHORIZATION_CODE in grants and not redirects:
        raise UnfitGrants
    if ClientGrant.REFRESH_TOKEN in grants and not by_people:
        raise UnfitGrants
