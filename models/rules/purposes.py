"""Purposes: what an organisation of a kind may be told something for, and how long consent to it lasts."""

from datetime import datetime

from dateutil.relativedelta import relativedelta

from models.rules.vocabulary import ConsentPurpose, OrganizationKind

AUTHORITY_PURPOSES: dict[OrganizationKind, tuple[ConsentPurpose, ...]] = {
    OrganizationKind.POLICE: (ConsentPurpose.LAW_ENFORCEMENT,),
    OrganizationKind.JUSTICE: (ConsentPurpose.LAW_ENFORCEMENT,),
    OrganizationKind.MIGRATION_AUTHORITY: (ConsentPurpose.MIGRATION_AUTHORITY,),
    OrganizationKind.LOCAL_AUTHORITY: (ConsentPurpose.LAW_ENFORCEMENT, ConsentPurpose.MIGRATION_AUTHORITY),
    OrganizationKind.MINISTRY: (ConsentPurpose.LAW_ENFORCEMENT, ConsentPurpose.MIGRATION_AUTHORITY),
    OrganizationKind.FOREIGN_AUTHORITY: (ConsentPurpose.LAW_ENFORCEMENT, ConsentPurpose.MIGRATION_AUTHORITY),
}
AUTHORITIES = frozenset(AUTHORITY_PURPOSES)
"""Never matched, never on SERVICE consent (domain.md, Authorities). A civil registry is no authority in this sense."""

AFTER_COUNSELLING = frozenset({ConsentPurpose.LAW_ENFORCEMENT, ConsentPurpose.MIGRATION_AUTHORITY})
"""Recorded by a case worker alone, after counselling."""

WITHOUT_RECIPIENT = frozenset({ConsentPurpose.REGISTRATION, ConsentPurpose.STATISTICS})

LONGEST_MONTHS: dict[ConsentPurpose, int | None] = {
    ConsentPurpose.REGISTRATION: None,
    ConsentPurpose.SERVICE: 12,
    ConsentPurpose.FAMILY_TRACING: 12,
    ConsentPurpose.CASE_CONFERENCE: 12,
    ConsentPurpose.CHILD_AUTHORITY: 12,
    ConsentPurpose.LAW_ENFORCEMENT: 3,
    ConsentPurpose.MIGRATION_AUTHORITY: 3,
    ConsentPurpose.CROSS_BORDER: 12,
    ConsentPurpose.FOLLOW_UP: 12,
    ConsentPurpose.STATISTICS: None,
}
"""How long a consent may last and, unless less is said, does: a year, and three months towards an authority.

None: until withdrawn, as it stays inside the organisation. The domain sets no length: after a year few remember what
they agreed to, and a decision to go to an authority is made for one occasion.
"""


def purposes_for(receiver: OrganizationKind) -> tuple[ConsentPurpose, ...]:
    """This will be the purposes on which a receiver of this kind may be sent a referral; any one of them suffices."""
    if receiver is OrganizationKind.CHILD_PROTECTION:
        return (ConsentPurpose.CHILD_AUTHORITY,)
    return AUTHORITY_PURPOSES.get(receiver, (ConsentPurpose.SERVICE,))


def may_receive(recipient: OrganizationKind, purpose: ConsentPurpose) -> bool:
    """This will tell whether consent of this purpose may name an organisation of this kind at all.

    An authority is named on its own purpose, and as one who attends a case conference; never on any other.
    """
    if recipient in AUTHORITIES:
        return purpose in AUTHORITY_PURPOSES[recipient] or purpose is ConsentPurpose.CASE_CONFERENCE
    if purpose in (ConsentPurpose.SERVICE, ConsentPurpose.CHILD_AUTHORITY):
        return purpose in purposes_for(recipient)
    return purpose not in AFTER_COUNSELLING and purpose not in WITHOUT_RECIPIENT


def latest_end(purpose: ConsentPurpose, given_at: datetime) -> datetime | None:
    """This will be the last moment to which such a consent may reach; None: until withdrawn."""
    months = LONGEST_MONTHS[purpose]
    return None if months is None else given_at + relativedelta(months=months)


def lasts_until(*, purpose: ConsentPurpose, given_at: datetime, valid_until: datetime | None) -> datetime | None:
    """This will be the end to store: the one asked for, else the latest the purpose allows; None: until withdrawn."""
    return latest_end(purpose, given_at) if valid_until is None else valid_until
