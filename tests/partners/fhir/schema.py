"""FHIR R4's own JSON schema, compiled once: what of a resource breaks it."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

SCHEMA = Path(__file__).parents[4] / "shared" / "data" / "fhir-r4" / "fhir.schema.json"
needed = pytest.mark.skipif(not SCHEMA.is_file(), reason=f"{SCHEMA} is not here: only this project was cloned")


def broken(resource: dict[str, Any]) -> list[str]:
    """What is wrong with a resource, a line each: the place and the rule. In a Bundle also of each of its entries."""
    return _broken(resource["resourceType"], resource)


def _broken(type_: str, resource: dict[str, Any]) -> list[str]:
    found = [
        f"{type_}{list(each.instance_path)}: {each.message}"[:300] for each in _compiled(type_).iter_errors(resource)
    ]
    if type_ == "Bundle":
        for entry in resource.get("entry", []):
            inside = [entry.get("resource"), entry.get("response", {}).get("outcome")]
            found += [line for each in inside if each for line in broken(each)]
    return found


@cache
def _compiled(type_: str) -> Any:
    """The definitions that one type needs, without those of what a Bundle or `contained` may hold."""
    definitions = _definitions()
    wanted, waiting = {}, [type_]
    while waiting:
        name = waiting.pop()
        if name not in wanted:
            wanted[name] = True if name == "ResourceList" else definitions[name]
            waiting += _named(wanted[name])
    return jsonschema_rs.Draft6Validator({"$ref": f"#/definitions/{type_}", "definitions": wanted})


@cache
def _definitions() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(SCHEMA.read_text())["definitions"]
    return read


def _named(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"].rsplit("/", 1)[1]] if isinstance(node.get("$ref"), str) else []
        return own + [name for each in node.values() for name in _named(each)]
    return [name for each in node for name in _named(each)] if isinstance(node, list) else []
