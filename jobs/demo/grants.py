"""What may each persona of the demo do, as a program and as a person?"""

from collections.abc import Mapping
from dataclasses import dataclass

from auth.scopes import Scope
from models.rules.roles import Role


@dataclass(frozen=True, slots=True)
class Grant:
    """What a persona may do."""

    scopes: frozenset[Scope]
    roles: frozenset[Role]


_CASES = frozenset(
    {
        Scope.DIRECTORY_READ,
        Scope.PEOPLE_READ,
        Scope.PEOPLE_WRITE,
        Scope.REFERRALS_READ,
        Scope.REFERRALS_WRITE,
    }
)
_RECEIVES = Grant(_CASES | {Scope.DIRECTORY_WRITE}, frozenset({Role.INTAKE, Role.CASE_WORKER}))

GRANTS: Mapping[str, Grant] = {
    "brc": Grant(
        _CASES | {Scope.DIRECTORY_WRITE, Scope.FLOWS_READ, Scope.FLOWS_WRITE},
        frozenset({Role.REGISTRATION_OFFICER, Role.INTAKE, Role.CASE_WORKER, Role.SUPERVISOR}),
    ),
    "medical": Grant(_RECEIVES.scopes, _RECEIVES.roles | {Role.DIRECTORY_EDITOR}),
    "shelter": Grant(_RECEIVES.scopes, _RECEIVES.roles | {Role.FOCAL_POINT}),
    "police": _RECEIVES,
    "registry": _RECEIVES,
    "outsider": Grant(_CASES, frozenset({Role.INTAKE, Role.CASE_WORKER})),
    "ministry": Grant(frozenset({Scope.DIRECTORY_READ, Scope.INDICATORS_READ}), frozenset({Role.ANALYST})),
    "trainer": Grant(
        frozenset({Scope.DIRECTORY_READ, Scope.TRAINING_READ, Scope.TRAINING_WRITE}), frozenset({Role.TRAINER})
    ),
    "steward": Grant(
        frozenset(
            {
                Scope.DIRECTORY_READ,
                Scope.DIRECTORY_WRITE,
                Scope.AUDIT_READ,
                Scope.INDICATORS_READ,
                Scope.INDICATORS_WRITE,
            }
        ),
        frozenset({Role.NETWORK_STEWARD, Role.DIRECTORY_EDITOR, Role.DATA_PROTECTION_OFFICER}),
    ),
}
