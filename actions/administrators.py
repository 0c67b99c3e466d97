"""Who may manage members, clients and providers, and which roles and places may they give?"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from actions.effects import Refused
from actions.statements import bind, table
from auth.actor import Actor
from auth.policies.declare import ADMINISTRATORS, STEWARDS
from models.directory import Location
from models.rules.problems import Refusal
from models.rules.roles import RESERVED, Role
from models.rules.vocabulary import ProblemCode
from models.session import Session, Statement

SITE = table(Location)
SITE_SEEN = Statement(select(SITE.c.id).where(SITE.c.id == bind(SITE.c.id)))


def check_administrator(actor: Actor) -> Refusal | None:
    """This will refuse, as NOT_ALLOWED, who administers no organisation."""
    if actor.roles & ADMINISTRATORS:
        return None
    return Refusal(ProblemCode.NOT_ALLOWED, "This is for administrators of the organisation.")


def check_whole(actor: Actor) -> Refusal | None:
    """This will refuse, as NOT_ALLOWED, who does not administer the organisation as a whole."""
    if actor.roles & ADMINISTRATORS and actor.site_id is not None:
        return Refusal(ProblemCode.NOT_ALLOWED, "This is for administrators of the whole organisation, not of a site.")
    return check_administrator(actor)


def check_steward(actor: Actor) -> Refusal | None:
    """This will refuse, as NOT_ALLOWED, who is no steward of the whole network."""
    if actor.roles & STEWARDS and actor.site_id is None:
        return None
    return Refusal(ProblemCode.NOT_ALLOWED, "This is for the network's steward.")


def check_given(actor: Actor, roles: Collection[Role], held: Collection[Role] = ()) -> Refusal | None:
    """This will refuse, as NOT_ALLOWED, roles that are the network's to give; those that are `held` are not given."""
    given = (RESERVED & frozenset(roles)) - frozenset(held)
    if not given or given <= actor.roles:
        return None
    return Refusal(ProblemCode.NOT_ALLOWED, "This role is given by the network alone.", ("roles",))


async def check_site(session: Session, actor: Actor, site_id: UUID | None) -> UUID | None:
    """This will be where roles shall hold: the site asked for, or, where the actor's own hold at one, that one.

    Raises Refused: NOT_ALLOWED (another site than the actor's), NOT_FOUND. Runs one statement where a site is named.
    """
    site_id = actor.site_id if site_id is None else site_id
    if actor.site_id not in (None, site_id):
        raise Refused(Refusal(ProblemCode.NOT_ALLOWED, "You administer another site.", ("siteId",)))
    if site_id is not None and await session.value(SITE_SEEN, id=site_id) is None:
        raise Refused(Refusal(ProblemCode.NOT_FOUND, "There is no such place.", ("siteId",)))
    return site_id
