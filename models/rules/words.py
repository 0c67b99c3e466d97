"""Words: how text is written down for search, and what someone who types something may mean by it.

Documents and questions pass the same `normalise`, so they meet on the same words: lower case, no accents, no elisions,
no stop words of the four languages, plurals folded. A document's vector is `to_tsvector('simple', normalise(text))`.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from models.rules.synonyms import CONCEPTS

MAX_LENGTH, MAX_WORDS = 200, 12
"""Signs and words of a question that are read; the rest is left out."""
SHORTEST_BEGINNING = 4
"""Signs from which the beginning of a word, still being typed, finds synonyms."""

_STOP_WORDS = {
    "fr": """le la les un une des de du au aux et ou en dans sur pour par avec est sont ce ces cette son sa ses leur
        leurs qui que qu je tu il elle nous vous ils elles mon ma mes ne se besoin veux peux cherche comment""",
    "ht": "yon nan pou ak avek ki ke yo lan an mwen li nou gen pa te ap ka kapab bezwen vle cheche jwenn kote kijan",
    "es": """el los las una unos unas del al con por para su sus es son mi me lo necesito quiero puedo busco buscar
        donde como""",
    "en": "the of and or in on at to for with by is are from my it this that can need want find where how",
}
STOP_WORDS = frozenset(" ".join(_STOP_WORDS.values()).split())
"""What joins words and what every question says, in any of the four languages: nobody says which one is being typed."""

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TermGroup:
    """One thing that was asked for: found where all `words` occur, or where any of `phrases` does."""

    words: Phrase
    """As asked, normalised; all must occur, anywhere and in any order."""
    prefix: bool
    """True where the last of `words` ends the question and may be unfinished: it matches what begins with it."""
    phrases: tuple[Phrase, ...]
    """Synonyms, sorted; the words of each must follow one another."""


def folded(text: str) -> str:
    """This will be the text in small letters without accents, all else in place: how names are compared."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(sign for sign in letters if not unicodedata.combining(sign)).casefold()


def words_of(text: str) -> list[str]:
    """This will be the words that count, in order, each of small letters and digits only."""
    found = re.findall(r"[^\W_]+", folded(text))
    return [_singular(word) for word in found if word not in STOP_WORDS and (len(word) > 1 or word.isdigit())]


def normalise(text: str) -> str:
    """This will be the text as it is indexed and compared: the words that count, one space between."""
    return " ".join(words_of(text))


def alternatives(text: str) -> list[TermGroup]:
    """This will be what was asked for, in order; every group must be found, each in any of its forms.

    The longest known phrase is taken first, so `acte de naissance` is one group and not two. Empty where nothing that
    counts was asked: such a question finds nothing, it does not find everything.

    `"batistè Belladère"` gives `TermGroup(("batiste",), False, (("acta", "nacimiento"), ..., ("birth", "certificate"),
    ...))` and `TermGroup(("belladere",), True, ())`.
    """
    words = words_of(text[:MAX_LENGTH])[:MAX_WORDS]
    groups, at = [], 0
    while at < len(words):
        for end in range(min(len(words), at + _longest()), at, -1):
            asked = tuple(words[at:end])
            last = end == len(words)
            phrases = _synonyms(asked) or (_completions(asked) if last else frozenset())
            if phrases or end == at + 1:
                groups.append(TermGroup(asked, last, tuple(sorted(phrases - {asked}))))
                at = end
                break
    return groups


def tsquery(groups: list[TermGroup]) -> str | None:
    """This will be the text for `to_tsquery('simple', ...)`; None for no groups, which finds nothing.

    Words hold letters and digits only and are quoted, so nothing that was typed is read as an operator.
    """
    return " & ".join(f"({_either(group)})" for group in groups) or None


def _either(group: TermGroup) -> str:
    asked = [f"'{word}'" for word in group.words]
    if group.prefix:
        asked[-1] += ":*"
    phrases = (" <-> ".join(f"'{word}'" for word in phrase) for phrase in group.phrases)
    return " | ".join(f"({form})" for form in (" & ".join(asked), *phrases))


def _singular(word: str) -> str:
    """Plurals of French, Spanish and English lose their sign; a wrong fold harms nothing, as both sides are folded."""
    if len(word) > 4 and word.endswith("aux"):
        return word[:-1] if word.endswith("eaux") else word[:-3] + "al"
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


@cache
def _index() -> dict[Phrase, frozenset[Phrase]]:
    """Each term that is understood, with all phrases to look for; built once."""
    said = {concept.name: frozenset(tuple(words_of(term)) for term in concept.said) for concept in CONCEPTS}
    covers = {concept.name: concept.covers for concept in CONCEPTS}

    def looked_for(name: str) -> frozenset[Phrase]:
        return said[name].union(*(looked_for(narrower) for narrower in covers[name]))

    index: dict[Phrase, frozenset[Phrase]] = {}
    for concept in CONCEPTS:
        for term in said[concept.name] | {tuple(words_of(term)) for term in concept.heard}:
            index[term] = index.get(term, frozenset()) | looked_for(concept.name)
    return index


@cache
def _longest() -> int:
    return max(len(term) for term in _index())


def _synonyms(asked: Phrase) -> frozenset[Phrase]:
    return _index().get(asked, frozenset())


def _completions(asked: Phrase) -> frozenset[Phrase]:
    """The synonyms of every term that the words are the beginning of."""
    *before, beginning = asked
    if len(beginning) < SHORTEST_BEGINNING:
        return frozenset()
    begun = (
        phrases for term, phrases in _index().items() if term[:-1] == tuple(before) and term[-1].startswith(beginning)
    )
    return frozenset().union(*begun)
