"""Every path and parameter of the HSDS API answers as the standard has it, to whoever may read the directory."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest

from auth.scopes import Scope
from models.rules.roles import Role
from tests.api.hsds.conftest import HIDDEN, PLANTED, STREET, Served, room
from tests.partners.hsds.standard import faults, needs_standard

LISTS = {
    "services": "service",
    "organizations": "organization",
    "service_at_locations": "service_at_location",
    "taxonomies": "taxonomy",
    "taxonomy_terms": "taxonomy_term",
}
PAGE = {"total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty", "contents"}


def names(page: Any) -> list[str]:
    return sorted(each["name"] for each in page["contents"])


@needs_standard
@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("form", ["", "full=true", "minimal=true&per_page=3", "full=true&full_service=true"])
async def test_every_answer_is_valid(served: Served, path: str, form: str) -> None:
    asked = {"minimal": "services", "full_service": "organizations"}
    if any(word in form and path != of for word, of in asked.items()) or ("full" in form and path.startswith("tax")):
        return
    page = await served.got(f"/{path}?{form}")

    assert page.keys() == PAGE
    assert page["contents"]
    for said in page["contents"]:
        assert faults(said, LISTS[path]) == []
        assert faults(said, LISTS[path], closed=True) == []
        if not form:
            one = await served.got(f"/{path}/{said['id']}")
            assert faults(one, LISTS[path], closed=True) == []
            assert one["id"] == said["id"]


async def test_it_says_what_it_is_to_anybody(served: Served) -> None:
    about = await served.ask("/", token="")

    assert about.status == 200
    assert about.json["version"] == "3.1"
    assert (await served.ask("", token="")).json == about.json
    described = (await served.ask("/openapi.json", token="")).json
    assert described["servers"] == [{"url": "http://directory.test/hsds"}]
    assert {f"/{name}" for name in LISTS} <= described["paths"].keys()


async def test_a_service_whole(served: Served) -> None:
    said = await served.got(f"/services/{await served.named('Consultation médicale')}")

    assert said["organization"]["name"] == "Clinique Bon Repos"
    assert said["status"] == "active"
    assert [each["code"] for each in said["languages"]] == ["fr", "ht"]
    assert {each["location"]["external_identifier"] for each in said["service_at_locations"]} == {"HT0421", "HT0632"}
    address = next(
        each["location"]["addresses"][0]
        for each in said["service_at_locations"]
        if each["location"]["external_identifier"] == "HT0632"
    )
    assert (address["city"], address["state_province"], address["country"]) == ("Belladère", "Centre", "HT")
    hours = {each["byday"] for place in said["service_at_locations"] for each in place["schedules"]}
    assert hours == {"MO,TU,WE,TH,FR", "SA"}
    (capacity,) = said["capacities"]
    assert (capacity["available"], capacity["maximum"], capacity["unit"]["name"]) == (6, 10, "lits")


async def test_pages_are_followed_to_their_end(served: Served) -> None:
    everything = await served.got("/services?per_page=100")
    found: list[str] = []
    number = 0
    while True:
        number += 1
        page = await served.got(f"/services?per_page=2&page={number}")
        found += [each["id"] for each in page["contents"]]
        assert (page["page_number"], page["first_page"], page["empty"]) == (number, number == 1, False)
        assert (page["total_items"], page["total_pages"]) == (len(everything["contents"]), number_of(everything))
        if page["last_page"]:
            break
    assert found == [each["id"] for each in everything["contents"]]
    beyond = await served.got("/services?per_page=2&page=900")
    assert (beyond["empty"], beyond["last_page"], beyond["size"]) == (True, True, 0)


def number_of(page: Any) -> int:
    return -(-len(page["contents"]) // 2)


async def test_lists_are_narrowed(served: Served) -> None:
    assert names(await served.got("/services?search=consultation")) == ["Consultation médicale"]
    assert names(await served.got("/services?search=zzzz")) == []
    owner = (await served.directory.service("Assistance juridique"))["organization_id"]
    assert "Assistance juridique" in names(await served.got(f"/services?organization_id={owner}"))
    assert names(await served.got(f"/services?organization_id={uuid4()}")) == []
    assert names(await served.got("/services?organization_id=none-such")) == []
    assert names(await served.got("/organizations?search=Bon Repos".replace(" ", "%20"))) == ["Clinique Bon Repos"]
    assert names(await served.got("/organizations?search=Voisin")) == ["Voisin"], "by its own name"

    taxonomies = {each["name"]: each["id"] for each in (await served.got("/taxonomies"))["contents"]}
    of_border = taxonomies["border:Besoins"]
    (health,) = (await served.got(f"/taxonomy_terms?taxonomy_id={of_border}&search=SANTE"))["contents"]
    assert names(await served.got(f"/services?taxonomy_term_id={health['id']}")) == ["Consultation médicale"]
    assert "Clinique Bon Repos" in names(await served.got(f"/organizations?taxonomy_term_id={health['id']}"))
    assert names(await served.got(f"/services?taxonomy_id={uuid4()}")) == []
    assert len(names(await served.got(f"/services?taxonomy_id={of_border}"))) > 1
    ours = (await served.got(f"/taxonomy_terms?taxonomy_id={taxonomies['konbit:categories']}&search=legal"))["contents"]
    assert names(await served.got(f"/services?taxonomy_term_id={ours[0]['id']}")) == ["Assistance juridique"]
    assert (await served.got(f"/taxonomy_terms?parent_id={health['id']}"))["empty"]
    assert not (await served.got("/taxonomy_terms?top_only=true"))["empty"]


async def test_terms_are_paged_as_one_list(served: Served) -> None:
    whole = await served.ask("/taxonomy_terms?format=ndjson")
    lines = [orjson.loads(line)["id"] for line in whole.body.splitlines()]
    found = []
    for number in range(1, 100):
        page = await served.got(f"/taxonomy_terms?per_page=7&page={number}")
        found += [each["id"] for each in page["contents"]]
        assert page["total_items"] == len(lines)
        if page["last_page"]:
            break
    assert sorted(found) == sorted(lines)
    assert len(set(found)) == len(found)


async def test_places_are_found_by_their_code(served: Served) -> None:
    def towns(page: Any) -> set[str]:
        return {each["location"].get("name", "") for each in page["contents"]}

    assert towns(await served.got("/service_at_locations?postcode=HT06")) == {"Centre de Belladère"}
    near = await served.got("/service_at_locations?postcode=HT0421&proximity=20000")
    assert "Centre de Ouanaminthe" in towns(near)
    assert "Centre de Belladère" not in towns(near)
    assert towns(await served.got("/service_at_locations?postcode=XX&proximity=20000")) == set()


async def test_what_changed_since(served: Served) -> None:
    soon = (datetime.now(UTC) + timedelta(minutes=1)).isoformat().replace("+", "%2B")
    assert (await served.got(f"/services?modified_after={soon}"))["empty"]
    assert not (await served.got("/services?modified_after=2020-01-01"))["empty"]

    before = datetime.now(UTC)
    await room(served.directory, served.owner)
    since = before.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    changed = await served.got(f"/services?modified_after={since}&full=true")
    assert names(changed) == ["Consultation médicale", "Soutien psychosocial"], "their room is a part of them"
    assert all(each["last_modified"] >= since for each in changed["contents"])
    places = await served.got(f"/service_at_locations?modified_after={since}")
    assert {each["service"]["name"] for each in places["contents"]} == {"Consultation médicale", "Soutien psychosocial"}


async def test_room_is_told_until_it_expires(served: Served) -> None:
    health, mental = [await served.named(name) for name in ("Consultation médicale", "Soutien psychosocial")]
    marks = (await served.got(f"/services/{mental}"))["attributes"]
    assert [each["value"].split()[0] for each in marks if each.get("label") == "capacity"] == ["WAITLIST"]

    await room(served.directory, served.owner, updated=datetime.now(UTC) - timedelta(hours=25))
    assert "capacities" not in await served.got(f"/services/{health}")
    marks = (await served.got(f"/services/{mental}"))["attributes"]
    assert not [each for each in marks if each.get("label") == "capacity"]
    await room(served.directory, served.owner)


async def test_identifiers_alone_come_on_one_page(served: Served) -> None:
    page = await served.got("/services?minimal=true")

    assert page["size"] == page["total_items"] == len(page["contents"])
    assert page["last_page"]
    assert page["first_page"]
    assert all({"id", "last_modified", "modified_date"} <= each.keys() for each in page["contents"])
    assert (await served.got("/services?minimal=true&modified_after=2090-01-01"))["empty"]


async def test_all_records_stream_as_lines(served: Served) -> None:
    streamed = await served.ask("/services?format=ndjson&full=true")

    assert streamed.headers["content-type"] == "application/x-ndjson"
    listed = (await served.got("/services?full=true&per_page=100"))["contents"]
    assert [orjson.loads(line) for line in streamed.body.splitlines()] == listed
    for path in LISTS:
        assert (await served.ask(f"/{path}?format=ndjson")).status == 200


async def test_an_answer_that_is_still_true_is_not_sent_again(served: Served) -> None:
    path = f"/services/{await served.named('Assistance juridique')}"
    first = await served.ask(path)
    again = await served.ask(path, if_none_match=first.headers["etag"])

    assert (again.status, again.body) == (304, b"")
    assert first.headers["last-modified"].endswith("GMT")
    assert "authorization" in first.headers["vary"].lower()


@pytest.mark.parametrize(
    ("query", "names_it"),
    [
        ("page=0", "page"),
        ("page=x", "page"),
        ("page=99999999999", "page"),
        ("per_page=101", "per_page"),
        ("per_page=0", "per_page"),
        ("full=yes", "full"),
        ("format=xml", "format"),
        ("modified_after=yesterday", "modified_after"),
        ("colour=red", "colour"),
        ("page=1&page=2", "twice"),
        ("format=ndjson&page=2", "ndjson"),
        ("minimal=true&full=true", "minimal"),
        (f"search={'x' * 501}", "search"),
        ("search=%00", "search"),
    ],
)
async def test_what_is_not_understood_is_refused(served: Served, query: str, names_it: str) -> None:
    refused = await served.ask(f"/services?{query}")

    assert refused.status == 400
    assert refused.json.keys() == {"status", "code", "message"}
    assert names_it in refused.json["message"]


@pytest.mark.parametrize("path", [*(f"/{name}/none-such" for name in LISTS), "/nothing", "/services/a/b"])
async def test_what_is_not_there_is_not_found(served: Served, path: str) -> None:
    missing = await served.ask(path)

    assert (missing.status, missing.json["status"]) == (404, 404)


async def test_only_who_may_read_the_directory_is_answered(served: Served) -> None:
    for path in LISTS:
        refused = await served.ask(f"/{path}", token="")
        assert refused.status == 401
        assert refused.json["message"]
        assert "www-authenticate" in refused.headers
    narrow = served.token(None, Scope.FLOWS_WRITE)
    assert (await served.ask("/services", token=narrow)).status == 403
    assert (await served.ask("/services", method="DELETE")).status == 405
    refused = await served.ask("/services/x", method="POST")
    assert (refused.status, refused.headers["allow"], refused.json["status"]) == (405, "GET, HEAD", 405)
    assert (await served.ask("/services?per_page=1", method="POST")).json["size"] == 1


async def test_a_safe_house_is_in_no_byte(served: Served) -> None:
    """Whoever asks: a neighbour, one who refers people, its own organisation."""

    safe = [
        str(row["id"]) for row in await served.directory.rows("SELECT id FROM service WHERE category = 'SAFE_HOUSE'")
    ]
    assert len(safe) == 2
    forms = ["", "full=true", "format=ndjson"]
    paths = [
        f"/{path}?{form}" for path in LISTS for form in forms if not (form == "full=true" and path.startswith("tax"))
    ]
    paths += ["/services?minimal=true", "/organizations?full_service=true&full=true", f"/organizations/{served.owner}"]
    paths += [
        f"/organizations/{served.owner}?full_service=true",
        "/services?search=Zandolit",
        "/organizations?search=Zandolit",
    ]
    paths += [f"/services?organization_id={served.owner}", "/service_at_locations?postcode=HT0000"]
    paths += ["/service_at_locations?postcode=HT0421&proximity=20000000&full=true", "/openapi.json", "/"]
    paths += ["/services?modified_after=2020-01-01"]
    for who, roles in (
        (served.neighbour, ()),
        (served.neighbour, (Role.CASE_WORKER,)),
        (served.owner, (Role.CASE_WORKER,)),
    ):
        token = served.token(who, roles=frozenset(roles))
        for path in paths:
            told = (await served.ask(path, token=token)).body.decode()
            assert not [word for word in (*HIDDEN, PLANTED, STREET, *safe) if word in told], path
        for id in safe:
            assert (await served.ask(f"/services/{id}", token=token)).status == 404
        found = await served.got("/services?search=Zandolit", token=token)
        assert (found["total_items"], found["empty"]) == (0, True)
        listed = await served.got("/services?per_page=100", token=token)
        assert listed["total_items"] == listed["size"], "no count tells of it"
