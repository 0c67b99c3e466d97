"""The network's own programs, the pages that Konbit serves itself: every member may sign in to them, unasked.

They are public clients with a key of the browser's (RFC 9449), and have no document of their own making: no
`graph:documents`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.scopes import Scope
from auth.tokens import Profile
from models.oauth import ClientGrant, ClientProof, OAuthClient


@dataclass(frozen=True, slots=True)
class Page:
    """A page that people sign in to."""

    client_id: str
    name: str
    path: str
    "Where it lies, and where people are sent back to."
    scopes: frozenset[Scope]


DASHBOARD = Page(
    "konbit-dashboard",
    "Konbit: figures",
    "/dashboard/",
    frozenset({Scope.OPENID, Scope.PROFILE, Scope.DIRECTORY_READ, Scope.INDICATORS_READ}),
)
ATTENDANCE = Page(
    "konbit-attendance",
    "Konbit: attendance",
    "/attendance/",
    frozenset(
        {
            *(Scope.OPENID, Scope.PROFILE, Scope.OFFLINE_ACCESS),
            *(Scope.DIRECTORY_READ, Scope.TRAINING_READ, Scope.TRAINING_WRITE),
        }
    ),
)
"It goes on for days without a network, and so after its person has closed the browser."
MAP = Page(
    "konbit-map",
    "Konbit: services",
    "/map/",
    frozenset({Scope.OPENID, Scope.PROFILE, Scope.DIRECTORY_READ}),
)
PAGES = (DASHBOARD, ATTENDANCE, MAP)


async def ensure_first_party(
    connection: AsyncConnection, *, profile: Profile, now: datetime, pages: Iterable[Page] = PAGES
) -> None:
    """This will register the pages' clients where they are not as they should be; whether one is suspended stays.

    One statement each, which writes nothing where nothing differs, so any number of processes may start at once.
    """
    for page in pages:
        addresses = sorted({f"{profile.pages}{page.path}", f"{profile.issuer}{page.path}"})
        said = {
            "name": page.name,
            "grants": sorted([ClientGrant.AUTHORIZATION_CODE, ClientGrant.REFRESH_TOKEN]),
            "proof": ClientProof.NONE,
            "redirect_uris": addresses,
            "post_logout_redirect_uris": addresses,
            "dpop_bound": True,
            "scopes": sorted(page.scopes),
        }
        new = insert(OAuthClient).values(client_id=page.client_id, organization_id=None, created_at=now, **said)
        differs = or_(*(getattr(OAuthClient, name).is_distinct_from(new.excluded[name]) for name in said))
        await connection.execute(
            new.on_conflict_do_update(
                index_elements=[OAuthClient.client_id],
                set_={name: new.excluded[name] for name in said},
                where=differs & OAuthClient.organization_id.is_(None),
            )
        )
