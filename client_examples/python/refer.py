"""A partner NGO refers a girl of 14 without a birth certificate: find a service, register her, record consent, send.

    python client_examples/python/refer.py CASE-0042

The idempotency keys come from the partner's own case number. Run it twice, kill it half-way, pull the cable: there is
one file, one consent and one referral.
"""

import argparse
from datetime import UTC, datetime
from typing import Any

from konbit import Konbit, NotDone, credentials, run

BELLADERE = {"latitude": 18.8517, "longitude": -71.7728, "withinKm": 80}
GIVEN = {"giver": "PARENT", "giverName": "Rosemène Egzanp", "assent": "GIVEN", "method": "SIGNED", "language": "ht"}
"""Who consents. She is asked too: from 6 years on a child's own assent is recorded."""


def find(konbit: Konbit) -> dict[str, Any]:
    """The nearest service of another organisation that makes out birth certificates and takes a girl of 14."""
    wanted = {
        "text": "acte de naissance",
        "categories": ["CIVIL_DOCUMENTATION"],
        "near": BELLADERE,
        "age": 14,
        "sex": "FEMALE",
        "hasCapacity": True,
    }
    found = konbit.ask("find_services", filter=wanted, first=10)
    ours = found["viewer"]["organization"]["slug"]
    for edge in found["services"]["edges"]:
        print(f"{edge['distanceKm']:6.1f} km  {edge['node']['name']} ({edge['node']['organization']['slug']})")
    services: list[dict[str, Any]] = [edge["node"] for edge in found["services"]["edges"]]
    for service in services:
        if service["organization"]["slug"] != ours:
            return service
    raise NotDone([{"code": "NOT_FOUND", "message": "Nobody within reach has room for her."}])


def refer(konbit: Konbit, case: str) -> None:
    """This will walk the four steps; each may be walked again without doing anything twice."""

    service = find(konbit)
    receiver = service["organization"]
    person = konbit.act(
        "register_person",
        key=f"{case}/register",
        consent={**GIVEN, "statistics": True},
        sex="FEMALE",
        birthDate=f"{datetime.now(UTC).year - 14}-01-15",
        givenName="Mirlande",
        familyName="Egzanp",
        nationality="HT",
        vulnerabilities=["WITHOUT_CIVIL_DOCUMENTS"],
        crossingPoint="BELLADERE",
        returnType="SELF_ORGANISED",
    )
    print(f"Registered {person['reference']} ({person['ageGroup']})")
    consent = konbit.act(
        "record_consent",
        key=f"{case}/consent/{receiver['slug']}",
        personId=person["id"],
        purpose="SERVICE",
        recipientOrganizationId=receiver["id"],
        information=["IDENTITY", "NEED"],
        **GIVEN,
    )
    print(f"Consent for {consent['recipient']['slug']}: {', '.join(consent['information'])}")
    referral = konbit.act(
        "send_referral",
        key=f"{case}/send/{service['id']}",
        personId=person["id"],
        serviceId=service["id"],
        kind="REFERRAL",
        priority="URGENT",
        need="CIVIL_DOCUMENTATION",
        summary="Needs a birth certificate to go back to school.",
    )
    print(f"Referral {referral['reference']} to {referral['receiver']['name']}: {referral['status']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("case", help="your own case number")
    parser.add_argument("--as", dest="persona", default="brc", help="persona of the demo network (brc)")
    options = parser.parse_args()
    refer(Konbit(credentials(options.persona)), options.case)


if __name__ == "__main__":
    run(main)
