"""How a row policy is declared: for which table and role, what it may do, and to which rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from models.rules.roles import Role


class DatabaseRole(StrEnum):
    """The roles that sign in to the database or own its functions; prefixed there by the database's name."""

    APP = "app"
    "Serves requests: owns nothing, bypasses nothing, sees what the actor sees."
    AUTH = "auth"
    "The authorization server: its own tables, before there is an actor."
    WORKER = "worker"
    "Jobs: feeds, schedules, partners' data."
    KEEPER = "keeper"
    "Cannot sign in: owns the triggers and functions whose effect crosses organisations."
    SEARCH = "search"
    "Cannot sign in: owns the search function, which asks who may see before it answers."


class Command(StrEnum):
    """What a policy allows."""

    ALL = "ALL"
    SELECT = "SELECT"
    INSERT = "INSERT"
    UPDATE = "UPDATE"
    DELETE = "DELETE"


@dataclass(frozen=True, slots=True)
class Policy:
    """One row policy. A role may do to a table just what its policies name, and is granted no more."""

    table: str
    role: DatabaseRole
    command: Command
    rows: str
    "Which rows, as SQL: those seen (USING), and for INSERT those written (WITH CHECK)."
    written: str | None = None
    "For UPDATE and ALL: which rows may stand afterwards, where it differs from `rows`."
    columns: tuple[str, ...] = ()
    "The columns that may be read or written, where not all may."

    @property
    def name(self) -> str:
        return f"{self.role}_{self.command.lower()}"


ME = "(SELECT nullif(current_setting('konbit.organization', true), '')::uuid)"
"The organisation that the token is bound to; null, and so no row, where nobody is asking."
OWN = f"organization_id = {ME}"
"The row is of that organisation."
SOMEONE = f"{ME} IS NOT NULL"
USER = "(SELECT nullif(current_setting('konbit.user', true), '')::uuid)"
"The person that a client acts for; null where a machine acts for itself."

EVERYWHERE = "(SELECT nullif(current_setting('konbit.site', true), '') IS NULL)"
"The actor's roles hold wherever the organisation works, and not at one of its sites alone."
SITE = "(SELECT nullif(current_setting('konbit.site', true), '')::uuid)"
"The one site at which the actor's roles hold; null where they hold everywhere."
AT_SITE = f"CASE WHEN {EVERYWHERE} THEN true ELSE coalesce(site_id = {SITE}, false) END"
"""The row is of where the actor's roles hold. A CASE, because PostgreSQL expects next to no rows of an OR with a null
test in it, and then sorts what it could have walked."""


def holds(roles: Iterable[Role]) -> str:
    """SQL that is true where the actor holds one of the roles; evaluated once per statement."""
    wanted = ", ".join(f"'{role}'" for role in sorted(roles))
    return f"(SELECT string_to_array(current_setting('konbit.roles', true), ',') && ARRAY[{wanted}])"


def everything(role: DatabaseRole, tables: Iterable[str], *commands: Command) -> list[Policy]:
    """Policies by which a role of the system itself sees every row of some tables."""
    return [Policy(table, role, command, "true") for table in tables for command in commands]


CASE_ROLES = frozenset(
    {
        Role.REGISTRATION_OFFICER,
        Role.INTAKE,
        Role.CASE_WORKER,
        Role.SUPERVISOR,
        Role.COUNSELLOR,
        Role.FOCAL_POINT,
        Role.DATA_PROTECTION_OFFICER,
    }
)
"Who works with people: classes 0 to 2."
SENSITIVE_ROLES = CASE_ROLES - {Role.REGISTRATION_OFFICER, Role.INTAKE}
"Who may also know what class 3 holds."
STUB_ROLES = CASE_ROLES | {Role.COORDINATOR}
"Who may know that a case is there."
REFERRAL_ROLES = frozenset({Role.INTAKE, Role.CASE_WORKER, Role.SUPERVISOR, Role.FOCAL_POINT})
"Who may learn the alias of a safe house."
AUDITOR_ROLES = frozenset({Role.DATA_PROTECTION_OFFICER, Role.ADMINISTRATOR})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
"Who manages members and clients."
STEWARDS = frozenset({Role.NETWORK_STEWARD})
"Who grants scopes to every organisation's clients."


def beyond(reserved: Iterable[Role]) -> str:
    """SQL that is true where the row gives none of the roles that only those give who hold one of them."""
    kept = sorted(set(reserved))
    listed = ", ".join(f"'{role}'" for role in kept)
    return f"(NOT roles && ARRAY[{listed}] OR {holds(kept)})"
