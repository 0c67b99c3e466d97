"""Documents are normalised by PostgreSQL and questions by Python: both must write the same words."""

import unicodedata
from collections.abc import AsyncIterator

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.database import DatabaseURLs
from models.rules.categories import CATEGORY_WORDS
from models.rules.synonyms import CONCEPTS
from models.rules.vocabulary import ServiceCategory
from models.rules.words import STOP_WORDS, normalise

WRITTEN = [
    "Délivrance d'actes de naissance",
    "L’hôpital de l'Œuvre Saint-Luc (24h/24)",
    "Kay an sekirite pou fanm ak timoun",
    "ÉCOLE  des   FRÈRES — À PÎTRES",
    "niños y niñas, ¿dónde?",
    "travaux journaux eaux bureaux aux faux abus bus process gaz",
    "Straße İstanbul ﬁnance ½ №5 x² À",
    "İ ẞ ŉ ǰ ΐ ς",
    "a b 1 2 3eme a1 007",
    "",
    " ' ",
    *(" ".join(concept.said + concept.heard) for concept in CONCEPTS),
    *CATEGORY_WORDS.values(),
    " ".join(sorted(STOP_WORDS)),
]
LATIN = st.characters(min_codepoint=0x20, max_codepoint=0x24F) | st.characters(
    min_codepoint=0x1E00, max_codepoint=0x1EFF
)
MARKS = st.sampled_from("̧̀́̂̈̃'’-–_.,;:!?/()«»…€№²½ﬁ\n\t")


@pytest.fixture(scope="module")
async def connection(module_database: DatabaseURLs) -> AsyncIterator[asyncpg.Connection]:
    connected = await asyncpg.connect(module_database.migration)
    yield connected
    await connected.close()


async def test_postgresql_writes_the_words_that_python_writes(connection: asyncpg.Connection) -> None:
    rows = await connection.fetch("SELECT text, normalised(text) AS words FROM unnest($1::text[]) AS text", WRITTEN)

    assert [row["words"] for row in rows] == [normalise(row["text"]) for row in rows]
    assert sum(len(row["words"]) for row in rows) > 3000


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.text(LATIN | MARKS, max_size=60), min_size=50, max_size=50))
async def test_they_agree_on_whatever_is_typed_in_latin_letters(
    connection: asyncpg.Connection, texts: list[str]
) -> None:
    rows = await connection.fetch("SELECT text, normalised(text) AS words FROM unnest($1::text[]) AS text", texts)

    for row in rows:
        assert row["words"] == normalise(row["text"]), [unicodedata.name(sign, "?") for sign in row["text"]]


async def test_a_document_holds_the_words_and_nothing_else(connection: asyncpg.Connection) -> None:
    text = " ".join(WRITTEN)
    held = await connection.fetchval("SELECT tsvector_to_array(to_tsvector('simple', normalised($1::text)))", text)

    assert set(held) == set(normalise(text).split())


async def test_every_category_has_its_words(connection: asyncpg.Connection) -> None:
    assert set(CATEGORY_WORDS) == set(ServiceCategory)
    for category, words in CATEGORY_WORDS.items():
        assert await connection.fetchval("SELECT category_words($1)", category) == words
        assert words.count(";") == 3 or category is ServiceCategory.OTHER


async def test_two_words_one_mistake_apart_share_a_spelling(connection: asyncpg.Connection) -> None:
    shared = "SELECT spellings($1) && spellings($2)"
    for wrong, right in [("akte", "acte"), ("naisance", "naissance"), ("hopitaal", "hopital"), ("lekloe", "lekole")]:
        assert await connection.fetchval(shared, wrong, right), wrong
    for one, other in [("acte", "ecole"), ("vih", "via"), ("police", "polio")]:
        assert not await connection.fetchval(shared, one, other), one
