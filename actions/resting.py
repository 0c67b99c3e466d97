"""Which consent will a referral rest on? One alone: what it does not reach is not disclosed."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Text, any_, bindparam, exists, select
from sqlalchemy.dialects.postgresql import ARRAY

from actions.effects import refuse
from actions.files import File
from actions.statements import bind, table
from models import people
from models.rules.consent import GivenConsent, check_reach, in_force, missing_for
from models.rules.purposes import purposes_for
from models.rules.vocabulary import ConsentPurpose, InformationClass, OrganizationKind, ReferralKind
from models.session import Session, Statement

CONSENT = table(people.Consent)
WITHDRAWAL = table(people.ConsentWithdrawal)

CONSENTS = Statement(
    select(
        CONSENT.c.id,
        CONSENT.c.purpose,
        CONSENT.c.recipient_id,
        CONSENT.c.information,
        CONSENT.c.given_at,
        CONSENT.c.valid_until,
    ).where(
        CONSENT.c.person_id == bind(CONSENT.c.person_id),
        CONSENT.c.recipient_id == bind(CONSENT.c.recipient_id),
        CONSENT.c.purpose == any_(bindparam("purposes", type_=ARRAY(Text()))),
        ~exists().where(WITHDRAWAL.c.consent_id == CONSENT.c.id),
    )
)
"""What was withdrawn does not count, at whatever moment: two clocks must not argue about it."""


async def find_consent(
    session: Session,
    file: File,
    now: datetime,
    *,
    kind: ReferralKind,
    recipient: UUID,
    recipient_kind: OrganizationKind,
) -> UUID | None:
    """This will find the consent in force towards the recipient that lacks least, then reaches and lasts most.

    None where the kind of referral needs none, and none is there. Raises Refused: CONSENT_REQUIRED, with what lacks.
    Runs one statement; the file is taken before, so that no withdrawal comes between.
    """
    purposes = sorted(purposes_for(recipient_kind))
    rows = await session.rows(CONSENTS, person_id=file.id, recipient_id=recipient, purposes=purposes)
    given = {
        row["id"]: GivenConsent(
            purpose=ConsentPurpose(row["purpose"]),
            recipient=row["recipient_id"],
            information=frozenset(map(InformationClass, row["information"])),
            given_at=row["given_at"],
            valid_until=row["valid_until"],
            withdrawn_at=None,
        )
        for row in rows
    }
    standing = [key for key, consent in given.items() if in_force(consent, now)]
    best = max(standing, key=lambda key: _worth(given[key], kind), default=None)
    granted = None if best is None else given[best].information
    refuse(check_reach(kind=kind, recipient=recipient, granted=granted))
    return best


def _worth(consent: GivenConsent, kind: ReferralKind) -> tuple[int, int, datetime, datetime]:
    lasting = consent.valid_until or datetime.max.replace(tzinfo=UTC)
    return -len(missing_for(kind, consent.information)), len(consent.information), lasting, consent.given_at
