"""Do the words agree with the program? Links, files, GraphQL and settings that the documentation names."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

from api.postgres.lock import DataInUse
from api.program import PortTaken
from api.settings import PREFIX, Settings
from auth.scopes import Scope
from models.rules.consent import NEEDED
from models.rules.disclosure import SIGHTS, Sight
from models.rules.referrals import TRANSITIONS, VERBS
from models.rules.vocabulary import ProblemCode, ReferralAction, ReferralKind

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = [path for path in (ROOT / "client_examples").rglob("*.*") if "node_modules" not in path.parts]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(each for each in EXAMPLES if each.suffix == ".md")]
)
OPERATIONS = sorted([*(ROOT / "client_examples" / "operations").glob("*.graphql"), *(ROOT / "web").rglob("*.graphql")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
NAMED = re.compile(r"`((?:[\w.]+/)+[\w.]*)`")
"""A path in the repository: `auth/policies/`, `api/limits.py`."""


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.fixture(params=PAGES, ids=named)
def page(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


@cache
def schema() -> GraphQLSchema:
    return build_schema((ROOT / "schema.graphql").read_text(), assume_valid_sdl=True)


def prose(page: Path) -> str:
    return CODE.sub("", page.read_text())


def anchors(page: Path) -> set[str]:
    """What a heading can be linked by."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def rows(page: str, heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, its head left out."""
    below = (ROOT / page).read_text().partition(f"\n{heading}\n")[2]
    table = re.search(r"(?:^\|.*\n)+", below, re.MULTILINE)
    assert table, f"{page} has no table below {heading}"
    return [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in table[0].splitlines()[2:]]


def words(cell: str) -> set[str]:
    return set(re.findall(r"`(\w+)`", cell))


def test_each_link_leads_somewhere(page: Path) -> None:
    for link in LINK.findall(prose(page)):
        if link.startswith(("http://", "https://")):
            continue
        target, _, anchor = link.partition("#")
        linked = (page.parent / target).resolve() if target else page
        assert linked.exists(), link
        assert not anchor or anchor in anchors(linked), link


def test_each_file_that_is_named_exists(page: Path) -> None:
    beginnings = (ROOT, ROOT / "auth" / "policies")
    for path in NAMED.findall(prose(page)):
        found = [place / path for place in beginnings if (place / path.split("/")[0]).is_dir()]
        assert not found or path.startswith(".konbit/") or any(place.exists() for place in found), path


@pytest.mark.parametrize("page", [page for page in PAGES if "```graphql" in page.read_text()], ids=named)
def test_graphql_on_a_page_is_valid(page: Path) -> None:
    for snippet in re.findall(r"^```graphql\n(.*?)^```", page.read_text(), re.DOTALL | re.MULTILINE):
        assert validate(schema(), parse(snippet)) == []


@pytest.mark.parametrize("operation", OPERATIONS, ids=named)
def test_each_operation_of_the_examples_and_the_pages_is_valid(operation: Path) -> None:
    assert validate(schema(), parse(operation.read_text())) == []


def test_graphql_in_commands_is_valid() -> None:
    found = [query for page in PAGES for query in re.findall(r"""-d '\{"query": "(.*)"\}'""", page.read_text())]
    assert len(found) >= 3
    for query in found:
        assert validate(schema(), parse(query.replace('\\"', '"'))) == [], query


def test_the_settings_are_those_of_the_program() -> None:
    told = {words(name).pop(): default for name, default, _ in rows("docs/operate.md", "## Settings")}
    assert set(told) == {PREFIX + name.upper() for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        if field.default_factory is None:
            plain = "none" if field.default in (None, ()) else f"`{field.default}`"
            assert told[PREFIX + name.upper()] == plain, name


def test_the_problems_are_those_of_the_schema() -> None:
    assert {words(code).pop() for code, _ in rows("docs/connect.md", "## Act")} == set(ProblemCode)


def test_the_scopes_are_told_in_their_own_words() -> None:
    told = {name.strip("`"): said for name, said in rows("docs/connect.md", "## Sign in")}
    assert told == {name: Scope(name).words for name in told}


def test_the_states_are_those_of_the_rules() -> None:
    told = {
        (state, to.strip("`"))
        for origins, to, _, _ in rows("docs/referrals.md", "## States")
        for state in words(origins)
    }
    verbs = VERBS | {None}
    steps = [row for row in TRANSITIONS if row.action in verbs and row.event != "EXPIRED"]
    assert told == {(origin, row.to) for row in steps for origin in row.origins}
    assert ReferralAction.SEND not in VERBS  # a referral is sent by the mutation that makes it


def test_what_the_receiver_sees_is_told_by_state() -> None:
    told = [words(states) for states, _ in rows("docs/referrals.md", "## Who sees what, when")]
    sights = (Sight.NOTHING, Sight.STUB, Sight.AS_CONSENTED, Sight.NOTHING_BUT_STATE)
    assert told == [{status for status, sight in SIGHTS.items() if sight is each} for each in sights]


def test_what_each_kind_needs_consent_to_is_told() -> None:
    told = dict.fromkeys(ReferralKind, frozenset[str]())
    for line in re.findall(
        r"^\| (`[A-Z`, ]+`) \| [^|]+ \| ([^|]+) \|$", (ROOT / "docs/referrals.md").read_text(), re.MULTILINE
    ):
        for kind in words(line[0]) & set(ReferralKind):
            told[ReferralKind(kind)] = frozenset(words(line[1]))
    assert told == {kind: frozenset(needed) for kind, needed in NEEDED.items()}


@pytest.mark.parametrize("refusal", [PortTaken, DataInUse])
def test_what_to_do_when_quotes_the_program(refusal: type[Exception]) -> None:
    said = [line for line, _ in rows("docs/operate.md", "## What to do when")]
    assert (refusal.__doc__ or "").partition(".")[0] + "." in said


def test_a_decision_is_in_the_list_of_decisions() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = set(LINK.findall((folder / "README.md").read_text()))
    assert listed == {page.name for page in folder.glob("*.md")} - {"README.md"}


def test_the_examples_import_nothing_of_the_project() -> None:
    ours = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    for program in (each for each in EXAMPLES if each.suffix == ".py"):
        for node in ast.walk(ast.parse(program.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.partition(".")[0] for name in names} & ours, program
