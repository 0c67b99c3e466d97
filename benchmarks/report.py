"""Writes what a run showed: RESULTS.md, its chart, and the ratios."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.limit import Duties
from benchmarks.rounds import Measured, ratio

HERE = Path(__file__).parent
NAMES = {
    "konbit": "Konbit",
    "limit": "the bare limit",
    "postgraphile": "PostGraphile 5",
    "dataloaders": "Strawberry, SQLAlchemy, data loaders",
}
DUTIES = {
    Duties.NONE: "one statement, no transaction, no row policies",
    Duties.TRANSACTION: "+ BEGIN with the actor, COMMIT",
    Duties.POLICIES: "+ row policies",
    Duties.TOKEN: "+ the token by its hash",
    Duties.AUDIT: "+ the audit row, not waited for",
    Duties.DURABLE: "+ the audit row on disk before the answer",
}
GOALS = {
    "list_vs_limit": "at least 0.9",
    "point_vs_limit": "at least 0.85",
    "list_vs_postgraphile": "at least 3",
    "point_vs_postgraphile": "at least 2",
    "list_vs_dataloaders": "",
    "search_growth": "at most 1.5",
    "worklist_growth": "at most 1.3",
    "accept_vs_pgbench": "",
}


@dataclass(slots=True)
class Results:
    """What was measured; None where it was not."""

    day: date
    referrals: int
    rounds: int
    lists: Mapping[str, Measured] = field(default_factory=dict)
    points: Mapping[str, Measured] = field(default_factory=dict)
    memory: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    compared: int = 0
    skipped: Mapping[str, str] = field(default_factory=dict)
    "Contenders that could not be measured, and why."
    duties: Mapping[str, Mapping[Duties, Measured]] = field(default_factory=dict)
    "By kind: list and point."
    search: Mapping[str, Any] | None = None
    worklists: Mapping[str, Any] | None = None
    accepted: Mapping[str, Any] | None = None
    start_seconds: float | None = None

    def ratios(self) -> dict[str, float | None]:
        """The figures that the issue asks for."""

        def against(found: Mapping[str, Measured], peer: str) -> float | None:
            return round(ratio(found["konbit"], found[peer]), 2) if {"konbit", peer} <= found.keys() else None

        return {
            "list_vs_limit": against(self.lists, "limit"),
            "point_vs_limit": against(self.points, "limit"),
            "list_vs_postgraphile": against(self.lists, "postgraphile"),
            "point_vs_postgraphile": against(self.points, "postgraphile"),
            "list_vs_dataloaders": against(self.lists, "dataloaders"),
            "search_growth": self.search["search_growth"] if self.search else None,
            "worklist_growth": self.worklists["worklist_growth"] if self.worklists else None,
            "accept_vs_pgbench": self.accepted["accept_vs_pgbench"] if self.accepted else None,
        }


def write(results: Results) -> None:
    """This will write RESULTS.md and results.svg beside this file."""
    (HERE / "results.svg").write_text(chart(results))
    (HERE / "RESULTS.md").write_text("\n".join(_page(results)) + "\n")


def _page(results: Results) -> list[str]:
    return [
        "# What it costs to ask Konbit",
        "",
        f"Written by `make bench` on {results.day.isoformat()}, on {machine()}, over PostgreSQL 18 with fsync on.",
        "How it is measured is in [README.md](README.md).",
        "",
        "![Requests a second](results.svg)",
        "",
        "| ratio | measured | goal |",
        "|---|---|---|",
        *(f"| `{name}` | {_number(value)} | {GOALS[name]} |" for name, value in results.ratios().items()),
        "",
        *_compared(results),
        *_duties(results),
        *_worklists(results),
        *_search(results),
        *_accepted(results),
        *_footprint(results),
    ]


def _compared(results: Results) -> list[str]:
    if not results.lists:
        return []
    before = f"First {results.compared:,} answers were compared, and were equal."
    lines = [
        "## List and point",
        "",
        f"{results.referrals:,} referrals, medians of {results.rounds} rounds. {before}",
        "",
        "| | list, a second | p50 ms | p95 ms | KB | point, a second | p50 ms | p95 ms |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name in results.lists:
        a, b = results.lists[name], results.points[name]
        lines.append(
            f"| {NAMES[name]} | {a.per_second:,.0f} | {a.p50:.1f} | {a.p95:.1f} | {a.bytes / 1000:.0f}"
            f" | {b.per_second:,.0f} | {b.p50:.1f} | {b.p95:.1f} |"
        )
    lines += [f"| {NAMES[name]} | not measured: {why} | | | | | | |" for name, why in results.skipped.items()]
    return [*lines, ""]


def _duties(results: Results) -> list[str]:
    if not results.duties:
        return []
    lines = ["## What each duty costs, by hand", "", "| | list, a second | point, a second |", "|---|---|---|"]
    for duty, words in DUTIES.items():
        a, b = (results.duties[kind][duty].per_second for kind in ("list", "point"))
        lines.append(f"| {words} | {a:,.0f} | {b:,.0f} |")
    return [*lines, ""]


def _worklists(results: Results) -> list[str]:
    if results.worklists is None:
        return []
    rows = [
        f"| {name} | {results.worklists['held'][name]:.0f} | {took:.1f} |"
        for name, took in results.worklists["milliseconds"].items()
    ]
    return [
        "## The work list as the network grows",
        "",
        "| referrals in the network | of the viewer's organisation | ms, median |",
        "|---|---|---|",
        *rows,
        "",
    ]


def _search(results: Results) -> list[str]:
    if results.search is None:
        return []
    sizes: Sequence[int] = list(next(iter(results.search["milliseconds"].values())))
    rows = [
        f"| {kind} | {' | '.join(f'{took[size]:.1f}' for size in sizes)} | {results.search['growth'][kind]:.2f} |"
        for kind, took in results.search["milliseconds"].items()
    ]
    return [
        "## Search as the directory grows",
        "",
        f"| ms, median | {' | '.join(f'{size:,} services' for size in sizes)} | growth |",
        f"|---|{'---|' * len(sizes)}---|",
        *rows,
        "",
    ]


def _accepted(results: Results) -> list[str]:
    if results.accepted is None:
        return []
    ours, theirs = results.accepted["konbit"], results.accepted["pgbench"]
    return [
        "## Accepting a referral",
        "",
        f"Konbit {ours:,.0f} a second, pgbench with the same statements {theirs:,.0f}.",
        "",
    ]


def _footprint(results: Results) -> list[str]:
    lines = ["## Start and memory", ""]
    if results.start_seconds is not None:
        lines += [f"From the command to the first answer, PostgreSQL included: {results.start_seconds:.2f} s.", ""]
    if results.memory:
        lines += ["| one process, after the rounds | resident, MB | its share, MB |", "|---|---|---|"]
        lines += [f"| {NAMES[name]} | {held['rss']:.0f} | {held['pss']:.0f} |" for name, held in results.memory.items()]
    return lines


def machine() -> str:
    """The machine in general words."""
    size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"a machine of {os.cpu_count()} cores and {size:.0f} GB that the load shares"


def _number(value: float | None) -> str:
    return "not measured" if value is None else f"{value:g}"


BAR, HIGH, LEFT, WIDE = 18, 26, 250, 420
COLOURS = {"konbit": "#1a6e5c", "limit": "#9aa5a1", "postgraphile": "#c9a24b", "dataloaders": "#b5654a"}


def chart(results: Results) -> str:
    """Bars of requests a second: the list above, the point below."""
    parts, y = [], 0
    for title, found in (
        ("List: 50 referrals, a second", results.lists),
        ("Point: one referral, a second", results.points),
    ):
        y += 30
        parts.append(f'<text x="0" y="{y}" font-weight="bold">{title}</text>')
        most = max((each.per_second for each in found.values()), default=1.0)
        for name, each in found.items():
            y += HIGH
            wide = max(1.0, WIDE * each.per_second / most)
            parts += [
                f'<text x="{LEFT - 8}" y="{y}" text-anchor="end">{NAMES[name]}</text>',
                f'<rect x="{LEFT}" y="{y - BAR + 4}" width="{wide:.0f}" height="{BAR}" fill="{COLOURS[name]}"/>',
                f'<text x="{LEFT + wide + 6:.0f}" y="{y}">{each.per_second:,.0f}</text>',
            ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-8 0 {LEFT + WIDE + 80} {y + 20}" font-family="sans-serif"'
        f' font-size="13" fill="#222">\n' + "\n".join(parts) + "\n</svg>\n"
    )
