"""Reading language tags and choosing among them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.languages import MAX_WANTED, choose, fallbacks, negotiate, read_tag


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("ht", "ht"),
        ("FR-ht", "fr-HT"),
        (" es-419 ", "es-419"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("kreyol", None),
        ("f", None),
        ("fr_HT", None),
        ("fr-HT-x-private", None),
        ("", None),
        ("*", None),
    ],
)
def test_a_tag_is_read_in_its_canonical_spelling(text: str, tag: str | None) -> None:
    assert read_tag(text) == tag


@pytest.mark.parametrize(
    ("header", "languages"),
    [
        (None, ()),
        ("", ()),
        ("*", ()),
        ("ht", ("ht",)),
        ("fr-HT;q=0.8, ht", ("ht", "fr-HT", "fr")),
        ("fr-HT, fr;q=0.9, en;q=0.5", ("fr-HT", "fr", "en")),
        ("en;q=0.5, es;q=0.5, ht;q=0.5", ("en", "es", "ht")),
        ("en;q=0, fr", ("fr",)),
        ("en;q=2, es;q=x, fr;level=1, ht;q=0.1", ("ht",)),
        ("en; q=0.7 ,ht;Q=0.9", ("ht", "en")),
    ],
)
def test_a_header_becomes_the_languages_asked_for_best_first(header: str | None, languages: tuple[str, ...]) -> None:
    assert negotiate(header) == languages


@given(st.text(max_size=2000) | st.lists(st.sampled_from(["fr-HT", "ht", "zh-Hant-TW;q=0.3", "*"])).map(",".join))
def test_any_header_gives_few_readable_languages(header: str) -> None:
    languages = negotiate(header)
    assert len(languages) <= MAX_WANTED
    assert len(set(languages)) == len(languages)
    assert all(read_tag(language) == language for language in languages)


def test_the_first_wanted_language_that_exists_is_chosen() -> None:
    assert choose(negotiate("es, fr-HT;q=0.5"), ["ht", "fr"]) == "fr"
    assert choose(("FR-ht",), ["fr-HT"]) == "fr-HT"
    assert choose(negotiate("es"), ["ht", "fr"]) is None
    assert choose((), ["ht"]) is None
    assert fallbacks("zh-Hant-TW") == ("zh-Hant-TW", "zh-Hant", "zh")
