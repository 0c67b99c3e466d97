"""Is a resource what FHIR says it is, as far as reading it takes? What is not is left out, so that all else is read."""

from typing import Any

from partners.fhir.texts import Json

TEXTS = frozenset({"url", "system", "reference", "resourceType", "lang"})
"Elements that are text wherever they stand; and whatever is named valueCode, valueString and so on."
PRIMITIVES = ("Code", "String", "Markdown", "Uri", "Url", "Id", "Instant", "Date", "DateTime", "Time")
VALUES = frozenset(f"value{each}" for each in PRIMITIVES)


def sound(resource: Json) -> Json:
    """This will be the resource without what stands where text must stand and is none."""
    return {key: _sound(key, value) for key, value in resource.items() if _fits(key, value)}


def _sound(key: str, value: Any) -> Any:
    if isinstance(value, dict):
        told = sound(value)
        # A coding's code is text, while elsewhere `code` is a concept.
        return {name: each for name, each in told.items() if key != "coding" or name != "code" or isinstance(each, str)}
    if isinstance(value, list):
        return [_sound(key, each) for each in value]
    return value


def _fits(key: str, value: Any) -> bool:
    return isinstance(value, str) or not (key in TEXTS or key in VALUES)
