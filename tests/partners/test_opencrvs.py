"""A civil registry's offices come in by client credentials; of its registrations nothing is ever asked."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from models.partners import CredentialKind, PartnerKind, SyncOutcome
from partners.connector import Source
from partners.credentials import proof
from partners.opencrvs.connector import CONNECTOR
from partners.outgoing import asker
from partners.proving import NotLetIn
from partners.records import Remote, Swept, Unreadable
from partners.settings import WrongSetting, read_settings
from tests.partners.conftest import LOOPBACK, QUICK, Directory
from tests.partners.servers import Json, answer

Serve = Callable[[Any], str]
SECRET = "a-secret-of-the-client"


def named(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, name))


def office(name: str, area: str | None, status: str = "active", **more: Any) -> Json:
    """As OpenCRVS 2 answers it: identity, what is in effect today, and the versions behind it."""
    version = {"versionId": named(f"{name} 1"), "effectiveFrom": "0001-01-01", "name": name, "status": status}
    return {
        "id": named(name),
        "name": name,
        "externalId": f"CRVS_OFFICE_{name[:3]}",
        "administrativeAreaId": named(area) if area else None,
        "locationType": "CRVS_OFFICE",
        "status": status,
        "versions": [version],
        **more,
    }


def area(name: str, code: str | None, parent: str | None) -> Json:
    parent_id = named(parent) if parent else None
    return {
        "id": named(name),
        "name": name,
        "externalId": code,
        "parentId": parent_id,
        "status": "active",
        "versions": [],
    }


@dataclass
class Country:
    """An OpenCRVS: its auth server and its gateway, at one address here."""

    offices: list[Json]
    areas: list[Json] = field(default_factory=list)
    prefix: str = "/events"
    open_to_all: bool = False
    asked: list[str] = field(default_factory=list)
    issued: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        self.asked.append(f"{request.method} {request.url.path}")
        await self.say(request)(scope, receive, send)

    def say(self, request: Request) -> Response:
        query = request.query_params
        if request.url.path == "/token":
            known = (query.get("client_id"), query.get("client_secret"), query.get("grant_type"))
            if request.method != "POST" or known != ("konbit", SECRET, "client_credentials"):
                return answer({"error": "invalid_client"}, 401)
            self.issued += 1
            return answer({"access_token": f"token-{self.issued}"})
        if not self.open_to_all and request.headers.get("authorization") != f"Bearer token-{self.issued}":
            return answer({"message": "UNAUTHORIZED", "code": "UNAUTHORIZED"}, 401)
        match request.url.path.removeprefix(self.prefix):
            case "/locations":
                return answer(self.offices)
            case "/administrative-areas":
                return answer(self.areas)
            case _:
                return answer({"message": "Not found", "code": "NOT_FOUND"}, 404)


HOSPITAL = office("Hôpital de la Paix", "Ouanaminthe") | {"locationType": "HEALTH_FACILITY"}
AREAS = [
    area("Nord-Est", "HT04", None),
    area("Ouanaminthe", "HT0421", "Nord-Est"),
    area("Quartier sans code", None, "Ouanaminthe"),
]


@pytest.fixture
def country() -> Country:
    return Country(
        [
            office("Bureau de Ouanaminthe", "Ouanaminthe"),
            office("Bureau annexe", "Quartier sans code"),
            office("Ancien bureau", "Ouanaminthe", "inactive"),
            HOSPITAL,
        ],
        AREAS,
    )


async def read(address: str, *, secret: str = SECRET, shown: str = "query", **settings: Any) -> list[Any]:
    said = {
        "token_url": f"{address}/token",
        "client_id": "konbit",
        "client_secret": secret,
        "authentication": shown,
    }
    read = read_settings({**LOOPBACK, **settings})
    shows = proof(CredentialKind.CLIENT_CREDENTIALS, said, address)
    async with asker(read.allowed_networks, QUICK, shows) as ask:
        return [part async for part in CONNECTOR.read(Source(address, read), ask)]


async def test_offices_alone_are_read_by_client_credentials(country: Country, serve: Serve) -> None:
    found = await read(serve(country), opencrvs={"areas": "events/administrative-areas"})

    assert [part.raw["office"]["name"] for part in found if isinstance(part, Remote)] == [
        "Bureau de Ouanaminthe",
        "Bureau annexe",
        "Ancien bureau",
    ]
    assert found[-1] == Swept(found[-1].kind, complete=True)
    assert country.asked == ["POST /token", "GET /events/locations", "GET /events/administrative-areas"]
    assert country.issued == 1, "a token is kept as long as it counts"


async def test_a_wrong_secret_is_told_without_the_secret(country: Country, serve: Serve) -> None:
    with pytest.raises(NotLetIn, match=r"answered 401 \(invalid_client\)") as failure:
        await read(serve(country), secret="another-secret")
    assert "another-secret" not in str(failure.value)


@pytest.mark.parametrize(
    "path",
    [
        "events/search",
        "events/events",
        "events",
        "events/locations/../events",
        "events/locations/events",
        "events/locations?x=/locations",
        "https://elsewhere.example/locations",
        "/events/locations",
        "",
        3,
    ],
)
@pytest.mark.parametrize("name", ["locations", "areas"])
def test_no_other_path_may_be_asked_for(name: str, path: Any) -> None:
    with pytest.raises(WrongSetting, match="nothing else of a civil registry is read"):
        read_settings({"opencrvs": {name: path}})


async def test_the_prefix_differs_by_version(country: Country, serve: Serve) -> None:
    country.prefix = "/api/events"
    address = serve(country)
    with pytest.raises(Unreadable, match="Its prefix differs by version: set “locations” of “opencrvs”"):
        await read(address)

    assert len(await read(address, opencrvs={"locations": "api/events/locations"})) == 4


async def test_an_office_becomes_a_service_at_its_place(directory: Directory, country: Country, serve: Serve) -> None:
    country.open_to_all = True
    offices = {"areas": "events/administrative-areas"}
    await directory.enter("registre", serve(country), PartnerKind.OPENCRVS, opencrvs=offices)

    report = await directory.pull("registre")

    assert report.outcome is SyncOutcome.COMPLETE, report
    assert report.counts.told()["new"] == 3
    rows = await directory.rows(
        "SELECT s.names ->> 'fr' AS fr, s.names ->> 'ht' AS ht, s.category, o.slug, l.pcode, l.kind, l.locality, "
        "s.removed_at IS NULL AND s.status = 'ACTIVE' AS given "
        "FROM service s JOIN organization o ON o.id = s.organization_id "
        "JOIN service_at_location p ON p.service_id = s.id JOIN location l ON l.id = p.location_id ORDER BY 1 DESC"
    )
    common = {"category": "CIVIL_DOCUMENTATION", "slug": "registre", "pcode": "HT0421", "kind": "OFFICE"}
    assert rows == [
        {
            "fr": "État civil – Bureau de Ouanaminthe",
            "ht": "Eta sivil – Bureau de Ouanaminthe",
            "locality": "Ouanaminthe",
            "given": True,
            **common,
        },
        {
            "fr": "État civil – Bureau annexe",
            "ht": "Eta sivil – Bureau annexe",
            "locality": "Quartier sans code",
            "given": True,
            **common,
        },
        {
            "fr": "État civil – Ancien bureau",
            "ht": "Eta sivil – Ancien bureau",
            "locality": "Ouanaminthe",
            "given": False,
            **common,
        },
    ]
    assert (await directory.pull("registre")).counts.unchanged == 3
    kept = await directory.rows("SELECT raw::text FROM source_record")
    assert not any("Hôpital" in row["raw"] for row in kept)


async def test_areas_may_be_among_the_locations(directory: Directory, country: Country, serve: Serve) -> None:
    """As OpenCRVS 1.9 answers: one list, areas in it, and what holds what by parentId."""
    older = [
        {**each, "locationType": "ADMIN_STRUCTURE", "externalId": f"ADMIN_STRUCTURE_{each['externalId']}"}
        for each in AREAS
    ]
    there = office("Bureau de Ouanaminthe", None, parentId=named("Ouanaminthe"), validUntil=None)
    country.offices, country.open_to_all = [*older, there], True
    await directory.enter("registre", serve(country), PartnerKind.OPENCRVS)

    await directory.pull("registre")

    assert (await directory.one("SELECT pcode FROM location"))["pcode"] == "HT0421"


async def test_p_codes_that_it_does_not_keep_are_set(directory: Directory, country: Country, serve: Serve) -> None:
    country.open_to_all, country.offices = True, [office("Bureau de Ouanaminthe", "Ouanaminthe")]
    await directory.enter("registre", serve(country), PartnerKind.OPENCRVS)
    report = await directory.pull("registre")
    assert "No P-code is known of “Bureau de Ouanaminthe”" in report.findings[0].problem

    await directory.correct("registre", opencrvs={"pcodes": {named("Bureau de Ouanaminthe"): "HT0421"}})
    await directory.pull("registre")

    assert (await directory.one("SELECT pcode FROM location"))["pcode"] == "HT0421"


@pytest.mark.parametrize("said", [{"locations": []}, [1], "no"])
async def test_what_is_no_list_of_locations_is_not_read(country: Country, serve: Serve, said: Any) -> None:
    country.offices = said
    with pytest.raises(Unreadable, match="does not answer with a list of locations"):
        await read(serve(country))


async def test_areas_that_hold_each_other_lead_in_no_circle(country: Country, serve: Serve) -> None:
    country.areas = [area("A", None, "B"), area("B", None, "A")]
    country.offices = [office("Bureau", "A")]

    first, _ = await read(serve(country), opencrvs={"areas": "events/administrative-areas"})

    assert [each["name"] for each in first.raw["areas"]] == ["A", "B"]


async def test_a_look_says_what_is_there(country: Country, serve: Serve) -> None:
    country.open_to_all = True
    address, settings = serve(country), read_settings(LOOPBACK)
    async with asker(settings.allowed_networks, QUICK) as ask:
        look = await CONNECTOR.look(Source(address, settings), ask)

    assert look.what == "OpenCRVS 2"
    assert look.details == {"offices": "3", "areas": "0", "other locations": "1"}
