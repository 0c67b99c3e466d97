"""The standard's own schemas: an answer is held against them with its formats, and, where it can be, closed.

The schemas say nothing of properties they do not name, so all may stand. `closed` says that none of ours does: it holds
for what a source said no more of than the standard knows.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

STANDARD = Path(__file__).parents[4] / "shared" / "data" / "hsds-3.1"
needs_standard = pytest.mark.skipif(not STANDARD.is_dir(), reason=f"{STANDARD} is not here: only this was cloned")
BESIDE = {"service": {"modified_date": {"type": "string", "format": "date-time"}}}
"What the API's reference names, and the schema does not."


def faults(said: Any, name: str, *, closed: bool = False) -> list[str]:
    """What is wrong with a service, an organization, a service_at_location, a location, a taxonomy or its term."""
    return [f"{error.instance_path}: {error.message}"[:300] for error in _validator(name, closed).iter_errors(said)]


@cache
def _validator(name: str, closed: bool) -> Any:
    schema = _schema(name)
    if closed:
        _close(schema)
        if name in BESIDE:
            schema["properties"] |= BESIDE[name]
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


def _schema(name: str) -> Any:
    compiled = STANDARD / "compiled" / f"{name}.json"
    if compiled.exists():
        return json.loads(compiled.read_text())
    if name == "location":
        return _schema("service_at_location")["properties"]["location"]
    term = _schema("service")["properties"]["attributes"]["items"]["properties"]["taxonomy_term"]
    return term if name == "taxonomy_term" else term["properties"]["taxonomy_detail"]


def _close(schema: Any) -> None:
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict):
            schema["additionalProperties"] = False
        for value in schema.values():
            _close(value)
    elif isinstance(schema, list):
        for value in schema:
            _close(value)
