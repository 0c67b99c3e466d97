"""Who is asking: the answer of authentication, and all that the rest of the program knows about a caller."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from auth.assurance import Acr
from auth.scopes import Scope
from auth.tokens import SubjectKind
from models.rules.roles import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """One caller during one request. It acts for exactly one organisation; another one takes another token."""

    organization_id: UUID
    client_id: str
    user_id: UUID | None
    """The account of the person the client acts for; None when a machine acts for itself."""
    scopes: frozenset[Scope]
    """What the token carries and its client is still granted today."""
    roles: frozenset[Role]
    """Read from the database at most 2 s ago, never from the token."""
    token_id: UUID
    expires_at: datetime
    """When the token ends, UTC: a stream that outlives it must be closed."""
    kind: SubjectKind = SubjectKind.CLIENT
    membership_id: UUID | None = None
    """Through which the person acts for the organisation; its roles are `roles`."""
    site_id: UUID | None = None
    """Where the roles hold; None: wherever the organisation works."""
    session_id: UUID | None = None
    """The browser's session in which the person allowed it; None for machines and devices."""
    acr: Acr | None = None
    """How surely the person said who they are; None for machines."""
    auth_time: datetime | None = None
    """When they last did, UTC; None for machines."""
    jkt: str | None = None
    """Thumbprint of the key that the token is bound to, which each request must prove (RFC 9449)."""

    def claims(self) -> dict[str, str]:
        """This will name the settings that row policies read (`konbit.*`), as texts; absent is the empty text."""
        return {
            "konbit.organization": str(self.organization_id),
            "konbit.client": self.client_id,
            "konbit.user": "" if self.user_id is None else str(self.user_id),
            "konbit.roles": ",".join(sorted(self.roles)),
            "konbit.site": "" if self.site_id is None else str(self.site_id),
        }
