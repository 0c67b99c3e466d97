"""How an indicator is declared: all that a reader must know of it, in the four languages of the border."""

from dataclasses import dataclass

from models.rules.vocabulary import IndicatorDimension, Tier

Texts = dict[str, str]
"By BCP 47 language; French is the original."


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of an indicator. What changes its meaning makes a new version of it."""

    code: str
    names: Texts
    definitions: Texts
    unit: str
    numerator: str
    tier: Tier
    dimensions: tuple[IndicatorDimension, ...] = ()
    target: int | None = None
    version: int = 1


def texts(fr: str, ht: str, es: str, en: str) -> Texts:
    """This will be one text in the four languages."""
    return {"fr": fr, "ht": ht, "es": es, "en": en}
