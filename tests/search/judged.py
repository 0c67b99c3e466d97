"""A directory of some 290 services, what people ask it, and how well each service answers: the judged set.

What each service gives was written down before its texts; the judgements speak of that, and not of what we rank first.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid5

import asyncpg
import orjson

from api.database import DatabaseURLs
from models.rules.languages import LANGUAGES

HERE = Path(__file__).parent
NAMESPACE = UUID("018f0c5e-0000-7000-8000-000000000008")
DEPTH = 10
"How far down a list a person reads."
DEPARTMENTS = {"HT01": "Ouest", "HT02": "Sud-Est", "HT03": "Nord", "HT04": "Nord-Est", "HT06": "Centre"}


@dataclass(frozen=True, slots=True)
class Judged:
    """One service and what it gives."""

    id: UUID
    place: str
    gives: frozenset[str]


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody types, and how well a service of each kind answers it: 3 just that, 2 will do, 1 may help."""

    language: str
    text: str
    grades: tuple[tuple[str, str | None, int], ...]
    "Need, place (None: anywhere), grade."
    held_out: bool
    "Not looked at while the ranking was tuned."

    def grade(self, service: Judged) -> int:
        """How well a service answers: the best that is said of it, 0 where nothing is."""
        said = (grade for need, place, grade in self.grades if need in service.gives and place in (None, service.place))
        return max(said, default=0)


def gain(grades: Sequence[int]) -> float:
    """The discounted gain of a list down to DEPTH (Järvelin and Kekäläinen 2002; exponential, as Burges 2005)."""
    return sum((2.0**grade - 1) / math.log2(rank + 2) for rank, grade in enumerate(grades[:DEPTH]))


def ndcg(query: Query, found: Sequence[UUID], services: dict[UUID, Judged]) -> float:
    """The gain of what was found as a share of the best list there is, 0 to 1."""
    best = sorted((query.grade(service) for service in services.values()), reverse=True)
    return gain([query.grade(services[id]) for id in found]) / gain(best)


def queries() -> list[Query]:
    """All that is asked; every third is held out."""
    return [
        Query(language, text, tuple(_judgements(said)), number % 3 == 2)
        for number, (language, text, said) in enumerate(_rows("queries"))
    ]


def _judgements(said: str) -> Iterator[tuple[str, str | None, int]]:
    for judgement in said.split():
        need, grade = judgement.split("=")
        need, _, place = need.partition("@")
        yield need, place or None, int(grade)


def _rows(name: str) -> Iterator[list[str]]:
    for line in (HERE / f"{name}.txt").read_text().splitlines():
        if not line.startswith("#"):
            yield [cell.strip() for cell in line.split("|")]


def _texts(said: str) -> str:
    parts = re.split(rf"; (?=(?:{'|'.join(LANGUAGES)}): )", said)
    return orjson.dumps(dict(part.split(": ", 1) for part in parts)).decode()


async def load(urls: DatabaseURLs) -> dict[UUID, Judged]:
    """This will write the directory as a worker does, each service at one place, and say what each gives."""
    connection = await asyncpg.connect(urls.worker)
    try:
        async with connection.transaction():
            await connection.execute("SET LOCAL konbit.search = 'later'")
            services = await _write(connection)
            await connection.execute("SELECT refresh_search()")
        return services
    finally:
        await connection.close()


async def _write(connection: asyncpg.Connection) -> dict[UUID, Judged]:
    areas = (
        "INSERT INTO area (pcode, names, level, parent_pcode) VALUES ($1, jsonb_build_object('fr', $2::text), $3, $4)"
    )
    await connection.execute(areas, "HT", "Haïti", 0, None)
    await connection.executemany(areas, [(pcode, name, 1, "HT") for pcode, name in DEPARTMENTS.items()])
    places = {slug: rest for slug, *rest in _rows("places")}
    await connection.executemany(areas, [(pcode, name, 2, above) for pcode, name, above, *_ in places.values()])
    owners = {}
    for slug, kind, name in _rows("organizations"):
        owners[slug] = uuid5(NAMESPACE, slug)
        await connection.execute(
            "INSERT INTO organization (id, slug, names, kind) VALUES ($1, $2, jsonb_build_object('fr', $3::text), $4)",
            *(owners[slug], slug, name, kind),
        )
    services = {}
    for number, (gives, category, by, at, names, descriptions) in enumerate(_rows("services")):
        for slug in at.split():
            id = uuid5(NAMESPACE, f"{number} {slug}")
            pcode, name, _above, latitude, longitude = places[slug]
            location = uuid5(id, "place")
            written = _texts(names)
            await connection.execute(
                "INSERT INTO location (id, organization_id, kind, latitude, longitude, pcode, locality)"
                " VALUES ($1, $2, 'OFFICE', $3, $4, $5, $6)",
                *(location, owners[by], float(latitude), float(longitude), pcode, name),
            )
            await connection.execute(
                "INSERT INTO service (id, organization_id, names, descriptions, language, category, source)"
                " VALUES ($1, $2, $3, $4, $5, $6, 'judged')",
                *(id, owners[by], written, _texts(descriptions), next(iter(orjson.loads(written))), category),
            )
            await connection.execute(
                "INSERT INTO service_at_location (service_id, location_id, organization_id, source)"
                " VALUES ($1, $2, $3, 'judged')",
                *(id, location, owners[by]),
            )
            services[id] = Judged(id, slug, frozenset(gives.split()))
    return services
