"""What a browser is called in a list of sessions. Of its User-Agent header two words are kept, and no more."""

LONGEST = 500
"Characters of the header that are read."

_BROWSERS = (
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Opera", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("UCBrowser/", "UC Browser"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("KAIOS", "KaiOS"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)
"Whoever pretends to be another names it too, so the first match counts."


def in_words(user_agent: str | None) -> str:
    """This will be such as "Firefox, Android"; "" where the header says nothing that is known."""
    text = (user_agent or "")[:LONGEST]
    return ", ".join(word for known in (_BROWSERS, _SYSTEMS) if (word := _first(known, text)))


def _first(known: tuple[tuple[str, str], ...], text: str) -> str:
    return next((word for sign, word in known if sign in text), "")
