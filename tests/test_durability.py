"""What was acknowledged is kept, once, with its entry in the audit: whatever is killed at whatever moment."""

import asyncio
import os
import random
import signal
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from api.database import DatabaseURLs
from api.postgres import reached
from planner.ids import key_of
from tests.api.processes import User, folder, processes_in, soon
from tests.outside import GIRL, Partner, Unanswered, consent_for, joined, referral_to
from tests.running import PATIENCE, Running, running

CLIENTS = 4
"""at work at the same time"""
STEPS = 4
"""mutations of one journey"""
NEVER_ANSWERED = 0.2
"""the share of kills that strike while the program is still starting"""
TYPES = {"registerPerson": "Person", "recordConsent": "Consent"}


@dataclass
class Ledger:
    """What clients were told was done: the acts in the order of their acknowledgement."""

    acts: list[tuple[Partner, str, str, str, dict[str, Any]]] = field(default_factory=list)
    """partner, mutation, key, the id answered, what was given"""
    stopped: threading.Event = field(default_factory=threading.Event)

    def act(self, partner: Partner, mutation: str, **given: Any) -> str:
        """This will ask with one key until it is answered."""
        key = str(uuid4())
        found = insisting(lambda: partner.act(mutation, key, **given), self.stopped)
        self.acts.append((partner, mutation, key, found, given))
        return found

    def journey(self, sender: Partner, receiver: Partner, family_name: str) -> None:
        with ended_by_failure(self.stopped):
            self._journey(sender, receiver, family_name)

    def _journey(self, sender: Partner, receiver: Partner, family_name: str) -> None:
        person_id = self.act(sender, "registerPerson", **GIRL, familyName=family_name)
        self.act(sender, "recordConsent", **consent_for(receiver, person_id))
        referral_id = self.act(sender, "sendReferral", **referral_to(receiver, person_id))
        self.act(receiver, "acceptReferral", referralId=referral_id)


@contextmanager
def ended_by_failure(stopped: threading.Event) -> Iterator[None]:
    """What fails in one thread ends the others at once."""
    try:
        yield
    except BaseException:
        stopped.set()
        raise


def insisting(ask: Callable[[], str], stopped: threading.Event) -> str:
    while not stopped.is_set():
        with suppress(Unanswered):
            return ask()
        time.sleep(0.02)
    raise AssertionError("the test has ended")


@dataclass
class Follower:
    """Reads a partner's feed from one cursor to the next, in small pages, as long as it takes."""

    partner: Partner
    cursor: str = ""
    told: list[dict[str, Any]] = field(default_factory=list)

    def begin(self) -> None:
        _, self.cursor, _ = self.partner.changes(None)

    def read(self, until: int, stopped: threading.Event) -> None:
        with ended_by_failure(stopped):
            while len(self.told) < until and not stopped.is_set():
                nodes: list[dict[str, Any]] = []
                with suppress(Unanswered):
                    nodes, self.cursor, _ = self.partner.changes(self.cursor, first=3)
                self.told += nodes
                if not nodes:
                    time.sleep(0.1)


def kill_postgres(program: Running, data: Path) -> None:
    """The program ends with it, and says so."""
    assert program.process is not None
    pid_file = data / "postgres" / "cluster" / "postmaster.pid"
    os.kill(int(pid_file.read_text().split("\n", 1)[0]), signal.SIGKILL)
    assert program.process.wait(20) == 1, program.log()


