"""Of a User-Agent two words are kept."""

import pytest

from auth.people.devices import in_words

WEBKIT, IPHONE = "AppleWebKit/537.36 (KHTML, like Gecko)", "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X)"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (Android 14; Mobile; rv:131.0) Gecko/131.0 Firefox/131.0", "Firefox, Android"),
        (f"Mozilla/5.0 (Linux; Android 10; K) {WEBKIT} Chrome/129.0.0.0 Mobile Safari/537.36", "Chrome, Android"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64) {WEBKIT} Chrome/129.0 Safari/537.36 Edg/129.0", "Edge, Windows"),
        (f"{IPHONE} {WEBKIT} Version/17.6 Mobile/15E148 Safari/604.1", "Safari, iPhone"),
        (f"{IPHONE} {WEBKIT} CriOS/129.0 Mobile/15E148 Safari/604.1", "Chrome, iPhone"),
        ("Mozilla/5.0 (Mobile; Nokia_800; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5", "Firefox, KaiOS"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:131.0) Gecko/20100101 Firefox/131.0", "Firefox, macOS"),
        ("curl/8.5.0", ""),
        ("", ""),
        (None, ""),
        ("x" * 10_000 + "Firefox/1", ""),
    ],
)
def test_browsers_are_named(user_agent: str | None, words: str) -> None:
    assert in_words(user_agent) == words
