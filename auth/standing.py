"""What the database says today of a token and its client: whether they still count, and for what."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, select

from auth.keys import not_retired
from auth.scopes import Scope
from auth.tokens import AccessToken
from models.oauth import ClientStatus, OAuthClient, OAuthKey, OAuthToken
from models.rules.roles import Role


@dataclass(frozen=True, slots=True)
class Standing:
    """What a token that counts is good for at this moment."""

    scopes: frozenset[Scope]
    "In the token and still granted to its client."
    roles: frozenset[Role]


def ask_standing(token: AccessToken, *, now: datetime) -> Select[list[str], list[str]]:
    """This will find, by three primary keys, what the token's client is granted, in the columns of `read_standing`.

    No row: the token was revoked or never issued, its client is suspended, or its key was withdrawn.
    """
    return (
        select(OAuthClient.scopes, OAuthClient.roles)
        .select_from(OAuthToken)
        .join(OAuthClient, OAuthClient.client_id == OAuthToken.client_id)
        .join(OAuthKey, OAuthKey.kid == OAuthToken.kid)
        .where(
            OAuthToken.jti == token.token_id,
            OAuthToken.client_id == token.client_id,
            OAuthToken.organization_id == token.organization_id,
            OAuthToken.revoked_at.is_(None),
            OAuthToken.expires_at > now,
            OAuthClient.status == ClientStatus.ACTIVE,
            not_retired(now),
        )
    )


def read_standing(row: Row[list[str], list[str]] | None, token: AccessToken) -> Standing | None:
    """This will say what the answer to `ask_standing` means for the token; None means that it counts no more."""
    if row is None:
        return None
    return Standing(
        scopes=frozenset(scope for scope in token.scopes if scope.value in row.scopes),
        roles=frozenset(Role(role) for role in row.roles),
    )
