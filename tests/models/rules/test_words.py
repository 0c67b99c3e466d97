"""Questions and documents meet on the same words, across four languages, accents and unfinished typing."""

import asyncio

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.postgres import Server
from models.rules.synonyms import CONCEPTS
from models.rules.words import MAX_WORDS, STOP_WORDS, TermGroup, alternatives, normalise, tsquery, words_of

BIRTH_CERTIFICATE = ("acte de naissance", "batistè", "acta de nacimiento", "birth certificate")


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("Acte de Naissance", "acte naissanc"),
        ("Batistè", "batist"),
        ("Extrait d'archives de l’état civil", "extrait archiv etat civil"),
        ("Anse-à-Pîtres", "anse pitre"),
        ("Hôpitaux & bureaux", "hopital bureau"),
        ("Niños, NIÑAS", "nino nina"),
        ("Œuvre des sœurs", "oeuvr soeur"),
        ("refoulé, refoulée, refoulées", "refoul refoul refoul"),
        ("psicólogos, psicólogas", "psicolog psicolog"),
        ("stress", "stress"),
        ("Liy 840", "liy 840"),
        ("l' d' qu' de la", ""),
        ("", ""),
    ],
)
def test_text_is_indexed_as_plain_words(text: str, normalised: str) -> None:
    assert normalise(text) == normalised


@pytest.mark.parametrize("asked", BIRTH_CERTIFICATE)
def test_a_birth_certificate_has_one_name_in_each_language(asked: str) -> None:
    (group,) = alternatives(asked)
    assert group.words == tuple(words_of(asked))
    assert {tuple(words_of(other)) for other in BIRTH_CERTIFICATE} <= {group.words, *group.phrases}


def test_each_thing_asked_for_is_a_group_and_only_the_end_is_unfinished() -> None:
    first, second = alternatives("batistè Belladère")
    assert (first.words, first.prefix) == (("batist",), False)
    assert ("birth", "certificat") in first.phrases
    assert second == TermGroup(("bellader",), prefix=True, phrases=())


def test_the_longest_phrase_is_taken_first() -> None:
    assert [group.words for group in alternatives("centre de santé Fond Parisien")] == [
        ("centr", "sante"),
        ("fond", "parisien"),
    ]


def test_the_wide_word_finds_the_narrow_and_not_the_other_way() -> None:
    (papers,) = alternatives("papye")
    (passport,) = alternatives("paspò")
    (shelter,) = alternatives("abri")
    assert {("batist",), ("cedul",), ("paspo",)} <= set(papers.narrower)
    assert ("passport",) in passport.phrases
    assert ("batist",) not in (*passport.phrases, *passport.narrower)
    assert ("ebejman",) in shelter.phrases
    assert ("kay",) not in (*shelter.phrases, *shelter.narrower)
    assert ("kay", "sekirit") in shelter.narrower


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("lekòl", "école"),
        ("lopital", "hôpital"),
        ("manje", "nourriture"),
        ("kay", "hébergement"),
        ("lapolis", "commissariat"),
        ("kadejak", "viol"),
        ("vyòl", "sexual assault"),
        ("trafik moun", "traite des personnes"),
        ("avoka", "legal aid"),
        ("transpò", "autobus"),
        ("fanm ansent", "maternité"),
        ("andikap", "disability"),
        ("sikològ", "psychosocial"),
        ("lajan", "transfert monétaire"),
        ("ti komès", "activités génératrices de revenus"),
        ("timoun", "niño"),
        ("retrouve fanmi", "family tracing"),
        ("fontyè", "border"),
        ("depòte", "rapatrié"),
        ("kat idantite", "carte d'identité"),
        ("remèd", "farmacia"),
        ("escuela", "lekòl"),
        ("abogado", "aide juridique"),
        ("shelter", "sant akèy"),
    ],
)
def test_the_words_of_the_border(asked: str, found: str) -> None:
    (group,) = alternatives(asked)
    assert tuple(words_of(found)) in group.phrases


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("lekò", "ecole"), ("acte de naiss", "batist"), ("batis", "batist"), ("fronti", "fonty")],
)
def test_what_is_still_being_typed_finds_synonyms(typed: str, meant: str) -> None:
    (group,) = alternatives(typed)
    assert group.prefix
    assert (meant,) in group.phrases


