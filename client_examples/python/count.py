"""An enumerator enters what was counted at a crossing point on a day that is over, corrects it, and lists it.

python client_examples/python/count.py enter passage-belladere 2026-11-20 OBSERVED --total 90 --part FEMALE=83
python client_examples/python/count.py enter passage-belladere 2026-11-20 OBSERVED --total 9 --corrects 1 --reason "90?"
python client_examples/python/count.py list --from 2026-11-01

Whoever the parts leave out of the total is kept as unknown: here seven.
"""

import argparse
import hashlib
import json
from collections.abc import Iterator
from typing import Any

from konbit import Konbit, NotDone, credentials, run

WORDS = {
    "sex": ("FEMALE", "MALE", "OTHER"),
    "ageGroup": ("AGE_0_4", "AGE_5_11", "AGE_12_17", "AGE_18_24", "AGE_25_59", "AGE_60_PLUS"),
    "returnType": ("SELF_ORGANISED", "FORCED_SELF_REPORTED", "FORCED_CONFIRMED", "ASSISTED_VOLUNTARY", "NOT_A_RETURN"),
}
"""What a part may say of its people, each by itself: FEMALE/AGE_5_11/FORCED_CONFIRMED."""


def part(text: str) -> dict[str, Any]:
    """`FEMALE/AGE_5_11=3` as `recordBorderFlow` takes it. What is not said is unknown."""
    what, equals, number = text.partition("=")
    if not equals or not number.isdigit():
        raise argparse.ArgumentTypeError(f"{text}: write FEMALE=31")
    said: dict[str, Any] = {"count": int(number)}
    for word in filter(None, what.split("/")):
        field = next((field for field, words in WORDS.items() if word in words), None)
        if field is None:
            raise argparse.ArgumentTypeError(f"{word} is not known; there are {', '.join(sum(WORDS.values(), ()))}")
        said[field] = word
    return said


def enter(konbit: Konbit, crossing: str, **said: Any) -> None:
    """This will keep a count once: its key is made of what it says, so the same command again does nothing twice."""
    place = konbit.ask("crossing_point", slug=crossing)["location"]
    if place is None:
        raise NotDone([{"code": "NOT_FOUND", "message": f"There is no crossing point {crossing}."}])
    row = {"crossingPointId": place["id"], **{name: value for name, value in said.items() if value is not None}}
    digest = hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()[:16]
    [kept] = konbit.act("record_border_flow", key=f"count/{digest}", rows=[row])
    print(f"{crossing} {kept['day']} {kept['series']}: {kept['total']}, version {kept['version']}")


def listed(konbit: Konbit, since: str | None) -> Iterator[str]:
    """What stands, the newest day first; corrected counts by their last version."""
    cursor = None
    while True:
        page = konbit.ask("border_flows", filter={"from": since}, after=cursor)["borderFlows"]
        for flow in page["nodes"]:
            unknown = sum(part["count"] for part in flow["parts"] if part["residual"])
            place = flow["crossingPoint"]["slug"] if flow["crossingPoint"] else "?"
            left = f", {unknown} of them unknown" if unknown else ""
            yield f"{flow['day']}  {place}  {flow['series']}  {flow['total']}{left}  (version {flow['version']})"
        if not page["pageInfo"]["hasNextPage"]:
            return
        cursor = page["pageInfo"]["endCursor"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--as", dest="persona", default="brc", help="persona of the demo network (brc)")
    verbs = parser.add_subparsers(dest="verb", required=True)
    entering = verbs.add_parser("enter", help="enter or correct a count")
    entering.add_argument("crossing", help="short name of the crossing point")
    entering.add_argument("day", help="2026-11-20")
    entering.add_argument("series", choices=["OBSERVED", "REGISTERED"], help="never added to one another")
    entering.add_argument("--total", type=int, help="all who were counted, where that is known")
    entering.add_argument("--part", type=part, action="append", dest="parts", help="FEMALE/AGE_5_11=3, several times")
    entering.add_argument("--corrects", type=int, help="the version that stands")
    entering.add_argument("--reason", help="why it is corrected")
    listing = verbs.add_parser("list", help="what stands")
    listing.add_argument("--from", dest="since", help="from this day on")
    options = vars(parser.parse_args())
    konbit, verb = Konbit(credentials(options.pop("persona"))), options.pop("verb")
    if verb == "enter":
        enter(konbit, **options)
    else:
        for line in listed(konbit, options["since"]):
            print(line)


if __name__ == "__main__":
    run(main)
