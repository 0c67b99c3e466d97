"""Follows every step of your referrals by polling the feed, and goes on where it stopped, however it was stopped.

python client_examples/python/follow.py [--cursor FILE]
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from konbit import Konbit, Refused, credentials, run

PAUSE = 2.0
"""Seconds between looks; the feed itself may be this far behind."""


def changes(konbit: Konbit, kept: Path) -> Iterator[dict[str, Any]]:
    """Every change after the cursor in the file, and then those to come.

    A cursor is kept once its change was handled: when the next one is asked for. So what was being handled when the
    program was killed is told again, and nothing is ever left out.
    """
    cursor = kept.read_text() if kept.exists() else None
    while True:
        try:
            page = konbit.ask("changes", after=cursor)["referralChanges"]
        except Refused as refused:
            if refused.code != "CURSOR_EXPIRED":
                raise
            cursor = None
            print("Away for more than 30 days: read your open referrals anew. From now on:", flush=True)
            continue
        for change in page["nodes"]:
            yield change
            keep(kept, change["cursor"])
        cursor = page["pageInfo"]["endCursor"]
        keep(kept, cursor)
        if not page["pageInfo"]["hasNextPage"]:
            time.sleep(PAUSE)


def keep(kept: Path, cursor: str) -> None:
    """This will put the cursor in place whole or not at all: a program that is killed leaves no half of one."""
    partial = kept.with_name(f"{kept.name}.partial")
    partial.write_text(cursor)
    partial.replace(kept)


def line(change: dict[str, Any]) -> str:
    """One change in one line."""
    if change["kind"] == "HIDDEN":
        return f"{change['referralId']}  no longer ours to see: forget it"
    event, referral = change["event"], change["referral"]
    by = event["organization"]["slug"] if event["organization"] else "the system"
    return f"{referral['reference']}  {event['statusAfter']:<10} by {by}, {event['at'][:19].replace('T', ' ')} UTC"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cursor", type=Path, default=Path(".konbit-cursor"), help="where the cursor is kept")
    parser.add_argument("--as", dest="persona", default="brc", help="persona of the demo network (brc)")
    options = parser.parse_args()
    for change in changes(Konbit(credentials(options.persona)), options.cursor):
        print(line(change), flush=True)


if __name__ == "__main__":
    run(main)
