"""The page behind a verification link: the entry as the network sees it, and one answer. No account is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.signin.choices import in_language
from api.signin.visit import UNREADABLE, Trouble, Visit
from auth import opaque
from models.rules.recurrence import WEEKDAYS
from models.stewardship import VerificationAnswer

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.routing import Route

    from api.papers.words import Language
    from api.signin.desk import Desk
    from models.session import Database

PATH = "/verify/{token}"
LONGEST_NOTE = 2_000
ANSWERED = {
    VerificationAnswer.RIGHT: "verify_right_done",
    VerificationAnswer.CHANGED: "verify_changed_done",
    VerificationAnswer.CLOSED: "verify_closed_done",
}
NOBODY = "BEGIN READ ONLY"
"The link is what opens the page: nobody is asking but whoever holds it."
ASKED = "SELECT verification_asked($1, $2)"
ANSWER = "SELECT answer_verification($1, $2, $3, $4)"


def verify_routes(desk: Desk, database: Database) -> list[Route]:
    """This will make the routes of the page. Looking at it answers nothing: mail programs open links by themselves."""

    async def show(visit: Visit) -> Response:
        return await _page(visit, database)

    async def answer(visit: Visit) -> Response:
        visit.back = visit.request.url.path
        said, note = visit.form.get("answer"), visit.form.get("note", "")[:LONGEST_NOTE].strip() or None
        if said not in list(VerificationAnswer):
            return await _page(visit, database, problem="verify_choose")
        if said == VerificationAnswer.CHANGED and note is None:
            return await _page(visit, database, problem="verify_say_what", wrong="note")
        async with database.transaction("BEGIN") as connection:
            taken = await connection.fetchval(ANSWER, _hash(visit), said, note, visit.now)
        if not taken:
            raise Trouble("verify_over", 404)
        return visit.go(f"/verify/done/{said.lower()}")

    async def done(visit: Visit) -> Response:
        name = ANSWERED.get(visit.request.path_params["answer"].upper())
        if name is None:
            raise Trouble("no_such_page", 404)
        return visit.show("done", title=visit.words["verify_thanks"], text=visit.words[name], onward=None)

    return [
        desk.route("/verify/done/{answer}", get=done),
        desk.route(PATH, get=show, post=answer),
    ]


async def _page(visit: Visit, database: Database, *, problem: str | None = None, wrong: str | None = None) -> Response:
    async with database.transaction(NOBODY) as connection:
        found = await connection.fetchval(ASKED, _hash(visit), visit.now)
    if found is None:
        raise Trouble("verify_over", 404)
    told = visit.words[problem] if problem else None
    return visit.show(
        "verify",
        status=UNREADABLE if problem else 200,
        path=visit.request.url.path,
        entry=_shown(found, visit),
        form=visit.form,
        problem=told,
        wrong={wrong or "answer": told} if told else {},
    )


def _hash(visit: Visit) -> bytes:
    return opaque.hash_of(visit.request.path_params["token"])


def _shown(entry: dict[str, Any], visit: Visit) -> dict[str, Any]:
    """What of an entry a person can say at once whether it is right (shape: partners/documents.py)."""

    language = visit.language
    days = dict(zip(WEEKDAYS, visit.words["weekdays"].split(), strict=True))

    def said(texts: dict[str, str] | None) -> str | None:
        return in_language(texts, entry["language"], language) if texts else None

    return {
        "name": said(entry["names"]),
        "organization": said(entry["organization"]["names"]),
        "description": said(entry["descriptions"]),
        "phones": [phone["number"] for phone in entry["phones"]],
        "email": entry["email"],
        "website": entry["website"],
        "fees": said(entry["fees"]),
        "places": [_place(place, language, days) for place in entry["places"]],
    }


def _place(place: dict[str, Any], language: Language, days: dict[str, str]) -> dict[str, Any]:
    location = place["location"]
    name = in_language(location["names"], location["language"], language) if location["names"] else None
    areas = [in_language(area["names"], "fr", language) for area in location["areas"][:1]]
    parts = [name, *location["addressLines"], location["locality"], *areas]
    return {
        "where": ", ".join(dict.fromkeys(filter(None, parts))),
        "phones": [phone["number"] for phone in place["phones"]],
        "hours": [
            (
                ", ".join(days[day] for day in hours["weekdays"]) or hours["rule"],
                f"{hours['opens'][:5]}–{hours['closes'][:5]}",
            )
            for hours in place["schedules"]
        ],
    }
