"""How roles are named on the command line."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.rules.roles import Role


class UnknownRole(Exception):
    """There is no such role."""


def roles_of(words: Iterable[str]) -> "list[Role]":
    """This will be the roles, in small letters or capitals. Raises UnknownRole, which names all there are."""
    from models.rules.roles import Role

    wanted = [word.upper().replace("-", "_") for word in words]
    unknown = [word.lower() for word in wanted if word not in set(Role)]
    if unknown:
        raise UnknownRole(f"{', '.join(unknown)}; there are {', '.join(role.lower() for role in Role)}")
    return [Role(word) for word in wanted]
