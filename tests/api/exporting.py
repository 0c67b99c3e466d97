"""What tests of exports stand on: a directory that partners filled, and a desk that hands it out as files."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import orjson

from actions.imports import import_services
from api.database import DatabaseURLs
from api.exports import export_routes
from api.graph.bucket import Buckets
from api.limits import LIMITS
from api.uploads import Door
from auth.database import open_auth_engine
from auth.keys import KeyRing, ensure_key
from auth.scopes import Scope
from jobs.versions import drain
from models.rules.roles import Role
from partners.push.taking import take_in
from partners.report import Report
from partners.sync import connected
from tests.actions.network import Network, standing
from tests.api.edge import Answer, Edge, Tokens, small_edge
from tests.auth.deployment import SEALER

EDITOR = frozenset({Role.DIRECTORY_EDITOR})
ISSUER = "https://konbit.example"
AREAS = {"HT": ("Haïti", 0, None), "HT04": ("Nord-Est", 1, "HT"), "HT06": ("Centre", 1, "HT")} | {
    "HT0421": ("Ouanaminthe", 2, "HT04"),
    "HT0632": ("Belladère", 2, "HT06"),
}
SECRETS = ("Flanboyan", "Ri Kache", "50977770001", "Kowòdonatè", "koulwa", "kachet@example.org", "zzkay")
"What is planted in what nobody else may see."


@dataclass
class Desk:
    """The network, its directory, and a desk that hands out files of it."""

    network: Network
    edge: Edge
    ring: KeyRing
    worker: str

    def token(self, who: str = "brc", *scopes: Scope, roles: frozenset[Role] = frozenset({Role.CASE_WORKER})) -> str:
        token = self.edge.tokens.issue(*(scopes or (Scope.DIRECTORY_READ,)))
        actor = self.network.actor(who, roles=roles)
        self.edge.tokens.known[token] = replace(actor, scopes=self.edge.tokens.known[token].scopes)
        return token

    async def get(self, name: str, query: str = "", token: str | None = None) -> Answer:
        return await self.edge.ask(
            method="GET",
            path=f"/directory{name}",
            query_string=query.encode(),
            authorization=f"Bearer {token or self.token()}",
            content_type="",
        )

    async def tell(self, *services: dict[str, Any], who: str = "registry", **options: Any) -> Report:
        """Services are sent, taken in, and told as versions."""
        actor = self.network.actor(who, roles=EDITOR)
        outcome = await self.network.do(actor, import_services, services=list(services), **options)
        assert outcome.key is not None, outcome
        report = await take_in(self.worker, outcome.key, now=datetime.now(UTC))
        assert report is not None
        await self.written()
        return report

    async def written(self) -> None:
        async with connected(self.worker) as connection:
            await drain(connection, now=datetime.now(UTC))

    async def documents(self) -> list[dict[str, Any]]:
        rows = await self.network.rows(
            "SELECT document FROM directory_version WHERE current AND kind = 'SERVICE' AND document IS NOT NULL"
        )
        return [orjson.loads(row["document"]) for row in rows]


@asynccontextmanager
async def open_desk(urls: DatabaseURLs) -> AsyncIterator[Desk]:
    async with standing(urls) as network:
        await network.owner.execute("TRUNCATE service, location, referral CASCADE")
        for pcode, (name, level, parent) in AREAS.items():
            await network.owner.execute(
                "INSERT INTO area (pcode, names, level, parent_pcode) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                *(pcode, orjson.dumps({"fr": name}).decode(), level, parent),
            )
        engine = open_auth_engine(urls.auth)
        async with engine.begin() as connection:
            await ensure_key(connection, sealer=SEALER, now=datetime(2026, 1, 1, tzinfo=UTC))
        tokens, ring = Tokens(), KeyRing(engine, SEALER)
        door = Door(tokens, Buckets(LIMITS))
        made = export_routes(network.database, door, ring=ring, issuer=ISSUER, clock=lambda: datetime.now(UTC))
        desk = Desk(network, Edge(small_edge(routes=made).app, tokens, ""), ring, urls.worker)
        await desk.written()
        yield desk
        await engine.dispose()


def texts(**by_language: str) -> list[dict[str, str]]:
    return [{"language": language, "text": text} for language, text in by_language.items()]


def service(remote_id: str, name: str = "Soins", **more: Any) -> dict[str, Any]:
    """A service with all that a sheet can hold."""
    said = {
        "remoteId": remote_id,
        "names": texts(fr=name, ht=f"{name} (kreyòl)"),
        "category": "HEALTH",
        "descriptions": texts(fr="Tous les soins ; sans rendez-vous", es="Toda la atención"),
        "languages": ["fr", "ht"],
        "minimumAge": 5,
        "maximumAge": 59,
        "sexes": ["FEMALE"],
        "acceptsUnaccompaniedChildren": True,
        "eligibilityNotes": texts(fr="Sur orientation"),
        "status": "TEMPORARILY_CLOSED",
        "alerts": texts(fr="Fermé lundi"),
        "fees": texts(fr="Gratuit", ht="Gratis"),
        "application": texts(fr="Sans rendez-vous"),
        "costs": [{"amount": "500.00", "currency": "HTG", "options": texts(fr="adultes")}],
        "requiredDocuments": [{"names": texts(fr="Acte", ht="Batistè")}, {"names": texts(fr="Carte")}],
        "serviceAreas": [{"pcode": "HT06"}, {"names": texts(fr="Les mornes")}],
        "website": "https://example.org/soins",
        "email": "soins@example.org",
        "phones": [{"number": "+50950000100", "extension": "12"}],
        "contacts": [{"name": "Jean Exemple", "title": "infirmier"}, {"title": "accueil", "email": "a@example.org"}],
        "validFrom": "2026-01-01",
        "modifiedAt": "2026-11-01T08:00:00Z",
        "places": [place("L-1", "Clinique"), place("L-2", "Antenne", pcode="HT0421", latitude=None, longitude=None)],
    }
    return {**said, **more}


def place(remote_id: str, name: str, **more: Any) -> dict[str, Any]:
    location = {
        "remoteId": remote_id,
        "names": texts(fr=name),
        "kind": "OFFICE",
        "latitude": 18.8562,
        "longitude": -71.7801,
        "pcode": "HT0632",
        "addressLines": ["12 rue de l'Exemple", "2e étage"],
        "locality": "Belladère",
        "postalCode": "5310",
        "transportation": texts(fr="En tap-tap"),
        "accessibility": [{"descriptions": texts(fr="Rampe")}],
    }
    return {
        "location": location | more,
        "descriptions": texts(fr="Au fond de la cour"),
        "phones": [{"number": "+50950000101", "kind": "WHATSAPP"}],
        "hoursText": "lun-ven 08:00-16:00; [FREQ=MONTHLY;BYDAY=1SA] 08:00-12:00; (2026-07-01..2026-08-31) dim 9h-11h",
        "exceptions": [{"day": "2026-12-25"}, {"day": "2026-12-24", "opens": "08:00", "closes": "12:00"}],
        "capacity": {"state": "AVAILABLE", "available": 3, "maximum": 10, "unit": "lits"},
    }


async def plant(desk: Desk) -> None:
    """A safe house that was sent, a service that only its owner sees, and a redacted one with an alias."""
    hidden = {
        "names": texts(fr="Kay Flanboyan"),
        "descriptions": texts(fr="koulwa"),
        "phones": [{"number": "+50977770001"}],
        "contacts": [{"title": "Kowòdonatè", "email": "kachet@example.org"}],
        "website": "https://zzkay.example",
    }
    at = place("L-9", "Kay Flanboyan", addressLines=["Ri Kache 7"])
    await desk.tell({**service("S-9"), **hidden, "category": "SAFE_HOUSE", "places": [at]}, who="police")
    await desk.tell({**service("S-8"), **hidden, "category": "SHELTER", "places": [at]}, who="police")
    await desk.tell({**service("S-7"), **hidden, "category": "SHELTER", "places": [at]}, who="police")
    await desk.network.owner.execute(
        "UPDATE service SET visibility = 'ORGANIZATION' WHERE id IN"
        " (SELECT local_id FROM source_link WHERE remote_id = 'S-8' AND kind = 'SERVICE')"
    )
    await desk.network.owner.execute(
        "UPDATE service SET visibility = 'REDACTED' WHERE id IN"
        " (SELECT local_id FROM source_link WHERE remote_id = 'S-7' AND kind = 'SERVICE')"
    )
    await desk.network.owner.execute(
        "UPDATE location SET visibility = 'ORGANIZATION' WHERE names ->> 'fr' = 'Kay Flanboyan'"
    )
    await desk.written()
