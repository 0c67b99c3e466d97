"""Registering an organisation's programs, saying anew what they are, and binding one to an issuer of tokens."""

import secrets
from collections.abc import Collection
from datetime import datetime
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy import insert, select, update

from actions.administrators import check_given, check_whole
from actions.client_details import endpoint, fits, keys, known_scopes, redirects
from actions.effects import Effect, Refused, RowsLost, refuse
from actions.statements import bind, table
from actions.texts import named
from auth.actor import Actor
from auth.clients import check_grants, proof_by
from auth.opaque import hash_of
from models import accounts
from models.oauth import ClientGrant, ClientProof, OAuthClient
from models.rules.problems import Refusal
from models.rules.roles import Role
from models.rules.vocabulary import ProblemCode
from models.session import Session, Statement

CLIENT = table(OAuthClient)
PROVIDER = table(accounts.IdentityProvider)
SAID = (
    *("name", "roles", "redirect_uris", "post_logout_redirect_uris", "backchannel_logout_uri"),
    *("dpop_bound", "requires_par", "jwks", "jwks_uri"),
)
"What can be said anew of a client."
KEPT = ("grants", "proof")

REGISTER = Statement(
    insert(CLIENT).values(
        {
            name: bind(CLIENT.c[name])
            for name in (
                *SAID,
                *KEPT,
                "id",
                "client_id",
                "organization_id",
                "secret_hash",
                "wanted_scopes",
                "created_at",
            )
        }
    )
)
TAKE = Statement(
    select(*(CLIENT.c[name] for name in (*SAID, *KEPT, "organization_id"))).where(CLIENT.c.id == bind(CLIENT.c.id))
)
SAY = Statement(
    update(CLIENT).where(CLIENT.c.id == bind(CLIENT.c.id, "key")).values({name: bind(CLIENT.c[name]) for name in SAID})
)
FORGET = Statement(update(CLIENT).where(CLIENT.c.id == bind(CLIENT.c.id, "key")).values(known_keys=None, known_at=None))
"What was read at an address of its keys before."
TRUSTED = Statement(
    select(PROVIDER.c.id).where(
        PROVIDER.c.id == bind(PROVIDER.c.id), PROVIDER.c.machines, PROVIDER.c.suspended_at.is_(None)
    )
)
BIND = Statement(
    update(CLIENT)
    .where(CLIENT.c.id == bind(CLIENT.c.id, "key"))
    .values(
        {
            **{name: bind(CLIENT.c[name]) for name in ("proof", "provider_id", "subject")},
            **dict.fromkeys(
                (
                    *("secret_hash", "previous_secret_hash", "previous_secret_until"),
                    *("jwks", "jwks_uri", "known_keys", "known_at"),
                )
            ),
        }
    )
)


async def register_client(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    name: str,
    grants: Collection[ClientGrant],
    public: bool | None = None,
    public_keys: str | None = None,
    public_keys_url: str | None = None,
    redirect_uris: Collection[str] | None = None,
    post_logout_redirect_uris: Collection[str] | None = None,
    backchannel_logout_uri: str | None = None,
    dpop_bound: bool | None = None,
    requires_par: bool | None = None,
    roles: Collection[Role] | None = None,
    scopes: Collection[str] | None = None,
) -> Effect:
    """This will register a program of the organisation, without any scope: `scopes` are asked for, the steward grants.

    It proves who it is by its keys, or not at all where it is public, else by a secret that is told once. Raises
    Refused: NOT_ALLOWED (no administrator of the whole organisation, a role of the network), INVALID_INPUT. Runs one
    statement.
    """
    refuse(check_whole(actor))
    keyed = public_keys is not None or public_keys_url is not None
    if sum((bool(public), public_keys is not None, public_keys_url is not None)) > 1:
        message = "A client has its keys here, or at an address, or is public."
        raise Refused(Refusal(ProblemCode.INVALID_INPUT, message, ("public",)))
    proof = proof_by(public=bool(public), keyed=keyed, trusted=False)
    returning = redirects(redirect_uris or (), "redirectUris")
    with fits("grants"):
        check_grants(frozenset(grants), public=bool(public), network=False, redirects=returning)
    refuse(check_given(actor, roles or ()))
    secret = secrets.token_urlsafe(32) if proof is ClientProof.CLIENT_SECRET_BASIC else None
    key = uuid4()
    await session.change(
        REGISTER,
        id=key,
        client_id=f"client_{secrets.token_hex(12)}",
        organization_id=actor.organization_id,
        name=named(name),
        grants=sorted(set(grants)),
        proof=proof,
        secret_hash=None if secret is None else hash_of(secret),
        jwks=keys(public_keys),
        jwks_uri=endpoint(public_keys_url, "publicKeysUrl"),
        redirect_uris=returning,
        post_logout_redirect_uris=redirects(post_logout_redirect_uris or (), "postLogoutRedirectUris"),
        backchannel_logout_uri=endpoint(backchannel_logout_uri, "backchannelLogoutUri"),
        dpop_bound=bool(dpop_bound),
        requires_par=bool(requires_par),
        roles=sorted(set(roles or ())),
        wanted_scopes=known_scopes(scopes or ()),
        created_at=now,
    )
    return Effect(key, secret=secret)


