"""The page of whoever looks after the directory: what waits for a decision, and deciding it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.signin.acting import Acting, acting, key_in_path, said_of
from api.signin.queues import OLD, SHOWN, SUGGESTIONS, WAITING, Queue
from api.signin.queues_of_pairs import DUPLICATES, MERGED
from api.signin.queues_of_sources import PARTNERS, QUARANTINE
from api.signin.visit import UNREADABLE, Trouble, Visit
from auth.policies.declare import STEWARDS
from auth.policies.partners import EDITORS

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.routing import Route

    from api.signin.desk import Desk
    from models.session import Database

PATH = "/stewards"
LISTED = (PARTNERS, QUARANTINE, DUPLICATES, MERGED, SUGGESTIONS, OLD, WAITING)
FOR_STEWARDS = (DUPLICATES, MERGED)
QUEUES: dict[str, Queue] = {queue.name: queue for queue in LISTED}


def steward_routes(desk: Desk, database: Database) -> list[Route]:
    """This will make the routes: how much waits in each list, one list, and what is done about one of its items."""

    async def overview(visit: Visit) -> Response:
        act = await _acting(visit, database)
        shown = [queue for queue in LISTED if act.steward or queue not in FOR_STEWARDS]
        counts = [(queue, await _count(act, queue)) for queue in shown]
        return visit.show("stewards", queues=counts, most=SHOWN, **act.shown())

    async def show(visit: Visit) -> Response:
        return await _list(await _acting(visit, database), _queue(visit))

    async def decide(visit: Visit) -> Response:
        queue, key = _queue(visit), key_in_path(visit)
        visit.back = f"{PATH}/{queue.name}"
        act = await _acting(visit, database)
        verb = queue.verbs.get(visit.form.get("what", ""))
        if verb is None:
            raise Trouble("bad_form", 400)
        note = visit.form.get("note") if verb.takes_note else None
        outcome = await act.do(
            verb.mutation,
            {"id": str(key), "what": visit.form["what"], "note": note},
            lambda session: verb.do(session, act.actor, visit.now, key, note),
        )
        if (problem := said_of(outcome, visit)) is not None:
            return await _list(act, queue, status=UNREADABLE, problem=problem)
        if verb.tells:
            link = None if outcome.secret is None else f"{desk.profile.pages}/verify/{outcome.secret}"
            title = visit.words["verification_link"]
            return visit.show(
                "told_once", title=title, secret=link, told=True, back=visit.back, more=None, **act.shown()
            )
        return visit.go(f"{visit.back}?as={act.choice.membership_id}&done=saved")

    return [
        desk.route(PATH, get=overview),
        desk.route(f"{PATH}/{{queue}}", get=show),
        desk.route(f"{PATH}/{{queue}}/{{id}}", post=decide),
    ]


async def _acting(visit: Visit, database: Database) -> Acting:
    return await acting(visit, database, of=STEWARDS | EDITORS)


def _queue(visit: Visit) -> Queue:
    queue = QUEUES.get(visit.request.path_params["queue"])
    if queue is None:
        raise Trouble("no_such_page", 404)
    return queue


async def _count(act: Acting, queue: Queue) -> int:
    async with act.database.session(act.actor.claims(), writes=False) as session:
        found: int = await session.connection.fetchval(f"SELECT count(*) FROM ({queue.sql}) AS waiting", SHOWN + 1)
    return found


async def _list(act: Acting, queue: Queue, *, status: int = 200, **more: Any) -> Response:
    visit = act.visit
    async with act.database.session(act.actor.claims(), writes=False) as session:
        rows = await session.connection.fetch(queue.sql, SHOWN + 1)
    return visit.show(
        "queue",
        status=status,
        queue=queue,
        items=[
            (
                queue.item(row, visit),
                [(what, verb) for what, verb in queue.verbs.items() if verb.where(row)],
            )
            for row in rows[:SHOWN]
        ],
        beyond=len(rows) > SHOWN,
        done=visit.query.get("done") == "saved",
        **act.shown() | more,
    )
