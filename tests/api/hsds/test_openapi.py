"""Schemathesis asks whatever the descriptions allow, and what they do not: the standard's own file, and ours."""

import json
from typing import Any

import anyio.to_thread
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import checks

from tests.api.hsds.conftest import Served, listening
from tests.partners.hsds.standard import STANDARD, needs_standard

REFUSALS = {str(status): {"description": "Refused."} for status in (400, 404)}
LISTED = {"organization": "organization", "service": "service", "service_at_location": "service_at_location"}


def adapted() -> dict[str, Any]:
    """The standard's file: its schemas found here, with the refusals that it leaves to whoever answers."""
    described = json.loads((STANDARD / "openapi.json").read_text())
    described["info"] |= {"title": "HSDS", "version": "3.1"}
    for methods in described["paths"].values():
        for name, operation in methods.items():
            if name != "parameters":
                operation["responses"] |= REFUSALS
    return _local(described)


def _local(value: Any) -> Any:
    """References into the standard's site as what they refer to. A list's are of the record's own schema."""
    if isinstance(value, list):
        return [_local(each) for each in value]
    if not isinstance(value, dict):
        return value
    ref = value.get("$ref", "")
    if not ref.startswith("https://"):
        return {name: _local(each) for name, each in value.items()}
    name = ref.rsplit("/", 1)[1].removesuffix(".json").removesuffix("_list")
    compiled = STANDARD / "compiled" / f"{name}.json"
    if name in LISTED and compiled.exists():
        required = json.loads(compiled.read_text())["required"]
        return {"type": "object", "required": required, "properties": {"id": {"type": "string", "format": "uuid"}}}
    return {"type": "object", "required": ["id", "name", "description"]}


def ask_all(described: dict[str, Any], base: str, token: str, *, examples: int) -> int:
    """How many requests were made of all operations; raises what schemathesis finds."""
    schema = schemathesis.openapi.from_dict(described)
    headers = {"Authorization": f"Bearer {token}"}
    asked = 0
    chosen = [
        checks.not_a_server_error,
        *(
            checks.CHECKS.get_one(name)
            for name in ("status_code_conformance", "content_type_conformance", "response_schema_conformance")
        ),
    ]
    for result in schema.get_all_operations():
        operation = result.ok()
        cases = operation.as_strategy()

        @seed(20261122)
        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=cases)
        def ask(case: Any) -> None:
            nonlocal asked
            asked += 1
            case.call_and_validate(base_url=f"{base}/hsds", headers=headers, checks=chosen)

        ask()
    return asked


@needs_standard
@pytest.mark.parametrize("whose", ["standard", "ours"])
async def test_schemathesis_finds_nothing(served: Served, whose: str, prove: bool) -> None:
    described = adapted() if whose == "standard" else (await served.ask("/openapi.json", token="")).json
    token = served.token()

    async with listening(served.edge.app) as base:
        asked = await anyio.to_thread.run_sync(lambda: ask_all(described, base, token, examples=200 if prove else 8))

    assert asked >= 8 * 10