def test_too_short_a_beginning_stands_for_itself_alone() -> None:
    assert alternatives("ba") == [TermGroup(("ba",), prefix=True, phrases=())]


def test_the_words_around_a_need_are_not_asked_for() -> None:
    assert [group.words for group in alternatives("Mwen bezwen jwenn batistè mwen")] == [("batist",)]
    assert [group.words for group in alternatives("Où trouver un acte de naissance ?")][-1] == ("acte", "naissanc")
    assert alternatives("le la de") == []
    assert tsquery([]) is None


def test_there_are_at_least_forty_needs_and_every_term_means_something() -> None:
    assert len(CONCEPTS) >= 40
    assert len({concept.name for concept in CONCEPTS}) == len(CONCEPTS)
    names = {concept.name for concept in CONCEPTS}
    for concept in CONCEPTS:
        assert set(concept.covers) <= names
        for term in (*concept.said, *concept.heard):
            assert words_of(term), f"{concept.name}: {term} is made of stop words"


def test_a_query_reads_as_and_of_ors() -> None:
    groups = [
        TermGroup(("acte", "naissance"), prefix=False, phrases=(("batiste",), ("birth", "certificate"))),
        TermGroup(("bell",), prefix=True, phrases=()),
    ]
    assert tsquery(groups) == ("(('acte' & 'naissance') | ('batiste') | ('birth' <-> 'certificate')) & (('bell':*))")


@given(st.text(max_size=400))
def test_any_text_gives_bounded_groups_of_plain_words(text: str) -> None:
    groups = alternatives(text)
    asked = [word for group in groups for word in group.words]
    assert asked == words_of(text[:200])[:MAX_WORDS]
    assert all(word.isalnum() for word in asked)
    assert all(len(group.phrases) <= 100 for group in groups)
    assert [group.prefix for group in groups] == [False] * (len(groups) - 1) + [True] * bool(groups)


@given(st.lists(st.sampled_from(sorted(STOP_WORDS)), max_size=10))
def test_stop_words_alone_ask_for_nothing(words: list[str]) -> None:
    assert alternatives(" ".join(words)) == []


DOCUMENTS = {
    "registry": "Délivrance d'actes de naissance et d'extraits des archives, Belladère",
    "office": "Nou fè batistè pou timoun ak granmoun",
    "shelter": "Centre d'hébergement pour femmes et enfants, Ouanaminthe",
    "nothing": "Vente de matériaux",
}
QUESTIONS = {
    "acte de naissance": {"registry", "office"},
    "batistè": {"registry", "office"},
    "batistè Bella": {"registry"},
    "birth certificate": {"registry", "office"},
    "papye": {"registry", "office"},
    "kote pou m dòmi": {"shelter"},
    "ebèjman fanm": {"shelter"},
    "ouana": {"shelter"},
    "'; drop table x; -- !&|:*<->()\\ \x00 🙂": set(),
    "ﬁn ① ß Ⅷ ½ 𝔘 שלום 漢字 ٣": set(),
}


def test_postgresql_answers_these_questions(cluster: Server) -> None:
    async def answers() -> dict[str, set[str]]:
        connection = await asyncpg.connect(cluster.url())
        try:
            found: dict[str, set[str]] = {}
            for question in QUESTIONS:
                rows = await connection.fetch(
                    """SELECT name FROM unnest($1::text[], $2::text[]) AS document (name, body)
                       WHERE to_tsvector('simple', body) @@ to_tsquery('simple', $3)""",
                    list(DOCUMENTS),
                    [normalise(text) for text in DOCUMENTS.values()],
                    tsquery(alternatives(question)),
                )
                found[question] = {row["name"] for row in rows}
            return found
        finally:
            await connection.close()

    assert asyncio.run(answers()) == QUESTIONS
