"""Who takes part in the demo's trainings? Invented people, with the work they do."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from jobs.demo import names
from jobs.demo.ids import random_id
from jobs.demo.places import COMMUNES
from models.rules.vocabulary import AgeGroup, Sex
from models.rules.vocabulary import ParticipantKind as Kind

T = TypeVar("T")
_KINDS = (
    (Kind.STATE_AGENT, 0.16, "Direction départementale", "Agent"),
    (Kind.LOCAL_AUTHORITY, 0.14, "Mairie", "Agente communautaire"),
    (Kind.POLICE, 0.10, "Commissariat", "Policier"),
    (Kind.JUSTICE, 0.08, "Tribunal de paix", "Greffière"),
    (Kind.HEALTH, 0.14, "Hôpital communautaire", "Infirmière"),
    (Kind.EDUCATION, 0.11, "École nationale", "Enseignante"),
    (Kind.NGO, 0.14, None, "Travailleuse sociale"),
    (Kind.COMMUNITY, 0.10, "Comité de quartier", "Animatrice"),
    (Kind.MEDIA, 0.02, "Radio communautaire", "Journaliste"),
    (Kind.OTHER, 0.01, None, None),
)
"Each kind with its share, and an employer and a position to write down."
_NGOS = ("solidarite-frontiere-belladere", "frontiere-sans-peur", "collectif-malpasse", "handicap-ensemble")
_AGES = ((AgeGroup.AGE_18_24, 0.17), (AgeGroup.AGE_25_59, 0.77), (AgeGroup.AGE_60_PLUS, 0.05), (AgeGroup.UNKNOWN, 0.01))


@dataclass(frozen=True, slots=True)
class Trainee:
    """A person as the first training of theirs wrote them down."""

    id: UUID
    name: str
    sex: Sex
    age_group: AgeGroup
    kind: Kind
    position: str | None
    employer: str | None
    "A partner's slug; None where the employer is none, or not known."
    employer_name: str | None
    pcode: str


def draw_trainee(chance: random.Random, pcode: str) -> Trainee:
    sex = Sex.FEMALE if (share := chance.random()) < 0.57 else Sex.MALE if share < 0.99 else Sex.UNKNOWN
    kind, employer, position = _work(chance)
    at = pcode if chance.random() < 0.7 else chance.choice(COMMUNES).pcode
    commune = next(commune for commune in COMMUNES if commune.pcode == at)
    return Trainee(
        id=random_id(chance),
        name=f"{names.given_name(sex, chance)} {names.family_name(chance)}",
        sex=sex,
        age_group=drawn(chance, _AGES),
        kind=kind,
        position=position,
        employer=chance.choice(_NGOS) if kind is Kind.NGO else None,
        employer_name=f"{employer} {commune.of}" if employer else None,
        pcode=at,
    )


def _work(chance: random.Random) -> tuple[Kind, str | None, str | None]:
    kind = drawn(chance, [(each, share) for each, share, _, _ in _KINDS])
    _, _, employer, position = next(row for row in _KINDS if row[0] is kind)
    return kind, employer, position


def drawn(chance: random.Random, choices: Sequence[tuple[T, float]]) -> T:
    """One of the choices, each as likely as its share."""
    return chance.choices([each for each, _ in choices], [share for _, share in choices])[0]
