"""The house keeps its word where no other tool looks: what examples import, what the lock says, how a file begins."""

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = {"api", "jobs", "resolvers", "partners", "actions", "planner", "auth", "models", "migrations"}


def tracked(*patterns: str) -> list[Path]:
    """The files that git keeps, or that it would: nothing that is ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    return [ROOT / name for name in listed if (ROOT / name).is_file()]


def imported(module: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def test_client_examples_use_nothing_but_the_public_api() -> None:
    examples = tracked("client_examples/*.py")
    assert examples
    for path in examples:
        assert imported(ast.parse(path.read_text())) & FLOORS == set(), path


def test_every_module_says_first_what_it_answers() -> None:
    modules = [path for floor in sorted(FLOORS) for path in tracked(f"{floor}/*.py") if path.name != "__init__.py"]
    assert len(modules) > 50
    assert [path for path in modules if not ast.get_docstring(ast.parse(path.read_text()))] == []


@pytest.mark.parametrize("name", ["uv.lock", ".env", ".konbit"])
def test_what_belongs_to_one_machine_is_ignored(name: str) -> None:
    assert tracked(name) == []