def ordeal(program: Running, data: Path, ledger: Ledger, dice: random.Random, *, kills: int, mutations: int) -> None:
    """Kills the program or PostgreSQL, by turns at random, each at a random moment of the clients' work."""
    victims: list[Callable[[], None]] = [program.kill, partial(kill_postgres, program, data)] * (kills // 2 + 1)
    dice.shuffle(victims)
    for number, kill in enumerate(victims[:kills], start=1):
        due = mutations * number // (kills + 1)
        assert soon(lambda: len(ledger.acts) >= due or ledger.stopped.is_set(), 4 * PATIENCE)  # noqa: B023
        if ledger.stopped.is_set():
            return
        time.sleep(dice.uniform(0, 0.03))
        kill()
        if dice.random() < NEVER_ANSWERED:
            program.begin()
            time.sleep(dice.uniform(0, statistics.median(program.starts)))
            program.kill()
        program.start()


def test_acknowledged_mutations_survive_every_kill(prove: bool) -> None:
    kills, mutations = (50, 200) if prove else (3, 20)
    seed = int(os.environ.get("KONBIT_TEST_SEED") or random.randrange(1 << 32))
    dice, ledger = random.Random(seed), Ledger()
    print(f"seed {seed}")
    with folder(User(None), "data with a space") as data, running(data / "log", DATA=data, DEMO="false") as program:
        program.start()
        with reached(data) as server:
            urls = DatabaseURLs.embedded(server, "konbit")
        partners = asyncio.run(joined(urls, "brc", "registry"))
        for partner in partners.values():
            partner.address = program.address
        brc, registry = partners["brc"], partners["registry"]
        followers = [Follower(brc), Follower(registry)]
        for follower in followers:
            follower.begin()

        journeys = mutations // STEPS
        with ThreadPoolExecutor(CLIENTS + len(followers)) as pool:
            try:
                reading = [pool.submit(f.read, 2 * journeys, ledger.stopped) for f in followers]
                doing = [pool.submit(ledger.journey, brc, registry, f"Essai-{n}") for n in range(journeys)]
                ordeal(program, data, ledger, dice, kills=kills, mutations=mutations)
                for done in doing:
                    done.result(4 * PATIENCE)
                for read in reading:
                    read.result(PATIENCE)
            finally:
                ledger.stopped.set()
        assert len(ledger.acts) == mutations

        for partner, mutation, key, found, given in ledger.acts:
            assert partner.act(mutation, key, **given) == found
        for follower in followers:
            assert follower.partner.changes(follower.cursor)[0] == []
        asyncio.run(everything_is_there_once(urls, ledger, followers))
        program.end()
        assert soon(lambda: processes_in(data) == [])
        assert "Traceback" not in program.log()
    first, *again = program.starts
    print(f"first start {first:.1f} s; then median {statistics.median(again):.1f} s, slowest {max(again):.1f} s")


async def everything_is_there_once(urls: DatabaseURLs, ledger: Ledger, followers: list[Follower]) -> None:
    owner = await asyncpg.connect(urls.migration)
    try:
        await acts_are_there_once(owner, ledger)
        await referrals_are_whole(owner, journeys=len(ledger.acts) // STEPS)
        for follower in followers:
            await feed_was_told(owner, follower, journeys=len(ledger.acts) // STEPS)
    finally:
        await owner.close()


async def acts_are_there_once(owner: "asyncpg.Connection[asyncpg.Record]", ledger: Ledger) -> None:
    """One effect, one key and one entry of the audit for each act; and none for anything else."""
    keys: dict[UUID, UUID] = {}
    for partner, mutation, key, found, _ in ledger.acts:
        row = key_of(TYPES.get(mutation, "Referral"), found)
        assert row is not None
        keys[row] = partner.organization_id
        spent = await owner.fetch(
            "SELECT effect->>'key' AS effect FROM idempotency WHERE (organization_id, client_id, mutation, key)"
            " = ($1, $2, $3, $4)",
            partner.organization_id, partner.name, mutation, key,
        )  # fmt: skip
        assert [record["effect"] for record in spent] == [str(row)]
        entries = await owner.fetchval(
            "SELECT count(*) FROM audit_entry WHERE (organization_id, client_id, act) = ($1, $2, $3)"
            " AND subjects[1] = $4",
            partner.organization_id, partner.name, mutation, row,
        )  # fmt: skip
        assert entries == 1, (mutation, row)
    assert await owner.fetchval("SELECT count(*) FROM idempotency") == len(ledger.acts)
    acts = await owner.fetchval("SELECT count(*) FROM audit_entry WHERE act NOT LIKE 'read:%'")
    assert acts == len(ledger.acts)


async def referrals_are_whole(owner: "asyncpg.Connection[asyncpg.Record]", *, journeys: int) -> None:
    """Each journey left one person, three consents and one accepted referral with all that belongs to them."""
    people = await owner.fetch("SELECT family_name FROM person_identity ORDER BY 1")
    assert [row["family_name"] for row in people] == sorted(f"Essai-{n}" for n in range(journeys))
    whole = await owner.fetch("""
        SELECT r.status, r.version,
          (SELECT count(*) FROM person p WHERE p.id = r.person_id) AS people,
          (SELECT array_agg(c.purpose ORDER BY c.purpose) FROM consent c WHERE c.person_id = r.person_id) AS consents,
          (SELECT count(*) FROM referral_party p WHERE p.referral_id = r.id) AS parties,
          (SELECT count(*) FROM referral_identity i WHERE i.referral_id = r.id) AS identities,
          (SELECT count(*) FROM referral_request q WHERE q.referral_id = r.id) AS requests,
          (SELECT array_agg(e.status_after ORDER BY e.at, e.id) FROM referral_event e WHERE e.referral_id = r.id)
            AS events,
          (SELECT count(*) FROM change c WHERE c.referral_id = r.id) AS changes
        FROM referral r""")
    consents = ["REGISTRATION", "SERVICE", "STATISTICS"]
    assert [tuple(row.values()) for row in whole] == [
        ("ACCEPTED", 2, 1, consents, 2, 1, 1, ["SENT", "ACCEPTED"], 4)
    ] * journeys
    assert await owner.fetchval("SELECT count(*) FROM person") == journeys


async def feed_was_told(owner: "asyncpg.Connection[asyncpg.Record]", follower: Follower, *, journeys: int) -> None:
    """Positions without a gap, and read across all restarts as they stand: each once, in order."""
    feed = await owner.fetch(
        "SELECT c.position, c.referral_id, e.status_after FROM change c JOIN referral_event e ON e.id = c.event_id"
        " WHERE c.organization_id = $1 ORDER BY c.position",
        follower.partner.organization_id,
    )
    assert [row["position"] for row in feed] == list(range(1, 2 * journeys + 1))
    last = await owner.fetchval(
        "SELECT last_position FROM feed WHERE organization_id = $1", follower.partner.organization_id
    )
    assert last == 2 * journeys
    assert [(change["referralId"], change["event"]["statusAfter"]) for change in follower.told] == [
        (f"Referral_{row['referral_id']}", row["status_after"]) for row in feed
    ]
    assert Counter(change["cursor"] for change in follower.told).most_common(1)[0][1] == 1
