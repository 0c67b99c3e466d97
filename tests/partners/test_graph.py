"""A partner's GraphQL comes in by a saved query, twice without a change, whatever is null and however it pages."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from models.partners import PartnerKind, SyncOutcome
from partners.connector import Source
from partners.graph.connector import CONNECTOR
from partners.outgoing import asker
from partners.settings import WrongSetting, read_settings
from tests.partners.conftest import LOOPBACK, QUICK, Directory
from tests.partners.graph_server import FIELDS, PAGING, SAVED, Giver, GraphServer, Hours, Number, Offer, Offers, Site

Serve = Callable[[Any], str]
CLINIC = Giver(key="c1", title="Clinique des Collines", kind="MEDICAL_CENTER", phones=[Number(number="2816 0101")])
CHANGED = datetime(2026, 11, 20, 9, tzinfo=UTC)


def offers(number: int = 5) -> list[Offer | None]:
    return [
        Offer(
            key=f"s{each}",
            titles={"fr": f"Consultation {each}", "ht": f"Konsiltasyon {each}"},
            kind="santé",
            spoken=["kreyòl", "français"],
            changed=CHANGED.replace(hour=each),
            giver=CLINIC,
            sites=[
                Site(
                    key=f"p{each}",
                    title="Poste avancé",
                    lat=19.5,
                    lon=-71.7,
                    pcode="HT0421",
                    street=["12 rue A"],
                    town="Ouanaminthe",
                    hours=[Hours(days=["lundi", "mardi"], opens="08:00", closes="16:00"), None],
                ),
                None,
            ],
            telephones=[Number(number="3700 0001", about="accueil"), None],
        )
        for each in range(1, number + 1)
    ]


@pytest.fixture
def server() -> GraphServer:
    return GraphServer(offers())


async def entered(directory: Directory, address: str, **more: Any) -> None:
    await directory.enter("collines", address, PartnerKind.GRAPHQL, graphql={**SAVED, **more})


async def test_a_graph_becomes_the_directory(directory: Directory, server: GraphServer, serve: Serve) -> None:
    await entered(directory, serve(server))

    report = await directory.pull("collines")

    assert report.outcome is SyncOutcome.COMPLETE, report
    assert report.counts.told() == {"new": 5, "changed": 0, "unchanged": 0, "gone": 0, "quarantined": 0}
    assert [asked["after"] for asked in server.asked] == [None, "2", "4"]
    service = await directory.service("Consultation 3")
    assert service["names"] == {"fr": "Consultation 3", "ht": "Konsiltasyon 3"}
    assert (service["category"], service["languages"]) == ("HEALTH", ["fr", "ht"])
    assert service["modified_at"] == CHANGED.replace(hour=3)
    giver = await directory.one("SELECT * FROM organization WHERE id = $1", service["organization_id"])
    assert (giver["slug"], giver["kind"]) == ("collines-clinique-des-collines", "MEDICAL_CENTER")
    place = await directory.one(
        "SELECT l.names ->> 'fr' AS name, l.latitude, l.longitude, l.pcode, l.locality, l.address_lines, "
        "(SELECT array_agg((h.weekdays, h.opens, h.closes)::text) FROM schedule h "
        "WHERE h.service_at_location_id = s.id) AS hours "
        "FROM service_at_location s JOIN location l ON l.id = s.location_id WHERE s.service_id = $1",
        service["id"],
    )
    assert place == {
        "name": "Poste avancé",
        "latitude": 19.5,
        "longitude": -71.7,
        "pcode": "HT0421",
        "locality": "Ouanaminthe",
        "address_lines": ["12 rue A"],
        "hours": ['("{MO,TU}",08:00:00,16:00:00)'],
    }
    phones = await directory.rows("SELECT number, description FROM phone WHERE service_id = $1", service["id"])
    assert phones == [{"number": "+50937000001", "description": "accueil"}]


async def test_the_second_sync_changes_nothing(directory: Directory, server: GraphServer, serve: Serve) -> None:
    await entered(directory, serve(server))
    await directory.pull("collines")
    before = await directory.versions(besides=("partner",))

    report = await directory.pull("collines")

    assert report.counts.unchanged == 5
    assert await directory.versions(besides=("partner",)) == before


@pytest.mark.parametrize(
    ("page", "told"),
    [
        (lambda _: None, "it answered null at offers"),
        (lambda page: Offers(edges=None, page_info=page.page_info), "it answered null at offers.edges"),
        (
            lambda page: Offers(edges=[None, *page.edges], page_info=page.page_info),
            "it answered null at offers.edges.0",
        ),
        (lambda page: Offers(edges=page.edges, page_info=None), "it does not say how to go on after a page"),
    ],
)
async def test_null_is_not_missing(
    directory: Directory, server: GraphServer, serve: Serve, page: Callable[[Offers], Offers | None], told: str
) -> None:
    await entered(directory, serve(server))
    await directory.pull("collines")
    server.whole = page

    for _ in range(2):
        report = await directory.pull("collines")

    assert report.outcome is not SyncOutcome.FAILED
    assert told in " ".join(report.notes), report
    assert report.counts.gone == 0
    assert (await directory.one("SELECT count(*) FROM service WHERE removed_at IS NULL"))["count"] == 5


async def test_an_item_with_an_error_in_it_is_not_believed(
    directory: Directory, server: GraphServer, serve: Serve
) -> None:
    await entered(directory, serve(server))
    await directory.pull("collines")
    broken, other = server.offers[1], server.offers[2]
    assert broken is not None
    assert other is not None
    broken.telephones, broken.titles["fr"] = RuntimeError("the telephone book is down"), "Another name"
    other.titles["fr"] = "Soins 3"

    report = await directory.pull("collines")

    assert report.counts.quarantined == 1
    (finding,) = report.findings
    assert finding.remote_id == "s2"
    assert "the telephone book is down (offers.edges.1.node.phones)" in finding.problem
    stands = await directory.service("Consultation 2")
    assert await directory.rows("SELECT number FROM phone WHERE service_id = $1", stands["id"]) != []
    assert await directory.service("Soins 3"), "the others go on"


async def test_what_is_no_longer_listed_is_gone_after_two_sweeps(
    directory: Directory, server: GraphServer, serve: Serve
) -> None:
    server.offers = offers(6)
    await entered(directory, serve(server))
    await directory.pull("collines")
    server.offers.pop()

    assert (await directory.pull("collines")).counts.gone == 0
    assert (await directory.pull("collines")).counts.gone == 1


@pytest.mark.parametrize(
    ("instead", "told"),
    [
        ({"errors": [{"message": "Cannot query field “offers”."}]}, "answers without data: Cannot query field"),
        ({"data": None, "errors": [{"message": "no\n such  luck"}]}, "answers without data: no such luck"),
        ({"data": None}, "answers without data: it gives no reason"),
        ({"services": []}, "not as GraphQL does"),
        ([1], "not as GraphQL does"),
    ],
)
async def test_an_answer_without_data_leaves_all_as_it_was(
    directory: Directory, server: GraphServer, serve: Serve, instead: Any, told: str
) -> None:
    await entered(directory, serve(server))
    await directory.pull("collines")
    server.instead = lambda _: instead

    for _ in range(2):
        report = await directory.pull("collines")

    assert report.outcome is SyncOutcome.FAILED
    assert told in " ".join(report.failures)
    assert (await directory.one("SELECT count(*) FROM service WHERE removed_at IS NULL"))["count"] == 5


async def test_a_page_that_fails_leaves_what_was_read(directory: Directory, server: GraphServer, serve: Serve) -> None:
    server.instead = lambda body: {"data": None, "errors": []} if body["variables"].get("after") == "2" else None
    await entered(directory, serve(server))

    report = await directory.pull("collines")

    assert report.outcome is SyncOutcome.PARTIAL
    assert report.counts.new == 2


async def test_a_cursor_seen_before_ends_it(directory: Directory, server: GraphServer, serve: Serve) -> None:
    def same(page: Offers) -> Offers:
        assert page.page_info is not None
        page.page_info.has_next_page, page.page_info.end_cursor = True, "0"
        return page

    server.whole = same
    await entered(directory, serve(server))

    report = await directory.pull("collines")

    assert len(server.asked) == 2
    assert "it repeats itself after 2 services" in report.notes[0]
    assert report.counts.new == 2


@pytest.mark.parametrize("by", ["offset", "page"])
async def test_it_pages_by_numbers_to_an_empty_page(directory: Directory, serve: Serve, by: str) -> None:
    numbers = list(range(5))
    size = 2

    async def app(scope: Any, receive: Any, send: Any) -> None:
        import orjson

        variables = orjson.loads((await receive())["body"])["variables"]
        asked.append(variables["at"])
        start = variables["at"] if by == "offset" else (variables["at"] - 1) * size
        data = {"all": [{"id": each, "name": f"Service {each}"} for each in numbers[start : start + size]]}
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": orjson.dumps({"data": data})})

    asked: list[int] = []
    saved = {
        "query": "query ($at: Int!) { all(at: $at) { id name } }",
        "items": "all",
        "fields": {"id": "id", "name": "name"},
        "paging": {"by": by, "variable": "at"},
    }
    await directory.enter("numbers", serve(app), PartnerKind.GRAPHQL, graphql=saved)

    report = await directory.pull("numbers")

    assert (report.outcome, report.counts.new) == (SyncOutcome.COMPLETE, 5), report
    assert asked == ([0, 2, 4, 5] if by == "offset" else [1, 2, 3, 4])


async def test_only_what_changed_is_asked_for(server: GraphServer, serve: Serve) -> None:
    settings = read_settings({**LOOPBACK, "graphql": SAVED})
    address = serve(server)

    async def swept(**source: Any) -> tuple[list[str], Any]:
        async with asker(settings.allowed_networks, QUICK) as ask:
            *read, last = [part async for part in CONNECTOR.read(Source(address, settings, **source), ask)]
            return [part.remote_id for part in read], last

    _, first = await swept()
    assert (first.complete, first.cursor) == (True, {"since": "2026-11-20T04:59:00+00:00"})

    some, then = await swept(cursor={"SERVICE": first.cursor}, whole=False)
    assert (some, then.complete) == (["s5"], False)
    whole, _ = await swept(cursor={"SERVICE": first.cursor}, whole=True)
    assert len(whole) == 5


async def test_a_look_says_what_it_is(server: GraphServer, serve: Serve) -> None:
    address = serve(server)
    looks = []
    for said in ({}, {"graphql": SAVED}):
        settings = read_settings({**LOOPBACK, **said})
        async with asker(settings.allowed_networks, QUICK) as ask:
            looks.append(await CONNECTOR.look(Source(address, settings), ask))

    assert [look.what for look in looks] == ["GraphQL", "GraphQL"]
    assert "No query is saved" in looks[0].notes[0]
    assert looks[1].details == {"query type": "Query", "on the first page": "2"}


async def test_a_safe_house_is_its_own_organisation_s_alone(
    directory: Directory, server: GraphServer, serve: Serve
) -> None:
    house = offers(1)[0]
    assert house is not None
    house.kind, house.giver = "maison sûre", Giver(key="f1", title="Fondation Jacaranda")
    server.offers = [house]
    await directory.enter("collines", serve(server), PartnerKind.GRAPHQL, graphql=SAVED, visibility="PUBLIC")

    await directory.pull("collines")

    seen = await directory.rows(
        "SELECT visibility FROM service UNION ALL SELECT visibility FROM location UNION ALL "
        "SELECT visibility FROM service_at_location UNION ALL SELECT visibility FROM phone"
    )
    assert {row["visibility"] for row in seen} == {"ORGANIZATION"}
    assert await directory.rows("SELECT slug FROM organization") == [{"slug": "collines"}]


def _without(key: str) -> dict[str, Any]:
    return {name: value for name, value in SAVED.items() if name != key}


@pytest.mark.parametrize(
    ("saved", "told"),
    [
        ("{ a }", "“graphql” must be an object"),
        (_without("query"), "lacks query"),
        (SAVED | {"quary": 1}, "knows no quary"),
        (SAVED | {"query": "query {"}, "is no GraphQL: Syntax Error"),
        (SAVED | {"query": "mutation { offers { id } }"}, "nothing is changed at a partner"),
        (SAVED | {"query": "subscription { offers { id } }"}, "nothing is changed at a partner"),
        (SAVED | {"query": "{ a } query B { b }"}, "must hold one operation"),
        (_without("paging") | {"since": None, "query": "{ ...Nobody }"}, "a fragment that it does not have: Nobody"),
        (_without("paging") | {"since": None, "query": "{ ...A } fragment A on Q { ...A }"}, "selects no “offers”"),
        (SAVED | {"items": "offers.nodes"}, "selects no “nodes” of offers.nodes. There it selects edges, pageInfo."),
        (SAVED | {"fields": FIELDS | {"nom": "title"}}, "“fields” knows no nom"),
        (SAVED | {"fields": {"id": "key"}}, "“fields” lacks name"),
        (SAVED | {"fields": FIELDS | {"email": "mail"}}, "“fields.email”: the query selects no “mail”"),
        (SAVED | {"fields": FIELDS | {"name": {"fr": "titre"}}}, "“fields.name.fr”: the query selects no “titre”"),
        (SAVED | {"fields": FIELDS | {"phones": {"number": "number"}}}, "“fields.phones” lacks each"),
        (SAVED | {"fields": FIELDS | {"phones": {"each": "phones", "number": "no"}}}, "“fields.phones.number”"),
        (SAVED | {"fields": FIELDS | {"email": 3}}, "“fields.email” must be a path"),
        (SAVED | {"paging": PAGING | {"variable": "begin"}}, "declares no variable $begin"),
        (SAVED | {"paging": PAGING | {"by": "luck"}}, "may be cursor, offset, page"),
        (SAVED | {"paging": PAGING | {"by": "page"}}, "needed where paging is by cursor, else none"),
        (SAVED | {"paging": PAGING | {"per_page": 0}}, "a number from 1 to"),
        (SAVED | {"variables": {"limit": 5}}, "may hold what the query declares: after, first, since"),
        (SAVED | {"since": "changed"}, "declares no variable $changed"),
    ],
)
def test_a_saved_query_is_checked_before_anything_is_asked(saved: Any, told: str) -> None:
    with pytest.raises(WrongSetting, match=f"(?s){told.replace('$', '[$]')}"):
        read_settings({"graphql": saved})


def test_fragments_that_double_are_read_in_no_time() -> None:
    fragments = " ".join(
        f"fragment F{each} on Q {{ a: x {{ ...F{each + 1} }} b: x {{ ...F{each + 1} }} }}" for each in range(60)
    )
    query = f"{{ items {{ id name ...F0 }} }} {fragments} fragment F60 on Q {{ id }}"
    saved = {
        "query": query,
        "items": "items",
        "fields": {"id": "id", "name": "name", "email": ".".join("ab" * 30) + ".id"},
    }

    settings = read_settings({"graphql": saved})

    assert settings.graphql is not None
    assert settings.graphql.items == "items"
