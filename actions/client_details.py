"""What an organisation says of its program, read and checked: addresses, public keys, scopes."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import orjson

from actions.effects import Refused
from auth.clients import UnfitGrants, UnusableKeys, check_public_keys
from auth.redirects import UnfitRedirect, check_endpoint, check_redirect
from auth.scopes import Scope
from models.rules.problems import Refusal
from models.rules.vocabulary import ProblemCode

MOST_ADDRESSES = 20


@contextmanager
def fits(*field: str) -> Iterator[None]:
    """This will turn what the authorization server says of an unfit client into a refusal of that field."""
    try:
        yield
    except (UnfitRedirect, UnfitGrants, UnusableKeys) as unfit:
        raise Refused(Refusal(ProblemCode.INVALID_INPUT, unfit.__doc__ or "", field)) from unfit


def redirects(addresses: Collection[str], field: str) -> list[str]:
    """This will be addresses that people may be sent back to, each once. Raises Refused (INVALID_INPUT)."""
    if len(addresses) > MOST_ADDRESSES:
        message = f"There can be at most {MOST_ADDRESSES} addresses."
        raise Refused(Refusal(ProblemCode.INVALID_INPUT, message, (field,)))
    with fits(field):
        return [check_redirect(address) for address in dict.fromkeys(addresses)]


def endpoint(address: str | None, field: str) -> str | None:
    """This will be an address that Konbit may ask; None where nothing was said. Raises Refused (INVALID_INPUT)."""
    if not address:
        return None
    with fits(field):
        return check_endpoint(address)


def keys(text: str | None) -> dict[str, Any] | None:
    """This will be a JWK set (RFC 7517, section 5) that was given as JSON. Raises Refused (INVALID_INPUT)."""
    if text is None:
        return None
    with fits("publicKeys"):
        try:
            told = orjson.loads(text)
        except ValueError:
            raise UnusableKeys from None
        if not isinstance(told, dict):
            raise UnusableKeys
        check_public_keys(told)
        return told


def known_scopes(words: Collection[str]) -> list[str]:
    """This will be scopes by their words, in order, each once. Raises Refused (INVALID_INPUT)."""
    unknown = frozenset(words) - frozenset(Scope)
    if unknown:
        message = f"There is no such scope; there are {', '.join(sorted(Scope))}."
        raise Refused(Refusal(ProblemCode.INVALID_INPUT, message, ("scopes",)))
    return sorted(set(words))
