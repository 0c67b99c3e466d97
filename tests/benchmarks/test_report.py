"""The ratios of a run, and null where something was not measured."""

from datetime import date

from benchmarks.driver import Figures
from benchmarks.report import Results, chart
from benchmarks.rounds import Measured


def measured(*per_second: float) -> Measured:
    return Measured([Figures(each, 10.0, 20.0, 50_000.0) for each in per_second])


def test_a_ratio_is_the_median_of_what_it_was_in_each_round() -> None:
    results = Results(
        date(2026, 11, 21), 1, 3, lists={"konbit": measured(100, 50, 90), "limit": measured(100, 100, 100)}
    )
    assert results.ratios()["list_vs_limit"] == 0.9


def test_what_was_not_measured_is_null() -> None:
    results = Results(date(2026, 11, 21), 1, 3, lists={"konbit": measured(100)}, skipped={"postgraphile": "no npm"})
    assert results.ratios() == {
        "list_vs_limit": None,
        "point_vs_limit": None,
        "list_vs_postgraphile": None,
        "point_vs_postgraphile": None,
        "list_vs_dataloaders": None,
        "search_growth": None,
        "worklist_growth": None,
        "accept_vs_pgbench": None,
    }


def test_the_longest_bar_is_the_quickest() -> None:
    found = {"konbit": measured(50), "limit": measured(100)}
    drawn = chart(Results(date(2026, 11, 21), 1, 1, lists=found, points=found))
    assert drawn.count('width="420"') == 2
    assert drawn.count('width="210"') == 2