async def update_client(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    client_id: UUID,
    name: str | None = None,
    public_keys: str | None = None,
    public_keys_url: str | None = None,
    redirect_uris: Collection[str] | None = None,
    post_logout_redirect_uris: Collection[str] | None = None,
    backchannel_logout_uri: str | None = None,
    dpop_bound: bool | None = None,
    requires_par: bool | None = None,
    roles: Collection[Role] | None = None,
) -> Effect:
    """This will say anew what is given, in place of what was said; None stays.

    Raises Refused: NOT_ALLOWED (no administrator of the whole organisation, keys for a client that has none, a role of
    the network), NOT_FOUND, INVALID_INPUT. Runs two or three statements.
    """
    held = await take_client(session, actor, client_id)
    said = {column: held[column] for column in SAID}
    if public_keys is not None or public_keys_url is not None:
        refuse(_check_keyed(held["proof"], public_keys, public_keys_url))
        said |= {"jwks": keys(public_keys), "jwks_uri": endpoint(public_keys_url, "publicKeysUrl")}
    if redirect_uris is not None:
        said["redirect_uris"] = redirects(redirect_uris, "redirectUris")
    if post_logout_redirect_uris is not None:
        said["post_logout_redirect_uris"] = redirects(post_logout_redirect_uris, "postLogoutRedirectUris")
    if backchannel_logout_uri is not None:
        said["backchannel_logout_uri"] = endpoint(backchannel_logout_uri, "backchannelLogoutUri")
    if roles is not None:
        said["roles"] = sorted(set(roles))
    said |= {} if name is None else {"name": named(name)}
    said |= {} if dpop_bound is None else {"dpop_bound": dpop_bound}
    said |= {} if requires_par is None else {"requires_par": requires_par}
    with fits("redirectUris"):
        check_grants(
            frozenset(map(ClientGrant, held["grants"])),
            public=held["proof"] == ClientProof.NONE,
            network=False,
            redirects=said["redirect_uris"],
        )
    refuse(check_given(actor, said["roles"]))
    if await session.change(SAY, key=client_id, **said) != 1:
        raise RowsLost
    if said["jwks_uri"] != held["jwks_uri"] and await session.change(FORGET, key=client_id) != 1:
        raise RowsLost
    return Effect(client_id)


async def bind_client_to_issuer(
    session: Session, actor: Actor, now: datetime, *, client_id: UUID, provider_id: UUID, subject: str
) -> Effect:
    """This will let a machine come with tokens of the organisation's own issuer, and no more with ours.

    Whatever it proved itself by here is forgotten. Raises Refused: NOT_ALLOWED (no administrator of the whole
    organisation, a program of people, a subject that another is bound to), NOT_FOUND, INVALID_INPUT. Runs three
    statements.
    """
    held = await take_client(session, actor, client_id)
    if held["grants"] != [ClientGrant.CLIENT_CREDENTIALS]:
        message = "Only a machine that acts for itself is bound to an issuer; people are by invitation."
        raise Refused(Refusal(ProblemCode.NOT_ALLOWED, message, ("clientId",)))
    refuse(check_given(actor, held["roles"]))
    if await session.value(TRUSTED, id=provider_id) is None:
        message = "Your organisation has no such provider for machines."
        raise Refused(Refusal(ProblemCode.NOT_FOUND, message, ("providerId",)))
    bound = {"proof": ClientProof.TRUSTED_ISSUER, "provider_id": provider_id, "subject": named(subject, "subject")}
    if await session.change(BIND, key=client_id, **bound) != 1:
        raise RowsLost
    return Effect(client_id, (provider_id,))


async def take_client(session: Session, actor: Actor, client_id: UUID) -> asyncpg.Record:
    """This will read a client of the actor's own organisation. Raises Refused: NOT_ALLOWED, NOT_FOUND."""
    refuse(check_whole(actor))
    held = await session.row(TAKE, id=client_id)
    if held is None or held["organization_id"] != actor.organization_id:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "Your organisation has no such client.", ("clientId",)))
    return held


def _check_keyed(proof: str, public_keys: str | None, public_keys_url: str | None) -> Refusal | None:
    if proof != ClientProof.PRIVATE_KEY_JWT:
        return Refusal(ProblemCode.NOT_ALLOWED, "This client does not prove itself by keys.", ("publicKeys",))
    if public_keys is not None and public_keys_url is not None:
        return Refusal(ProblemCode.INVALID_INPUT, "Keys are here or at an address.", ("publicKeysUrl",))
    return None
