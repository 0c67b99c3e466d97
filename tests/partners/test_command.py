"""`konbit partners` enters a partner, pulls it, lists it; it says what is wrong in lines, and ends with 1 then."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from api.partners_cli import WrongOption, settings_of, told
from api.postgres import embedded
from models.partners import PartnerKind, RecordKind, SyncOutcome
from partners.register import NameTaken, NoSuchOrganization, WrongAddress, WrongName, add
from partners.report import Finding, Report
from partners.settings import WrongSetting
from partners.sync import connected
from tests.partners.conftest import Directory

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "services.csv"
Konbit = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def konbit(tmp_path: Path) -> Iterator[Konbit]:
    """Runs the command beside a PostgreSQL that runs already, as while a program serves."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KONBIT_")}

    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "api", "partners", *words],
            env=environment | {"KONBIT_DATA": str(tmp_path / "data")},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    with embedded(tmp_path / "data", durable=False):
        yield run


def test_enter_pull_and_list(konbit: Konbit) -> None:
    entered = konbit("add", "exemple", "--kind", "csv", "--address", str(EXAMPLE), "--licence", "CC BY 4.0")
    assert entered.returncode == 0, entered.stderr
    assert entered.stdout.endswith("exemple is entered. Pull it: konbit partners sync exemple\n")
    assert konbit("add", "absent", "--kind", "hsds", "--address", "http://127.0.0.1:9").returncode == 0

    pulled = konbit("sync")

    assert pulled.returncode == 1
    assert "exemple: complete: 11 new, 0 changed, 0 unchanged, 0 gone, 0 quarantined\n" in pulled.stdout
    assert "absent: failed: 0 new, 0 changed, 0 unchanged, 0 gone, 0 quarantined\n" in pulled.stdout
    assert "  ! 127.0.0.1, in a network that is not public. If that is meant" in pulled.stdout
    assert "  - row 2 (service, came in): P-code HT0632 of “Clinique Mòn Fleri” is not known" in pulled.stdout

    listed = konbit("list").stdout
    assert f"exemple: CSV {EXAMPLE}, of exemple: 11 services, 0 quarantined, last pulled " in listed
    assert "absent: HSDS http://127.0.0.1:9, of absent: 0 services, 0 quarantined, never pulled whole\n" in listed
    assert "UTC, failed: 127.0.0.1, in a network that is not public." in listed

    unknown = konbit("sync", "nobody")
    assert unknown.returncode == 1
    assert unknown.stderr == "konbit: There is no partner of that name. See konbit partners list: nobody\n"


@pytest.mark.parametrize(
    ("entry", "refusal", "said"),
    [
        ({"name": "Croix Rouge"}, WrongName, "Croix Rouge"),
        ({"name": "first"}, NameTaken, "first"),
        ({"kind": PartnerKind.HSDS, "address": "/etc/passwd"}, WrongAddress, "/etc/passwd"),
        ({"address": "https://me:secret@example.org/x"}, WrongAddress, "example.org"),
        ({"address": "ftp://example.org/x"}, WrongAddress, "ftp://example.org/x"),
        ({"organization": "nobody"}, NoSuchOrganization, "nobody"),
        ({"settings": {"language": "klingon!"}}, WrongSetting, "“language” must be a BCP 47 tag, such as fr or ht."),
    ],
)
async def test_an_entry_that_cannot_be_is_refused(
    directory: Directory, entry: dict[str, Any], refusal: type[Exception], said: str
) -> None:
    await directory.enter("first", "https://example.org")
    whole = {
        "name": "second",
        "kind": PartnerKind.CSV,
        "address": "x.csv",
        "organization": None,
        "settings": {},
    } | entry

    async with connected(directory.worker) as connection:
        with pytest.raises(refusal) as refused:
            await add(connection, **whole)

    assert str(refused.value) == said
    assert len(await directory.rows("SELECT FROM partner")) == 1


async def test_an_entry_is_corrected_and_keeps_its_organisation(directory: Directory) -> None:
    await directory.enter("first", "https://example.org")
    async with connected(directory.worker) as connection:
        await add(
            connection, name="first", kind=PartnerKind.CSV, address="here.csv", organization=None,
            settings={"language": "ht"}, licence="CC BY 4.0", trust=80, replace=True,
        )  # fmt: skip

    entry = await directory.one(
        "SELECT p.kind, p.address, p.settings, p.licence, p.trust, o.slug FROM partner p "
        "JOIN organization o ON o.id = p.organization_id"
    )
    assert entry == {
        "kind": "CSV",
        "address": f"{Path.cwd()}/here.csv",
        "settings": {"language": "ht"},
        "licence": "CC BY 4.0",
        "trust": 80,
        "slug": "first",
    }


def test_options_become_settings(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_text('{"columns": {"place": "Site"}, "fresh_days": 30}')

    settings = settings_of(file, ["service=Nom = service"], ["10.0.0.0/8"], language="ht", country=None)

    assert settings == {
        "columns": {"place": "Site", "service": "Nom = service"},
        "fresh_days": 30,
        "allowed_networks": ["10.0.0.0/8"],
        "language": "ht",
    }
    for text, columns in [("[]", []), ("{", []), ("{}", ["service"])]:
        file.write_text(text)
        with pytest.raises(WrongOption):
            settings_of(file, columns, [])


def test_a_long_report_is_cut_unless_all_is_asked_for() -> None:
    report = Report("x", SyncOutcome.COMPLETE)
    report.findings = [
        Finding(RecordKind.SERVICE, str(n), f"row {n}", "One.\nTwo.", quarantined=True) for n in range(3)
    ]

    assert list(told(report, most=1)) == [
        "x: complete: 0 new, 0 changed, 0 unchanged, 0 gone, 0 quarantined",
        "  - row 0 (service, kept out): One.",
        "    Two.",
        "  ... and 2 records more: konbit partners sync x --all",
    ]
    assert len(list(told(report, most=None))) == 7
