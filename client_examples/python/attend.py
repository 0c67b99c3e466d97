"""A trainer takes attendance where there is no network, and sends it where there is one.

python client_examples/python/attend.py fetch                      before leaving: sessions and roster
python client_examples/python/attend.py mark TOKEN --status LATE   at the door; or - for one token a line (a scanner)
python client_examples/python/attend.py sync                       back in reach: what became of each event
python client_examples/python/attend.py list                       all there is in the queue

Kill it at any moment, start it again: what was marked is in the queue, and is recorded once however often it is sent.
"""

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from attendance_queue import Event, Queue
from konbit import Konbit, NotDone, credentials, run

BATCH = 100
"""Events that Konbit takes at once."""
AROUND = timedelta(minutes=45)
"""How long before its start and after its end a session is the one meant, where none is named."""
STATUSES = ["PRESENT", "LATE", "LEFT_EARLY", "ABSENT", "EXCUSED"]
MEANING = {
    "RECORDED": "recorded",
    "DUPLICATE": "was recorded before",
    "UNMATCHED": "kept: nobody has this token yet",
    "CONFLICT": "a person has to settle it: this event was sent before with something else in it",
    "REJECTED": "not taken",
}


def fetch(konbit: Konbit, queue: Queue) -> None:
    """This will take along the sessions and the roster of trainings that have not ended long ago."""
    since = (datetime.now(UTC) - timedelta(days=30)).date().isoformat()
    sessions, tokens = [], set()
    for training in pages(konbit, "trainings", "trainings", filter={"from": since}):
        title = f"{training['code']} {training['course']['title'] if training['course'] else ''}".strip()
        sessions += [{**session, "title": title} for session in training["sessions"]]
        tokens |= {each["token"] for each in roster(konbit, training["id"]) if each["token"]}
    queue.keep_roster(sessions, tokens)
    print(f"{len(sessions)} sessions, {len(tokens)} people. You can go.")
    for line in listed(queue):
        print(line)


def roster(konbit: Konbit, training: str) -> Iterator[dict[str, Any]]:
    cursor = None
    while True:
        found = konbit.ask("roster", training=training, after=cursor)["training"]
        if not found or not found["enrolments"]:
            return
        yield from found["enrolments"]["nodes"]
        if not found["enrolments"]["pageInfo"]["hasNextPage"]:
            return
        cursor = found["enrolments"]["pageInfo"]["endCursor"]


def pages(konbit: Konbit, operation: str, field: str, **variables: Any) -> Iterator[dict[str, Any]]:
    cursor = None
    while True:
        page = konbit.ask(operation, after=cursor, **variables)[field]
        yield from page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return
        cursor = page["pageInfo"]["endCursor"]


def mark(queue: Queue, tokens: Iterator[str], *, session: str | None, status: str, reason: str | None) -> None:
    """This will put each token into the queue as it comes. A line is printed once its event is on the disk."""
    for token in tokens:
        number = queue.mark(session or session_now(queue), token, status=status, reason=reason)
        print(f"{number:>5}  {status}{'' if queue.knows(token) else '  (not on the roster)'}", flush=True)


def session_now(queue: Queue) -> str:
    """The one session that is on, or about to be. Raises NotDone where that is not clear."""
    now = datetime.now(UTC)
    on = [
        id_
        for id_, _, starts, ends in queue.sessions()
        if datetime.fromisoformat(starts) - AROUND <= now <= datetime.fromisoformat(ends) + AROUND
    ]
    if len(on) == 1:
        return on[0]
    raise NotDone([{"code": "INVALID_INPUT", "message": f"{len(on)} sessions are on now: say which one, --session."}])


def sync(konbit: Konbit, queue: Queue) -> None:
    """This will send what waits, batch by batch, and say what became of each event.

    A batch is always sent by the same key. Whoever was killed before the answer was kept sends it again: Konbit knows
    each event by its id, and says that it was recorded before.
    """
    while batch := queue.waiting(BATCH):
        key = f"{queue.device}/{batch[0].sequence}-{batch[-1].sequence}"
        events = [event.sent() for event in batch]
        results = konbit.act("record_attendance", key=key, deviceId=queue.device, events=events)
        queue.answered(batch, results)
        for event, result in zip(batch, results, strict=True):
            print(line(event, result), flush=True)
    print("Nothing waits.")


def line(event: Event, result: dict[str, Any]) -> str:
    flags = f" [{', '.join(result['flags'])}]" if result["flags"] else ""
    return f"{event.sequence:>5}  {event.status}  {MEANING.get(result['outcome'], result['outcome'])}{flags}"


def listed(queue: Queue) -> Iterator[str]:
    for id_, title, starts, ends in queue.sessions():
        yield f"{starts[:16].replace('T', ' ')} to {ends[11:16]} UTC  {title}  {id_}"
    for sequence, at, status, outcome, flags in queue.history():
        said = f"{outcome or 'waits'}{f' [{flags}]' if flags else ''}"
        yield f"{sequence:>5}  {at[:19].replace('T', ' ')}  {status}  {said}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verb", choices=["fetch", "mark", "sync", "list"])
    parser.add_argument("token", nargs="?", help="whom to mark; - reads one token a line")
    parser.add_argument("--status", choices=STATUSES, default="PRESENT")
    parser.add_argument("--session", help="id of the session; the one that is on, unless told")
    parser.add_argument("--reason", help="why, where it is not plain")
    parser.add_argument("--queue", type=Path, default=Path("attendance.sqlite"), help="the file that keeps it all")
    parser.add_argument("--as", dest="persona", default="trainer", help="persona of the demo network (trainer)")
    options = parser.parse_args()
    if options.verb == "mark" and not options.token:
        parser.error("whom? mark TOKEN, or mark - to read tokens")
    queue = Queue(options.queue)
    match options.verb:
        case "fetch":
            fetch(Konbit(credentials(options.persona)), queue)
        case "mark":
            scanned = (text for each in sys.stdin if (text := each.strip()))
            tokens = scanned if options.token == "-" else iter([options.token])
            mark(queue, tokens, session=options.session, status=options.status, reason=options.reason)
        case "sync":
            sync(Konbit(credentials(options.persona)), queue)
        case "list":
            for each in listed(queue):
                print(each)
    queue.close()


if __name__ == "__main__":
    run(main)
