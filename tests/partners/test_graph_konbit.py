"""One Konbit reads another, over HTTP, as any of its clients: what is hidden there does not come along."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import uvicorn

from api.app import create_app
from api.database import DatabaseURLs
from auth.scopes import Scope
from models.partners import CredentialKind, PartnerKind, SyncOutcome
from partners import credentials
from partners.sync import Means, sync
from tests.api.edge import ORGANIZATION, Tokens
from tests.auth.deployment import SEALER
from tests.partners.conftest import NOW, QUICK, Directory
from tests.planner.answering import answering

SETTINGS = Path(__file__).parents[2] / "docs" / "examples" / "another-konbit.json"
HIDDEN, STREET = "Mezon Zarafina", "Ruelle Quimborazo"
THERE = """
INSERT INTO organization (id, slug, names, kind) VALUES
  ($1, 'reseau', '{"fr": "Réseau"}', 'NGO'), ($2, 'clinique', '{"fr": "Clinique Bon Repos"}', 'MEDICAL_CENTER')"""
SERVICES = """
WITH there AS (
  INSERT INTO location (organization_id, visibility, kind, names, latitude, longitude, pcode, address_lines, locality)
  VALUES ($1, 'NETWORK', 'FACILITY', '{"fr": "Centre de Belladère"}', 18.85, -71.78, 'HT0632', '{1 rue A}', 'Belladère')
  RETURNING id
), given AS (
  INSERT INTO service (organization_id, visibility, names, category, source, languages, minimum_age, modified_at)
  SELECT $1, 'NETWORK', jsonb_build_object('fr', 'Consultation ' || n, 'ht', 'Konsiltasyon ' || n), 'HEALTH',
    'clinique', '{fr,ht}', 5, '2026-11-20 08:00Z'
  FROM generate_series(1, 120) n RETURNING id
), placed AS (
  INSERT INTO service_at_location (organization_id, visibility, service_id, location_id, source)
  SELECT $1, 'NETWORK', given.id, there.id, 'clinique' FROM given, there RETURNING id
)
INSERT INTO schedule (organization_id, visibility, service_at_location_id, weekdays, opens, closes)
SELECT $1, 'NETWORK', id, '{MO,FR}', '08:00', '16:00' FROM placed"""
HOUSE = """
WITH there AS (
  INSERT INTO location (organization_id, visibility, kind, names, address_lines)
  VALUES ($1, 'ORGANIZATION', 'SAFE_HOUSE', $2, $3) RETURNING id
), given AS (
  INSERT INTO service (organization_id, visibility, names, category, source)
  VALUES ($1, 'ORGANIZATION', $2, 'SAFE_HOUSE', 'clinique') RETURNING id
)
INSERT INTO service_at_location (organization_id, visibility, service_id, location_id, source)
SELECT $1, 'ORGANIZATION', given.id, there.id, 'clinique' FROM given, there"""


@asynccontextmanager
async def another(urls: DatabaseURLs) -> AsyncIterator[tuple[str, str]]:
    """The graph of another network at an address of its own, and a token of one of its clients."""
    tokens = Tokens()
    token = tokens.issue(Scope.DIRECTORY_READ)
    tokens.known[token] = replace(tokens.known[token], scopes=frozenset({Scope.DIRECTORY_READ, Scope.GRAPH_DOCUMENTS}))

    async def ready() -> None:
        return None

    async with answering(urls) as there:
        app = create_app(graph=there.graph, authenticator=tokens, ready=ready)
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none"))
        with socket.create_server(("127.0.0.1", 0)) as listener:
            running = asyncio.create_task(server.serve(sockets=[listener]))
            try:
                yield f"http://127.0.0.1:{listener.getsockname()[1]}/graphql", token
            finally:
                server.should_exit = True
                await running


async def test_one_konbit_reads_another(directory: Directory, module_database: DatabaseURLs) -> None:
    owner = await asyncpg.connect(module_database.migration)
    clinic = await owner.fetchval("SELECT gen_random_uuid()")
    await owner.execute(THERE, ORGANIZATION, clinic)
    await owner.execute(
        "INSERT INTO area (pcode, names, level) VALUES ('HT06', '{\"fr\": \"Centre\"}', 1);"
        "INSERT INTO area (pcode, names, level, parent_pcode) VALUES ('HT0632', '{\"fr\": \"Belladère\"}', 2, 'HT06')"
    )
    await owner.execute(SERVICES, clinic)
    await owner.execute(HOUSE, clinic, json.dumps({"fr": HIDDEN}), [STREET])
    await owner.close()
    async with another(module_database) as (address, token):
        settings: dict[str, Any] = json.loads(SETTINGS.read_text())
        await directory.enter("autre", address, PartnerKind.GRAPHQL, **settings)
        partner = await directory.one("SELECT id FROM partner WHERE name = 'autre'")
        sealed = credentials.seal(
            CredentialKind.BEARER, {"token": token}, partner_id=partner["id"], address=address,
            networks=["127.0.0.0/8"], sealer=SEALER,
        )  # fmt: skip
        await credentials.keep(
            directory.connection, partner_id=partner["id"], kind=CredentialKind.BEARER, sealed=sealed
        )
        means = Means(QUICK, SEALER)

        report = await sync(directory.worker, "autre", now=NOW, means=means)
        again = await sync(directory.worker, "autre", now=NOW, means=means)

    assert (report.outcome, report.counts.new) == (SyncOutcome.COMPLETE, 120), report
    assert (report.findings, report.notes) == ([], [])
    assert again.counts.told() == {"new": 0, "changed": 0, "unchanged": 120, "gone": 0, "quarantined": 0}
    service = await directory.service("Consultation 7")
    assert service["names"] == {"fr": "Consultation 7", "ht": "Konsiltasyon 7"}
    assert (service["category"], service["languages"], service["minimum_age"]) == ("HEALTH", ["fr", "ht"], 5)
    assert service["modified_at"].isoformat() == "2026-11-20T08:00:00+00:00"
    place = await directory.one(
        "SELECT l.names ->> 'fr' AS name, l.pcode, l.latitude, l.address_lines, l.locality, h.weekdays, h.opens::text, "
        "o.slug, o.kind FROM service_at_location s JOIN location l ON l.id = s.location_id "
        "JOIN schedule h ON h.service_at_location_id = s.id JOIN service v ON v.id = s.service_id "
        "JOIN organization o ON o.id = v.organization_id WHERE v.id = $1",
        service["id"],
    )
    assert place == {
        "name": "Centre de Belladère",
        "pcode": "HT0632",
        "latitude": 18.85,
        "address_lines": ["1 rue A"],
        "locality": "Belladère",
        "weekdays": ["MO", "FR"],
        "opens": "08:00:00",
        "slug": "autre-clinique-bon-repos",
        "kind": "MEDICAL_CENTER",
    }
    assert (await directory.one("SELECT count(*) FROM location"))["count"] == 1, "told once, by its own id"
    raw = await directory.rows("SELECT raw::text FROM source_record")
    assert not any(word in row["raw"] for row in raw for word in (HIDDEN, STREET))
