"""How is a membership named where a person chooses one? The organisation, the site and the roles, in one language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from api.signin.words.speak import role_words
from models.rules.languages import choose

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from api.papers.words import Language
    from auth.people.memberships import Choice


@dataclass(frozen=True, slots=True)
class Shown:
    """A membership on a page."""

    id: UUID
    organization_id: UUID
    organization: str
    site: str | None
    "None: the whole organisation."
    roles: list[str]


def shown(choices: Iterable[Choice], language: Language) -> list[Shown]:
    """This will name each membership for a page."""
    return [
        Shown(
            id=choice.membership_id,
            organization_id=choice.organization_id,
            organization=organization_of(choice, language),
            site=None
            if choice.site_names is None
            else in_language(choice.site_names, choice.site_language or "", language),
            roles=role_words(choice.roles, language),
        )
        for choice in choices
    ]


def organization_of(choice: Choice, language: Language) -> str:
    """This will be the name of the organisation that one would act for."""
    return in_language(choice.organization_names, choice.organization_language, language)


def in_language(names: Mapping[str, str], original: str, language: Language) -> str:
    """This will be the name of an organisation, or a place, in the page's language, or as it calls itself."""
    return names.get(choose([language.value, original], names) or original, next(iter(names.values()), ""))


def identity_of(text: str | None) -> UUID | None:
    """This will read an id out of a form; None for what is none."""
    try:
        return UUID(text or "")
    except ValueError:
        return None
