"""What a program asks of how its user signs in, and what is needed next (OpenID Connect Core 3.1.2; RFC 9470)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from auth.assurance import Acr
from auth.people.sessions import SignedIn

LONGEST_AGE = timedelta(days=366)
"Of `max_age`; beyond it every session is young enough."


class Prompt(StrEnum):
    """Which pages the program wants shown, or none."""

    NONE = "none"
    LOGIN = "login"
    CONSENT = "consent"
    SELECT_ACCOUNT = "select_account"


class Next(StrEnum):
    """What the pages must do before the request can be answered."""

    SIGN_IN = "sign_in"
    "Nobody is signed in, or not the one who is asked for."
    CHOOSE_ACCOUNT = "choose_account"
    "Somebody is signed in: ask whether it is they who are meant."
    PROVE_AGAIN = "prove_again"
    "Too long ago, or too weakly: the same person once more, at least as surely as `Asked.weakest`."
    DECIDE = "decide"
    "Which organisation, and whether the program may."
    ANSWER = "answer"
    "Nothing."


class UnreadableQuestion(ValueError):
    """prompt, max_age or acr_values is not as OpenID Connect Core 3.1.2.1 has it."""


class Unanswerable(Exception):
    """The program wants no page shown, or a proof that this person does not have."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error
        "The code that the program is answered (OpenID Connect Core 3.1.2.6; Unmet Authentication Requirements 1.0)."


@dataclass(frozen=True, slots=True)
class Asked:
    """What a program asks of the signing in."""

    prompts: frozenset[Prompt] = frozenset()
    max_age: timedelta | None = None
    "How long ago the person may have proved who they are, counted from the request; zero: they must do it now."
    acr_values: tuple[Acr, ...] | None = None
    "Any of these will do; None: whatever there is; empty: none that this server knows, which nobody can meet."
    account_id: UUID | None = None
    "Whom an id_token_hint names: nobody else will do."

    @property
    def weakest(self) -> Acr | None:
        """The level that is enough; None: any is."""
        return min(self.acr_values, key=list(Acr).index) if self.acr_values else None


@dataclass(frozen=True, slots=True)
class Settled:
    """What is known already, without asking the person."""

    account: bool = False
    "They said, for this very request, that it is they who are meant."
    organisation: bool = False
    "Which membership the program is to act by: there is one alone, or it was chosen."
    consent: bool = False
    "They agreed to all scopes before, or the program is the network's own."


def read_asked(parameters: Mapping[str, str], *, account_id: UUID | None = None) -> Asked:
    """This will read prompt, max_age and acr_values. Raises UnreadableQuestion: the program is told invalid_request."""
    prompts = parameters.get("prompt", "").split()
    try:
        asked = frozenset(Prompt(word) for word in prompts)
    except ValueError as error:
        raise UnreadableQuestion from error
    if Prompt.NONE in asked and len(asked) > 1:
        raise UnreadableQuestion
    known = [acr.value for acr in Acr]
    wanted = parameters.get("acr_values", "").split()
    return Asked(
        prompts=asked,
        max_age=_seconds(parameters["max_age"]) if "max_age" in parameters else None,
        acr_values=tuple(Acr(word) for word in wanted if word in known) if wanted else None,
        account_id=account_id,
    )


def what_next(asked: Asked, signed_in: SignedIn | None, *, asked_at: datetime, settled: Settled) -> Next:
    """This will say which page comes next. Raises Unanswerable.

    `asked_at` is when the request came: who proved themselves after it did so for it, so time spent on later pages
    makes nobody prove themselves twice.
    """
    if asked.acr_values == ():
        raise Unanswerable("unmet_authentication_requirements")
    wanted = _next(asked, signed_in, asked_at=asked_at, settled=settled)
    if Prompt.NONE in asked.prompts and wanted is not Next.ANSWER:
        raise Unanswerable(_without_pages(wanted, settled))
    return wanted


def _next(asked: Asked, signed_in: SignedIn | None, *, asked_at: datetime, settled: Settled) -> Next:
    if signed_in is None or asked.account_id not in (None, signed_in.account_id):
        return Next.SIGN_IN
    for_this = signed_in.auth_time >= asked_at
    if Prompt.SELECT_ACCOUNT in asked.prompts and not (for_this or settled.account):
        return Next.CHOOSE_ACCOUNT
    if asked.weakest is not None and not signed_in.acr.reaches(asked.weakest):
        if for_this:
            raise Unanswerable("unmet_authentication_requirements")
        return Next.PROVE_AGAIN
    if not for_this and (Prompt.LOGIN in asked.prompts or _too_long_ago(asked, signed_in, asked_at)):
        return Next.PROVE_AGAIN
    if Prompt.CONSENT in asked.prompts or not (settled.organisation and settled.consent):
        return Next.DECIDE
    return Next.ANSWER


def _too_long_ago(asked: Asked, signed_in: SignedIn, asked_at: datetime) -> bool:
    if asked.max_age is None:
        return False
    # Zero is what prompt=login is: however lately it was, it was not for this.
    return not asked.max_age or asked_at - signed_in.auth_time > asked.max_age


def _without_pages(wanted: Next, settled: Settled) -> str:
    if wanted is Next.DECIDE:
        return "interaction_required" if not settled.organisation else "consent_required"
    return "login_required"


def _seconds(text: str) -> timedelta:
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise UnreadableQuestion
    return min(timedelta(seconds=int(text)), LONGEST_AGE)
