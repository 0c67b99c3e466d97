"""A receiver reads its worklist, and accepts or completes a referral.

python client_examples/python/answer.py
python client_examples/python/answer.py accept REFERENCE
python client_examples/python/answer.py complete REFERENCE --note "Extract delivered"
"""

import argparse
from collections.abc import Iterator
from typing import Any

from konbit import Konbit, NotDone, credentials, run

OPEN = ["SENT", "ACKNOWLEDGED", "WAITLISTED", "ACCEPTED", "IN_PROGRESS"]


def referrals(konbit: Konbit, **more: Any) -> Iterator[dict[str, Any]]:
    """Incoming referrals that wait for us, those due first; page by page, as many as there are."""
    cursor, wanted = None, {"direction": "INCOMING", "statuses": OPEN, **more}
    while True:
        page = konbit.ask("worklist", filter=wanted, first=50, after=cursor)["referrals"]
        yield from page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return
        cursor = page["pageInfo"]["endCursor"]


def one(konbit: Konbit, reference: str) -> dict[str, Any]:
    """The referral of this reference. What is not ours to see and what does not exist are told alike."""
    for referral in referrals(konbit, reference=reference):
        return referral
    raise NotDone([{"code": "NOT_FOUND", "message": f"No open referral {reference} waits for us."}])


def line(referral: dict[str, Any]) -> str:
    """One referral in one line: before acceptance, whom to prepare for; afterwards, who it is."""
    subject = referral["subject"]
    who = "nobody in particular"
    if subject:
        stub = f"{subject['sex'].lower()}, {subject['ageGroup'].removeprefix('AGE_').replace('_', '-').lower()}"
        name = subject["identity"]
        who = f"{name['givenName']} {name['familyName']} ({stub})" if name else stub
    due = (referral["dueAt"] or "")[:16].replace("T", " ") + (" LATE" if referral["isOverdue"] else "")
    sender = referral["sender"]["slug"]
    return f"{referral['reference']}  {referral['status']:<12} due {due:<21}  {who}  from {sender}"


def act(konbit: Konbit, verb: str, reference: str, **fields: Any) -> None:
    """This will take a step on the referral as it was just read: whoever was faster is not overruled.

    The key is the step on that version: the same for each attempt at it, another once the referral has moved on.
    """
    read = one(konbit, reference)
    referral = konbit.act(
        f"{verb}_referral",
        key=f"{verb}/{reference}/{read['version']}",
        referralId=read["id"],
        expectedVersion=read["version"],
        **fields,
    )
    print(f"Referral {referral['reference']}: {referral['status']}")
    if name := referral["subject"] and referral["subject"]["identity"]:
        print(f"{name['givenName']} {name['familyName']}: {referral['summary']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verb", nargs="?", choices=["list", "accept", "complete"], default="list")
    parser.add_argument("reference", nargs="?")
    parser.add_argument("--note", help="for the sender's eyes")
    parser.add_argument("--as", dest="persona", default="registry", help="persona of the demo network (registry)")
    options = parser.parse_args()
    if options.verb != "list" and not options.reference:
        parser.error(f"which referral? {options.verb} REFERENCE")
    konbit = Konbit(credentials(options.persona))
    match options.verb:
        case "list":
            for referral in referrals(konbit):
                print(line(referral))
        case "accept":
            act(konbit, "accept", options.reference, note=options.note)
        case "complete":
            act(konbit, "complete", options.reference, result="SERVED", note=options.note)


if __name__ == "__main__":
    run(main)
