"""Does an enumerator's program enter a count once, correct it, and list what is unknown?"""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.client_examples.between import Trouble, between
from tests.client_examples.conftest import Network
from tests.client_examples.programs import run

CROSSING = "passage-malpasse"


@pytest.fixture
def day() -> date:
    """A day of long ago that no test has counted yet."""
    return date(2001, 1, 1) + timedelta(days=uuid.uuid4().int % 6_000)


def count(network: Network, *arguments: str, expected: int = 0, **other: str) -> list[str]:
    told = network.as_partner("brc", **other) if other else network.told
    ended = run("python", "count", *arguments, told=told, expected=expected)
    return ended.lines or ended.errors.splitlines()


def test_a_count_is_entered_once_corrected_and_listed(network: Network, day: date) -> None:
    entered = [
        "enter",
        CROSSING,
        str(day),
        "OBSERVED",
        "--total",
        "90",
        "--part",
        "FEMALE/AGE_5_11=3",
        "--part",
        "MALE=80",
    ]

    assert [count(network, *entered) for _ in range(2)] == [[f"{CROSSING} {day} OBSERVED: 90, version 1"]] * 2
    again = ["enter", CROSSING, str(day), "OBSERVED", "--total", "88"]
    [refused] = count(network, *again, expected=1)
    assert refused.startswith("NotDone: STALE_VERSION: This was counted before.")
    assert refused.endswith("it corrects version 1, and why. [rows.0.corrects]")
    corrected = count(network, *again, "--corrects", "1", "--reason", "Feuille relue.")
    assert corrected == [f"{CROSSING} {day} OBSERVED: 88, version 2"]
    listed = [line for line in count(network, "list", "--from", str(day)) if line.startswith(str(day))]
    assert listed == [f"{day}  {CROSSING}  OBSERVED  88, 88 of them unknown  (version 2)"]


def test_an_answer_that_is_lost_is_asked_for_again(network: Network, day: date) -> None:
    lost = Trouble("RecordBorderFlow")
    with between(network.demo["graphql"], lost) as graphql:
        entered = count(network, "enter", CROSSING, str(day), "REGISTERED", "--part", "FEMALE=2", graphql=graphql)

    assert lost.over
    assert entered == [f"{CROSSING} {day} REGISTERED: 2, version 1"]


@pytest.mark.parametrize(
    ("crossing", "when", "said", "told"),
    [
        ("nowhere", "2026-01-05", ["--total", "1"], "NotDone: NOT_FOUND: There is no crossing point nowhere."),
        (
            "brc-belladere",
            "2026-01-05",
            ["--total", "1"],
            "NotDone: NOT_FOUND: There is no such crossing point. [rows.0.crossingPointId]",
        ),
        (
            CROSSING,
            str((datetime.now(UTC) + timedelta(days=2)).date()),
            ["--total", "1"],
            "NotDone: INVALID_INPUT: This day is still to come. [rows.0.day]",
        ),
        (
            CROSSING,
            "2026-01-05",
            ["--total", "1", "--part", "MALE=2"],
            "NotDone: INVALID_INPUT: The parts are 1 more than the total of 1: nobody is in two parts. [rows.0.total]",
        ),
    ],
)
def test_what_cannot_be_counted_is_one_line(
    network: Network, crossing: str, when: str, said: list[str], told: str
) -> None:
    assert count(network, "enter", crossing, when, "OBSERVED", *said, expected=1) == [told]
