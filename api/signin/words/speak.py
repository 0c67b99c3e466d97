"""What do the pages say in one language? All words by their names, and what scopes and roles mean to people."""

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from api.papers.words import Language
from api.signin.words import (
    account,
    common,
    decide,
    invitation,
    manage,
    proving,
    refused,
    roles,
    scopes,
    sign_in,
    stewards,
    trouble,
    verify,
)
from auth.scopes import Scope
from models.rules.roles import Role

SUBJECTS = (common, sign_in, decide, account, proving, invitation, manage, trouble, verify, stewards)


@cache
def words(language: Language) -> Mapping[str, str]:
    """This will be all of the words in one language, by their names."""
    place = list(Language).index(language)
    return MappingProxyType({name: each[place] for subject in SUBJECTS for name, each in subject.WORDS.items()})


def scope_words(asked: Iterable[Scope], language: Language) -> list[str]:
    """This will say what one agrees to by granting the scopes, a sentence each, in the order of the catalogue."""
    place = list(Language).index(language)
    wanted = frozenset(asked)
    return [each[place] for scope, each in scopes.WORDS.items() if scope in wanted]


def role_words(held: Iterable[Role | str], language: Language) -> list[str]:
    """This will name roles in a language, in the order of the catalogue; a word that is no role is left out."""
    place = list(Language).index(language)
    wanted = frozenset(str(role) for role in held)
    return [each[place] for role, each in roles.WORDS.items() if role.value in wanted]


def refusal_words(message: str, language: Language) -> str:
    """This will say a message of the graph in a language, or as it is."""
    return dict(zip(Language, refused.WORDS.get(message, ()), strict=False)).get(language, message)
