"""What the SQL functions share with Python, so that it is written once: `{name}` in them stands for the value."""

import json

from auth.policies.directory import VISIBLE
from models.rules.categories import CATEGORY_WORDS
from models.rules.identifiers import EARTH_RADIUS_KM
from models.rules.words import STOP_WORDS


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


SHARED: dict[str, str] = {
    "visible": VISIBLE,
    "stop_words": f"ARRAY[{', '.join(_quoted(word) for word in sorted(STOP_WORDS))}]",
    "category_words": _quoted(json.dumps(CATEGORY_WORDS, ensure_ascii=False, sort_keys=True, default=dict)),
    "earth_radius_km": str(EARTH_RADIUS_KM),
}
