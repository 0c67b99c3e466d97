"""A system is tried before anything of it is kept: what it is, what would come in, and not a row is left."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.partners_tending_cli import trial_lines
from models.partners import CredentialKind, PartnerKind, SyncOutcome
from partners import credentials
from partners.sync import Means
from partners.trying import HIDDEN, try_address, try_partner
from tests.partners.conftest import LOOPBACK, NOW, QUICK, Directory
from tests.partners.servers import HsdsServer, answer

Serve = Callable[[Any], str]
MEANS = Means(QUICK)
SHEET = Path(__file__).parents[2] / "docs" / "examples" / "services.csv"


async def test_a_system_that_nobody_entered_is_recognised_and_tried(
    directory: Directory, border: HsdsServer, serve: Serve
) -> None:
    before = await directory.versions()
    address = serve(border)

    trial = await try_address(directory.worker, address, now=NOW, settings=LOOPBACK, means=MEANS)

    assert (trial.kind, trial.look and trial.look.what) == (PartnerKind.HSDS, "HSDS 3.1")
    assert trial.report.outcome is SyncOutcome.COMPLETE
    assert (trial.report.counts.new, len(trial.new), trial.changed, trial.missing) == (9, 6, [], [])
    lines = trial_lines(trial, address)
    assert lines[0] == f"{address}: HSDS 3.1"
    assert "would be: complete: 9 new, 0 changed, 0 unchanged, 0 gone, 0 quarantined" in lines
    assert "  + Ligne d'information (new)" in lines
    assert lines[-1] == "Nothing of it was kept."
    assert await directory.versions() == before


async def test_a_sheet_is_recognised_by_its_headings(directory: Directory) -> None:
    trial = await try_address(directory.worker, str(SHEET), now=NOW, means=MEANS)

    assert trial.kind is PartnerKind.CSV
    assert trial.report.counts.new == 11
    assert await directory.rows("SELECT FROM partner") == []


async def test_what_is_nothing_of_ours_is_said_to_be_so(directory: Directory, serve: Serve) -> None:
    page = serve(answer({"hello": "world"}))

    trial = await try_address(directory.worker, page, now=NOW, settings=LOOPBACK, means=MEANS)

    assert trial.kind is None
    assert trial.report.outcome is SyncOutcome.FAILED
    assert trial.report.failures[0].startswith("Nothing there that can be read:\n")


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "https://192.168.7.7/x"])
async def test_an_inner_address_is_not_tried(directory: Directory, address: str) -> None:
    trial = await try_address(directory.worker, address, now=NOW, means=MEANS)

    assert trial.kind is None
    assert "in a network that is not public" in trial.report.failures[0]


async def test_a_credential_is_used_and_not_kept(directory: Directory, border: HsdsServer, serve: Serve) -> None:
    border.before = lambda request: None if request.headers.get("x-key") == "k" else answer({}, 401)
    address = serve(border)
    proof = credentials.proof(CredentialKind.HEADER, {"header": "X-Key", "value": "k"}, address)

    without = await try_address(directory.worker, address, now=NOW, settings=LOOPBACK, means=MEANS)
    having = await try_address(directory.worker, address, now=NOW, settings=LOOPBACK, proof=proof, means=MEANS)

    assert without.report.outcome is SyncOutcome.FAILED
    assert having.report.counts.new == 9


async def test_a_partner_that_changed_is_tried_without_changing_anything(
    directory: Directory, border: HsdsServer, serve: Serve
) -> None:
    await directory.enter("border", serve(border))
    await directory.pull("border")
    border.services[0]["name"] = "Soins renommés"
    lost = border.services.pop(4)["name"]
    border.services.append({**border.services[1], "id": "brand-new", "name": "Tout neuf"})
    before = await directory.versions()

    trial = await try_partner(directory.worker, "border", now=NOW, means=MEANS)

    assert (trial.new, trial.changed, trial.missing) == (["Tout neuf"], ["Soins renommés"], [lost])
    assert await directory.versions() == before
    run = await directory.one("SELECT outcome, dry_run, errors -> 'changes' AS changes FROM sync_run WHERE dry_run")
    assert run["outcome"] == "TRIED"
    assert run["changes"]["new"] == ["Tout neuf"]
    partner = await directory.one("SELECT last_failure, failures, last_success_at FROM partner")
    assert partner == {"last_failure": None, "failures": 0, "last_success_at": NOW}


async def test_a_safe_house_is_not_named(directory: Directory, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("service,catégorie,lieu\nKay Trankil,maison sûre,Ri Kache\nRepas,repas,Cour\n")

    trial = await try_address(directory.worker, str(sheet), now=NOW, means=MEANS)

    assert sorted(trial.new) == sorted(["Repas", HIDDEN])
    assert "Trankil" not in str(trial.changes())
