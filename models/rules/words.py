"""Words: how text is written down for search, and what someone who types something may mean by it.

Documents and questions pass the same `normalise`, so they meet on the same words: lower case, no accents, no elisions,
no stop words of the four languages, endings of number and gender folded. A document's vector is
`to_tsvector('simple', normalise(text))`.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cache, reduce
from operator import or_

from models.rules.place_names import PLACE_NAMES
from models.rules.synonyms import CONCEPTS

MAX_LENGTH, MAX_WORDS = 200, 12
"""Signs and words of a question that are read; the rest is left out."""
LEAST_ROOT = 5
"""Signs of a word that no fold takes away."""
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
    narrower: tuple[Phrase, ...] = ()
    """What is narrower than that and will do, sorted."""
    spared: bool = False
    """True where it only says for whom, when or how: it makes an answer better, and its absence makes none worse."""
    guesses: tuple[Phrase, ...] = ()
    """What a single word stands for if it is a misspelling of a known one: where no service says the word."""


def folded(text: str) -> str:
    """This will be the text in small letters without accents, all else in place: how names are compared."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(sign for sign in letters if not unicodedata.combining(sign)).casefold()


def words_of(text: str) -> list[str]:
    """This will be the words that count, in order, each of small letters and digits only."""
    found = re.findall(r"[^\W_]+", folded(text))
    return [_root(word) for word in found if word not in STOP_WORDS and (len(word) > 1 or word.isdigit())]


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
            meant = _index().get(asked) or (_completions(asked) if last else None)
            if meant or end == at + 1:
                guesses = () if meant else _guesses(asked[0])
                meant = meant or _NOTHING
                phrases = tuple(sorted(meant.said - {asked}))
                groups.append(TermGroup(asked, last, phrases, meant.narrower, asked in _spared(), guesses))
                at = end
                break
    if all(group.spared for group in groups):
        return [replace(group, spared=False) for group in groups]
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
    phrases = (" <-> ".join(f"'{word}'" for word in phrase) for phrase in (*group.phrases, *group.narrower))
    return " | ".join(f"({form})" for form in (" & ".join(asked), *phrases))


def _root(word: str) -> str:
    """A word without its plural sign, and a long one without the vowels that tell women from men, or verbs apart.

    A wrong fold harms nothing, as both sides are folded: `refoulées` is `refoul`, `psicóloga` `psicolog`.
    """
    if len(word) > 4 and word.endswith("aux"):
        word = word[:-1] if word.endswith("eaux") else word[:-3] + "al"
    elif len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    return word if len(word) <= LEAST_ROOT else word[:LEAST_ROOT] + word[LEAST_ROOT:].rstrip("aeo")


@dataclass(frozen=True, slots=True)
class _Meant:
    """What a term stands for."""

    said: frozenset[Phrase] = frozenset()
    covered: frozenset[Phrase] = frozenset()

    @property
    def narrower(self) -> tuple[Phrase, ...]:
        return tuple(sorted(self.covered - self.said))

    def __or__(self, other: "_Meant") -> "_Meant":
        return _Meant(self.said | other.said, self.covered | other.covered)


_NOTHING = _Meant()


@cache
def _index() -> dict[Phrase, _Meant]:
    """Each term that is understood, with all phrases to look for; built once."""
    said = {concept.name: frozenset(tuple(words_of(term)) for term in concept.said) for concept in CONCEPTS}
    covers = {concept.name: concept.covers for concept in CONCEPTS}

    def covered(name: str) -> frozenset[Phrase]:
        return frozenset[Phrase]().union(*(said[narrower] | covered(narrower) for narrower in covers[name]))

    index: dict[Phrase, _Meant] = {}
    for concept in CONCEPTS:
        meant = _Meant(said[concept.name], covered(concept.name))
        for term in said[concept.name] | {tuple(words_of(term)) for term in concept.heard}:
            index[term] = index.get(term, _NOTHING) | meant
    for names in PLACE_NAMES:
        for name in names:
            index[tuple(words_of(name))] = _Meant(frozenset({tuple(words_of(names[0]))}))
    return index


@cache
def _spelled() -> dict[str, frozenset[str]]:
    """Each word that is understood by itself, under each spelling that words one mistake away share."""
    spelled: dict[str, frozenset[str]] = {}
    for term in _index():
        if len(term) == 1:
            for spelling in _spellings(term[0]):
                spelled[spelling] = spelled.get(spelling, frozenset()) | {term[0]}
    return spelled


def _spellings(word: str) -> frozenset[str]:
    """A word, and what is left of it without any one letter; of a short one too little would be left."""
    left = (word[:letter] + word[letter + 1 :] for letter in range(len(word)) if len(word) > SHORTEST_BEGINNING)
    return frozenset({word, *left})


def _guesses(word: str) -> tuple[Phrase, ...]:
    """The synonyms of every known word one mistake away, sorted."""
    alike = frozenset[str]().union(*(_spelled().get(spelling, frozenset()) for spelling in _spellings(word)))
    return tuple(sorted(frozenset[Phrase]().union(*(_index()[(known,)].said for known in alike))))


@cache
def _longest() -> int:
    return max(len(term) for term in _index())


@cache
def _spared() -> frozenset[Phrase]:
    """The terms that only say for whom, when or how."""
    return frozenset(
        tuple(words_of(term)) for concept in CONCEPTS if concept.spared for term in (*concept.said, *concept.heard)
    )


def _completions(asked: Phrase) -> _Meant | None:
    """What every term means that the words are the beginning of; None where there is none."""
    *before, beginning = asked
    if len(beginning) < SHORTEST_BEGINNING:
        return None
    begun = [meant for term, meant in _index().items() if term[:-1] == tuple(before) and term[-1].startswith(beginning)]
    return reduce(or_, begun) if begun else None
