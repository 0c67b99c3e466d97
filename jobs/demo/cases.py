"""Who sends how much? Spreads people over the partners that register them, and their referrals over the network."""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from jobs.demo.directory import Directory
from jobs.demo.ids import source
from jobs.demo.matching import Receivers, needs_of
from jobs.demo.organisations import BRC, PERSONAS, Partner
from jobs.demo.people import Profile, draw_person
from jobs.demo.places import CENTRE_OF_DEPARTMENT
from jobs.demo.referrals import Given, draw_referral
from jobs.demo.rows import Row

PEOPLE, REFERRALS = 2_000, 3_000
"At the usual size."
PER_PERSON = (1, 2, 1, 0, 2, 1, 3, 1, 2, 1, 0, 2, 1, 4, 1, 2, 1, 2, 1, 2)
"How many referrals one person after another has: three for every two people."
BRC_SHARE, BRC_MOST = 0.14, 3_400
"Of all people, those in the files of the persona `brc`; and how many at most, however large the network is made."
SIGNPOSTS = 0.03


def cases(partners: Sequence[Partner], directory: Directory, *, scale: int, now: datetime) -> Iterator[list[Row]]:
    """This will yield one person after another with consents and referrals: 2,000 and 3,000 times scale."""
    personas = (directory.organizations[slug] for slug in PERSONAS.values())
    receivers = Receivers(directory.targets, personas)
    number = 0
    for partner, count in files(partners, PEOPLE * scale):
        chance = source("files", partner.slug)
        sender_id = directory.organizations[partner.slug]
        centre = CENTRE_OF_DEPARTMENT.get(partner.pcode[:4])
        site_id = directory.sites[centre] if centre and partner.slug == BRC else directory.sites.get(partner.slug)
        for _ in range(count):
            profile, rows = draw_person(
                chance, organization_id=sender_id, pcode=partner.pcode, site_id=site_id, now=now
            )
            referred: set[UUID] = set()
            for _ in range(PER_PERSON[number % len(PER_PERSON)]):
                given = _find(
                    receivers,
                    profile,
                    named=chance.random() >= SIGNPOSTS,
                    referred=referred,
                    sender_id=sender_id,
                    pcode=partner.pcode,
                    chance=chance,
                )
                rows += draw_referral(given, chance, now)
            number += 1
            yield rows


def files(partners: Sequence[Partner], total: int) -> list[tuple[Partner, int]]:
    """This will share out so many files by the partners' weights, to the last one, the `brc` persona's apart."""
    brc = min(round(total * BRC_SHARE), BRC_MOST)
    others = [partner for partner in partners if partner.files and partner.slug != BRC]
    weight, left, shared = sum(partner.files for partner in others), total - brc, []
    for partner in others:
        count = round(left * partner.files / weight)
        shared.append((partner, count))
        weight, left = weight - partner.files, left - count
    return [(partner, brc) for partner in partners if partner.slug == BRC] + shared


def _find(
    receivers: Receivers,
    profile: Profile,
    *,
    named: bool,
    referred: set[UUID],
    sender_id: UUID,
    pcode: str,
    chance: random.Random,
) -> Given:
    """A service the person was not yet referred to. It ends: there is always room for some need somewhere."""
    needs, whom = needs_of(profile), profile if named else None
    while True:
        need = chance.choice(needs)
        target = receivers.choose(whom, need, sender=sender_id, pcode=pcode, chance=chance)
        if target is None or target.service_id in referred:
            continue
        referred.add(target.service_id)
        return Given(sender_id, whom, target, need, receivers.hold)
