"""What the SQL functions share with Python, so that it is written once: `{name}` in them stands for the value."""

import json
from collections.abc import Iterable

from auth.policies.declare import STEWARDS, holds
from auth.policies.directory import VISIBLE
from auth.policies.partners import KEPT
from auth.policies.stewardship import STEWARD
from models.partners import BREAKER
from models.rules.categories import CATEGORY_WORDS
from models.rules.disclosure import CONSENTED_IN, STUB_IN
from models.rules.identifiers import EARTH_RADIUS_KM
from models.rules.precedence import FIELDS
from models.rules.purposes import AUTHORITIES
from models.rules.referrals import TRANSITIONS, Side
from models.rules.vocabulary import ReferralStatus
from models.rules.words import STOP_WORDS
from models.versions import WRITING


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


PARTIES = {
    Side.SENDER: ("SENDER",),
    Side.RECEIVER: ("RECEIVER",),
    Side.SUPERVISOR: ("SENDER", "RECEIVER"),
    Side.ADMINISTRATOR: ("SENDER",),
    Side.SYSTEM: (),
}
"Whose people act in each capacity."
RESUMED = (ReferralStatus.ACCEPTED, ReferralStatus.IN_PROGRESS)
"Where a referral goes on, whose cancellation was asked for and not granted."


def _transitions() -> str:
    steps = {
        (party, origin, to)
        for row in TRANSITIONS
        for side in row.sides
        for party in PARTIES[side]
        for origin in row.origins
        for to in ([row.to] if row.to else RESUMED)
    }
    return ", ".join(f"('{party}', '{origin}', '{to}')" for party, origin, to in sorted(steps))


def _listed(words: Iterable[str]) -> str:
    return ", ".join(_quoted(word) for word in sorted(words))


SHARED: dict[str, str] = {
    "visible": VISIBLE,
    "authorities": _listed(AUTHORITIES),
    "stub_in": _listed(STUB_IN),
    "consented_in": _listed(CONSENTED_IN),
    "stop_words": f"ARRAY[{_listed(STOP_WORDS)}]",
    "category_words": _quoted(json.dumps(CATEGORY_WORDS, ensure_ascii=False, sort_keys=True, default=dict)),
    "transitions": _transitions(),
    "breaker": str(BREAKER),
    "steward": holds(STEWARDS),
    "kept": KEPT,
    "stewards": STEWARD,
    "claimed": f"ARRAY[{_listed(FIELDS)}]",
    "settled": ", ".join(f"{name} = n.{name}" for name in FIELDS),
    "earth_radius_km": str(EARTH_RADIUS_KM),
    "writing_versions": str(WRITING),
}
