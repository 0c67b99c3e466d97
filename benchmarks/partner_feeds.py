"""Partners' HSDS 3 APIs by the hundred, made up as they are asked: what benchmarks/federation.py reads.

    python -m benchmarks.partner_feeds PORT SERVICES

Partner n answers below /n/. Each service is whole: an organisation of ten, a place with an address and coordinates of
its own, hours, a telephone, a fee, a paper to bring, and a term.
"""

import sys
from urllib.parse import parse_qs

import orjson
import uvicorn
from starlette.types import Receive, Scope, Send

Json = dict[str, object]
TITLES = ("Acte de naissance", "Centre de santé", "Hébergement", "Aide juridique", "Repas", "École", "Transport")
ORGANIZATIONS = 10
CHANGED = "2026-11-01T08:00:00Z"


def service(partner: int, number: int) -> Json:
    """This will be a service, always the same for the same numbers."""
    own = f"{partner}-{number}"
    name = f"{TITLES[number % len(TITLES)]} {partner}.{number}"
    return {
        "id": f"s{own}",
        "organization_id": f"o{partner}-{number % ORGANIZATIONS}",
        "name": name,
        "description": f"Accueil des familles de retour, du lundi au vendredi, bureau {number}.",
        "status": "active",
        "fees_description": "Gratuit",
        "minimum_age": 18 if number % 4 == 0 else None,
        "last_modified": CHANGED,
        "phones": [{"id": f"p{own}", "number": f"+509 5000 {number % 10_000:04}", "type": "voice"}],
        "languages": [{"id": f"l{own}", "code": "ht"}, {"id": f"m{own}", "code": "fr"}],
        "required_documents": [{"id": f"d{own}", "document": "Une pièce d'identité, si vous en avez une"}],
        "cost_options": [{"id": f"c{own}", "option": "Pour tous", "amount": 0, "currency": "HTG"}],
        "organization": organization(partner, number % ORGANIZATIONS),
        "service_at_locations": [
            {
                "id": f"a{own}",
                "schedules": [
                    {
                        "id": f"h{own}",
                        "freq": "WEEKLY",
                        "byday": "MO,TU,WE,TH,FR",
                        "opens_at": "08:00",
                        "closes_at": "16:00",
                    }
                ],
                "location": {
                    "id": f"w{own}",
                    "location_type": "physical",
                    "name": f"Bureau {own}",
                    "latitude": 18.0 + (partner * 37 % 200) / 100 + (number % 50) / 1000,
                    "longitude": -73.0 + (partner * 53 % 120) / 100 + (number // 50) / 1000,
                    "addresses": [
                        {
                            "id": f"r{own}",
                            "address_1": f"{number}, rue de la Frontière",
                            "city": "Ouanaminthe",
                            "region": "Nord-Est",
                            "state_province": "Nord-Est",
                            "postal_code": "HT2110",
                            "country": "HT",
                            "address_type": "physical",
                        }
                    ],
                },
            }
        ],
        "attributes": [
            {
                "id": f"b{own}",
                "link_id": f"s{own}",
                "link_entity": "service",
                "taxonomy_term": {"id": f"t{number % 20}", "code": f"T{number % 20}", "name": f"Genre {number % 20}"},
            }
        ],
    }


def organization(partner: int, number: int) -> Json:
    return {
        "id": f"o{partner}-{number}",
        "name": f"Association {partner}.{number}",
        "description": "Une association de la frontière.",
    }


class Feeds:
    """All partners' servers in one."""

    def __init__(self, services: int) -> None:
        self.services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        partner, _, path = scope["path"].strip("/").partition("/")
        body = orjson.dumps(self.say(int(partner), path, parse_qs(scope["query_string"].decode())))
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def say(self, partner: int, path: str, asked: dict[str, list[str]]) -> Json:
        """This will be the answer to one question."""
        made = {"services": (service, self.services), "organizations": (organization, ORGANIZATIONS)}
        if not path:
            return {"version": "3.1", "profile": "https://example.org/profile", "openapi_url": "https://example.org"}
        make, total = made.get(path, (service, 0))
        number, size = (int(asked.get(name, ["1"])[0]) for name in ("page", "per_page"))
        start = (number - 1) * size
        contents = [make(partner, each) for each in range(start, min(start + size, total))]
        pages = max(1, -(-total // size))
        return {
            "total_items": total,
            "total_pages": pages,
            "page_number": number,
            "size": len(contents),
            "first_page": number == 1,
            "last_page": number >= pages,
            "empty": not contents,
            "contents": contents,
        }


if __name__ == "__main__":
    uvicorn.run(Feeds(int(sys.argv[2])), host="127.0.0.1", port=int(sys.argv[1]), log_level="critical")
