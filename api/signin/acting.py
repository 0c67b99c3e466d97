"""Doing on a page what an administrator or a steward does: the very actions of the graph, as the member they are."""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from actions.perform import perform
from api.requests import REQUEST_ID
from api.signin.choices import identity_of, organization_of
from api.signin.visit import Trouble, Visit
from api.signin.words.speak import refusal_words
from auth.actor import Actor
from auth.people import memberships
from auth.policies.declare import ADMINISTRATORS, STEWARDS
from auth.scopes import Scope
from auth.tokens import LIFETIME, SubjectKind
from models.rules.roles import Role, counting

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from actions.effects import Effect
    from actions.perform import Outcome
    from auth.people.memberships import Choice
    from models.session import Database, Session

CLIENT = "konbit-pages"
"What the audit calls these pages."
AS = "as"
"The field that says by which membership one acts."


@dataclass(frozen=True, slots=True)
class Acting:
    """An administrator, or the network's steward, at a page."""

    visit: Visit
    database: Database
    choice: Choice
    others: list[Choice]
    "By which they might act instead."
    actor: Actor

    @property
    def steward(self) -> bool:
        return bool(self.actor.roles & STEWARDS)

    async def do(
        self, mutation: str, given: Mapping[str, Any], verb: Callable[[Session], Awaitable[Effect]]
    ) -> Outcome:
        """This will do it as the graph's mutation of that name does: once per form, audited, under row policies."""
        return await perform(
            self.database,
            self.actor,
            mutation=mutation,
            key=self.visit.form.get("key", ""),
            given=given,
            verb=verb,
            now=self.visit.now,
            request_id=self.visit.request.scope[REQUEST_ID],
        )

    def shown(self) -> dict[str, Any]:
        """What every page of theirs shows: for whom they act, and a key that a form spends once."""
        language = self.visit.language
        return {
            "acting": organization_of(self.choice, language),
            "by": str(self.choice.membership_id),
            "others": [(str(each.membership_id), organization_of(each, language)) for each in self.others],
            "key": token_urlsafe(18),
        }


async def acting(
    visit: Visit, database: Database, *, surely: bool = False, of: frozenset[Role] = ADMINISTRATORS | STEWARDS
) -> Acting:
    """This will say as what the person acts here: as one `of` these roles. `surely`: they proved it lately.

    Raises SignInFirst, ProveAgain, Trouble.
    """
    session = visit.someone_sure() if surely else visit.someone()
    async with visit.transaction() as connection:
        mine = await memberships.of(connection, session.account_id, provider_id=session.provider_id)
    vouched = session.provider_id is not None
    able = [each for each in mine if counting(each.roles, vouched=vouched) & of]
    wanted = identity_of(visit.form.get(AS) or visit.query.get(AS))
    choice = next((each for each in able if each.membership_id == wanted), able[0] if able else None)
    if choice is None:
        raise Trouble("not_allowed", 403)
    actor = Actor(
        organization_id=choice.organization_id,
        client_id=CLIENT,
        user_id=session.account_id,
        scopes=frozenset({Scope.ADMIN, Scope.DIRECTORY_READ, Scope.DIRECTORY_WRITE}),
        roles=counting(choice.roles, vouched=vouched),
        token_id=uuid4(),
        expires_at=visit.now + LIFETIME,
        kind=SubjectKind.USER,
        membership_id=choice.membership_id,
        site_id=choice.site_id,
        session_id=session.session_id,
        acr=session.acr,
        auth_time=session.auth_time,
    )
    return Acting(visit, database, choice, [each for each in able if each is not choice], actor)


def said_of(outcome: Outcome, visit: Visit) -> str | None:
    """This will say why nothing was done; None: it was."""
    if not outcome.problems:
        return None
    return " ".join(
        [visit.words["nothing_done"], *(refusal_words(problem.message, visit.language) for problem in outcome.problems)]
    )


def named_in(visit: Visit, prefix: str) -> list[str]:
    """This will be what was ticked of boxes called `prefix` and a word."""
    return sorted(name.removeprefix(prefix) for name in visit.form if name.startswith(prefix))


def key_in_path(visit: Visit) -> UUID:
    """This will read the id in the address. Raises Trouble."""
    key = identity_of(visit.request.path_params["id"])
    if key is None:
        raise Trouble("no_such_page", 404)
    return key
