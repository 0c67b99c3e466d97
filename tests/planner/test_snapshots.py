"""The SQL of the operations that clients send, kept in snapshots/ to be read where it changes.

`KONBIT_WRITE_SNAPSHOTS=1 pytest tests/planner/test_snapshots.py` writes them anew.
"""

import os
from pathlib import Path
from typing import Any

import pytest

from api.graph.documents import Documents
from planner.operation import Follow, Operations, Perform, Prepared, Read
from planner.plan import Planner
from resolvers.audit import record
from resolvers.schema import build

HERE = Path(__file__).parent
OPERATIONS = sorted([
    *(HERE / "operations").glob("*.graphql"),
    *(HERE.parents[1] / "client_examples" / "operations").glob("*.graphql"),
])  # fmt: skip
SNAPSHOTS = HERE / "snapshots"
ID = "6f9619ff-8b86-4011-b42d-00cf4fc964ff"
GIVEN: dict[str, dict[str, Any]] = {
    "any_node": {"id": f"Referral_{ID}"},
    "changes": {"after": "cursor"},
    "border_flows": {"filter": {"series": ["OBSERVED"], "from": "2026-11-01"}},
    "figures": {"code": "A", "by": ["SEX"]},
    "find_services": {"filter": {"text": "batistè", "near": {"latitude": 18.85, "longitude": -71.77, "withinKm": 80}}},
    "follow": {},
    "one_referral": {"id": f"Referral_{ID}"},
    "our_people": {"words": "Mirlande"},
    "partners": {"before": "cursor"},
    "references": {
        "representations": [{"__typename": "Organization", "slug": "a"}, {"__typename": "Area", "pcode": "HT06"}]
    },
    "roster": {"training": f"Training_{ID}", "after": "cursor"},
    "trainings": {"filter": {"from": "2026-11-01"}},
    "who_read_what": {"about": f"Person_{ID}"},
    "whole_worklist": {"filter": {"direction": "INCOMING", "statuses": ["SENT"]}, "first": 50, "after": "cursor"},
    "worklist": {"filter": {"direction": "INCOMING", "statuses": ["SENT", "ACKNOWLEDGED"]}},
}
"What decides the text of a statement: which optional inputs are present. Of a mutation, none does."


@pytest.fixture(scope="module")
def documents() -> Documents:
    return Documents(build()[0]._schema)


@pytest.fixture(scope="module")
def operations() -> Operations:
    return Operations(Planner(build()[1], record))


def test_every_operation_has_one_snapshot() -> None:
    assert sorted(path.stem for path in SNAPSHOTS.glob("*.sql")) == sorted(path.stem for path in OPERATIONS)


@pytest.mark.parametrize("path", OPERATIONS, ids=lambda path: path.stem)
def test_the_sql_of_an_operation_is_the_kept_one(path: Path, documents: Documents, operations: Operations) -> None:
    document = documents.read(path.read_text())
    operation = document.operation(None)
    variables = operation.variables.read(GIVEN[path.stem]) if path.stem in GIVEN else {}
    prepared = operations.prepare(document, operation.node, document.fragments, variables)
    written, kept = _written(prepared), SNAPSHOTS / f"{path.stem}.sql"
    if os.environ.get("KONBIT_WRITE_SNAPSHOTS"):
        kept.write_text(written)
    assert written == kept.read_text(), "See above; KONBIT_WRITE_SNAPSHOTS=1 keeps the new text."


def _written(prepared: Prepared) -> str:
    reads = [step for step in prepared.steps if isinstance(step, Read)]
    assert all(step.plan.sql for step in reads)
    count = len([step for step in reads if step.plan.sql])
    roots = len(prepared.steps)
    head = f"-- {count} statement{'s' * (count > 1)}, {roots} root field{'s' * (roots > 1)}\n"
    return head + "".join(f"\n-- {step.key}{_said(step)}\n{_tidy(step.plan.sql or '')};\n" for step in reads)


def _said(step: Read) -> str:
    """What else is to be known of a statement."""
    classes = f", records classes {', '.join(map(str, sorted(step.plan.classes)))}" if step.plan.classes else ""
    match step:
        case Perform():
            return f": the payload, after what it does{classes}"
        case Follow():
            return f": again at each ring of the bell{classes}"
    return classes


def _tidy(sql: str) -> str:
    """A line for each field and each join, so that a change shows where it is."""
    broken = sql.replace(", ',\"", ",\n  ',\"").replace(" LEFT OUTER JOIN", "\nLEFT OUTER JOIN")
    return "\n".join(line.rstrip() for line in broken.splitlines())
