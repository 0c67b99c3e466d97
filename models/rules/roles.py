"""What a member of an organisation is there to do: the roles that policies and rules ask for (domain.md, Roles)."""

from collections.abc import Iterable
from enum import StrEnum, unique


@unique
class Role(StrEnum):
    """Held by a user at an organisation, or by a machine client; read from the database, never from a token."""

    REGISTRATION_OFFICER = "REGISTRATION_OFFICER"
    INTAKE = "INTAKE"
    CASE_WORKER = "CASE_WORKER"
    SUPERVISOR = "SUPERVISOR"
    COUNSELLOR = "COUNSELLOR"
    FOCAL_POINT = "FOCAL_POINT"
    HOTLINE_OPERATOR = "HOTLINE_OPERATOR"
    COORDINATOR = "COORDINATOR"
    ENUMERATOR = "ENUMERATOR"
    TRAINER = "TRAINER"
    ANALYST = "ANALYST"
    DIRECTORY_EDITOR = "DIRECTORY_EDITOR"
    NETWORK_STEWARD = "NETWORK_STEWARD"
    DATA_PROTECTION_OFFICER = "DATA_PROTECTION_OFFICER"
    ADMINISTRATOR = "ADMINISTRATOR"

    @property
    def words(self) -> str:
        """What the role is for, in words for people."""
        return _WORDS[self]


_WORDS = {
    Role.REGISTRATION_OFFICER: "Registers people at a centre: identity, household, crossing.",
    Role.INTAKE: "Receives referrals: sees who asks for what, before and after acceptance.",
    Role.CASE_WORKER: "Follows people's cases: needs, consents, referrals.",
    Role.SUPERVISOR: "Approves what a case worker may not decide alone, and takes escalations.",
    Role.COUNSELLOR: "Counsels in confidence; the notes stay with the counsellor's team.",
    Role.FOCAL_POINT: "Answers for gender-based violence or trafficking cases.",
    Role.HOTLINE_OPERATOR: "Takes calls without opening a file.",
    Role.COORDINATOR: "Coordinates a centre by reference, priority and age group alone.",
    Role.ENUMERATOR: "Counts people at the border.",
    Role.TRAINER: "Gives trainings and records attendance.",
    Role.ANALYST: "Reads figures, never files.",
    Role.DIRECTORY_EDITOR: "Keeps the organisation's entries in the directory.",
    Role.NETWORK_STEWARD: "Looks after the network's directory and its quality.",
    Role.DATA_PROTECTION_OFFICER: "Guards personal data: reads the audit, decides demands.",
    Role.ADMINISTRATOR: "Manages the organisation's members and clients.",
}

RESERVED = frozenset({Role.NETWORK_STEWARD})
"""What the network gives and no organisation's administrator: a steward grants scopes to every organisation's clients.
Whoever runs Konbit gives it (`konbit members`), or an administrator who is a steward."""


def counting(roles: Iterable[str], *, vouched: bool) -> frozenset[Role]:
    """This will say which of a member's roles count.

    `vouched`: their organisation's own provider signed them in. What the network gave does not count then: whoever
    runs a provider can sign in as any of its people.
    """
    return frozenset(Role(role) for role in roles) - (RESERVED if vouched else frozenset())
