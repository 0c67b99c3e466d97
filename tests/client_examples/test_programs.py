"""Do a partner's programs do what they say, in each language, when all goes well and when it does not?"""

import base64
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.api.processes import ROOT
from tests.client_examples.between import Trouble, between
from tests.client_examples.conftest import Network
from tests.client_examples.programs import COMMANDS, following, missing, run

SENT = "query ($reference: String!) { referral(reference: $reference) { status person { referrals { totalCount } } } }"


def reference_of(line: str) -> str:
    return line.split(" ", 1)[0]


def test_a_case_is_referred_answered_and_followed(language: str, network: Network, case: str, tmp_path: Path) -> None:
    kept, output = tmp_path / "cursor", tmp_path / "said"
    with following(language, kept=kept, output=output, told=network.told) as follower:
        referred = run(language, "refer", case, told=network.told)
        reference = reference_of(referred.one("Referral "))
        assert referred.one("Referral ").endswith("Bureau de l'état civil de Belladère: SENT")
        assert referred.one("Consent for ") == "etat-civil-belladere: IDENTITY, NEED"

        waiting = run(language, "answer", told=network.told).one(reference).lower()
        assert " sent " in waiting
        assert "female, " in waiting
        assert "mirlande" not in waiting  # nobody learns a name before accepting

        accepted = run(language, "answer", "accept", reference, told=network.told)
        assert accepted.lines == [
            f"Referral {reference}: ACCEPTED",
            "Mirlande Egzanp: Needs a birth certificate to go back to school.",
        ]
        assert "Mirlande Egzanp" in run(language, "answer", told=network.told).one(reference)
        follower.waits_for(reference, "SENT", "ACCEPTED")

    completed = run(language, "answer", "complete", reference, told=network.told)
    assert completed.lines[0] == f"Referral {reference}: COMPLETED"
    with following(language, kept=kept, output=output, told=network.told) as follower:
        follower.waits_for(reference, "SENT", "ACCEPTED", "COMPLETED")


def test_a_case_is_one_referral_whatever_the_language(network: Network, case: str) -> None:
    spoken = [language for language in COMMANDS if not missing(language)]
    told = {run(language, "refer", case, told=network.told).lines[-1] for language in [*spoken, *spoken]}
    [line] = told
    referral = network.ask("brc", SENT, reference=reference_of(line.removeprefix("Referral ")))["referral"]
    assert referral["person"]["referrals"]["totalCount"] == 1


def test_answers_that_are_lost_are_asked_for_again_with_the_same_keys(
    language: str, network: Network, case: str
) -> None:
    troubles = [Trouble(operation) for operation in ("RegisterPerson", "RecordConsent", "SendReferral")]
    with between(network.demo["graphql"], *troubles) as graphql:
        referred = run(language, "refer", case, told=network.as_partner("brc", graphql=graphql))
    assert all(trouble.over for trouble in troubles)
    again = run(language, "refer", case, told=network.told)
    assert again.lines == referred.lines
    reference = reference_of(referred.one("Referral "))
    referral = network.ask("brc", SENT, reference=reference)["referral"]
    assert referral["person"]["referrals"]["totalCount"] == 1


def test_a_busy_program_is_asked_again_when_it_says(language: str, network: Network) -> None:
    troubles = [Trouble("Worklist", 503), Trouble("Worklist", 429, {"Retry-After": "2"})]
    with between(network.demo["graphql"], *troubles) as graphql:
        begun = time.monotonic()
        listed = run(language, "answer", told=network.as_partner("registry", graphql=graphql))
        assert time.monotonic() - begun >= 2
    assert all(trouble.over for trouble in troubles)
    assert listed.lines


def test_wrong_credentials_are_one_line(language: str, network: Network) -> None:
    told = network.as_partner("brc", client_secret="a" * 43)
    refused = run(language, "answer", told=told, expected=1)
    assert refused.errors.startswith("SignInFailed: ")
    assert len(refused.errors.splitlines()) == 1


def test_a_scope_that_is_lacking_is_one_line(language: str, network: Network) -> None:
    told = network.as_partner("registry", scope="directory:read")
    refused = run(language, "answer", told=told, expected=1)
    assert refused.errors.startswith("Refused: FORBIDDEN: ")
    assert len(refused.errors.splitlines()) == 1


def test_no_credentials_are_one_line(language: str, tmp_path: Path) -> None:
    refused = run(language, "answer", told={"PARTNER_DEMO": str(tmp_path / "none.json")}, expected=1)
    assert "Start the demo network" in refused.errors
    assert len(refused.errors.splitlines()) == 1


def test_a_problem_is_told_with_its_code_and_field(language: str, network: Network, case: str) -> None:
    register = """mutation ($input: RegisterPersonInput!) { registerPerson(input: $input) { problems { code } } }"""
    consent = {"giver": "SELF", "method": "SIGNED", "language": "ht", "statistics": False}
    other = {"idempotencyKey": f"{case}/register", "sex": "FEMALE", "birthDate": "1990-05-05", "consent": consent}
    assert network.ask("brc", register, input=other) == {"registerPerson": {"problems": []}}

    refused = run(language, "refer", case, told=network.told, expected=1)
    assert refused.errors.startswith("NotDone: IDEMPOTENCY_KEY_REUSED: ")
    assert refused.errors.rstrip().endswith("[idempotencyKey]")


def test_what_is_unknown_is_told_as_such(language: str, network: Network) -> None:
    refused = run(language, "answer", "accept", "2222-3333-4444", told=network.told, expected=1)
    assert "No open referral 2222-3333-4444 waits for us." in refused.errors


def test_following_goes_on_when_every_token_is_withdrawn(network: Network, case: str, tmp_path: Path) -> None:
    spoken = [language for language in COMMANDS if not missing(language)]
    with ExitStack() as stack:
        followers = [
            stack.enter_context(
                following(name, kept=tmp_path / f"{name}.cursor", output=tmp_path / name, told=network.told)
            )
            for name in spoken
        ]
        rotate = [sys.executable, "-m", "api", "keys", "rotate", "--at-once"]
        settings = {"KONBIT_PORT": "0", "KONBIT_DATA": str(network.data)}
        subprocess.run(rotate, cwd=ROOT, env=settings, check=True, capture_output=True)
        time.sleep(3)  # a withdrawn key may be believed for two seconds
        reference = reference_of(run("python", "refer", case, told=network.told).one("Referral "))
        for follower in followers:
            follower.waits_for(reference, "SENT")


@pytest.mark.parametrize("language", ["python", "javascript"], indirect=True)
def test_a_cursor_that_is_too_old_is_said_and_following_begins_anew(
    language: str, network: Network, case: str, tmp_path: Path
) -> None:
    kept, output = tmp_path / "cursor", tmp_path / "said"
    old = base64.b64encode(b'["FEED",0]').decode()
    kept.write_text(old)
    with following(language, kept=kept, output=output, told=network.told) as follower:
        follower.waits(lambda: "Away for more than 30 days" in output.read_text())
        follower.waits(lambda: kept.read_text() != old)
        reference = reference_of(run(language, "refer", case, told=network.told).one("Referral "))
        follower.waits_for(reference, "SENT")
