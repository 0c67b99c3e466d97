"""How does a HealthcareService say what a document of a service says? Pure.

It is given at each of HealthcareService.location. What holds at one of them alone (its hours, its numbers) names it.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from models.rules.vocabulary import ServiceStatus
from partners.documents import CostDocument, PlaceDocument, ServiceAreaDocument, ServiceDocument, TermDocument
from partners.fhir.capacity import Room, capacities_out
from partners.fhir.elements import code, concept, extended, filled, moment, period, told
from partners.fhir.names import BCP_47, CATEGORIES, ELIGIBILITY, GENDERS, PCODES, SCHEMES, UCUM, own
from partners.fhir.telecoms import contact_out, phone_out, web_out
from partners.fhir.texts import Json, clean, said
from partners.fhir.times import exception_out, hours_out

STATUS, MODIFIED, VERIFIED, GIVEN = own("status"), own("modified"), own("verified"), own("given")
ALERT, FEES, APPLICATION, COST, PAPER = own("alert"), own("fees"), own("application"), own("cost"), own("paper")
AT_LOCATION, AGES = own("at-location"), own("ages")
AGE, ACCEPTED, NOT_ACCEPTED = "AGE", "UNACCOMPANIED_CHILDREN", "NO_UNACCOMPANIED_CHILDREN"
GIVEN_NOW = (ServiceStatus.ACTIVE, ServiceStatus.TEMPORARILY_CLOSED)


def service_resource(document: ServiceDocument, rooms: Sequence[Room]) -> Json:
    """This will be a HealthcareService, without its id and meta. rooms: its capacities as they stand now."""
    language, places = document["language"], document["places"]
    references = {each["id"]: f"Location/{each['location']['id']}" for each in places}
    return {
        **extended(
            *_facts(document),
            *(contact_out(each) for each in document["contacts"]),
            *(contact_out(each, references[place["id"]]) for place in places for each in place["contacts"]),
            *capacities_out(rooms, references),
        ),
        "active": document["status"] in GIVEN_NOW,
        "providedBy": filled(
            reference=f"Organization/{document['organization']['id']}",
            display=said("x", document["organization"]["names"], document["organization"]["language"]).get("x"),
        ),
        "category": [concept(CATEGORIES, document["category"])],
        **filled(
            type=[_term(each, language, source=document["source"]) for each in document["terms"]],
            location=[_at(place, language) for place in places],
        ),
        **said("name", document["names"], language),
        **said("comment", document["descriptions"], language),
        **filled(
            telecom=[
                *map(phone_out, document["phones"]),
                *(phone_out(each, references[place["id"]]) for place in places for each in place["phones"]),
                *web_out(website=document["website"], email=document["email"]),
            ],
            coverageArea=[_area(each, language) for each in document["serviceAreas"]],
            eligibility=_eligibility(document),
            communication=[concept(BCP_47, tag) for tag in document["languages"]],
            availableTime=_times(places, "schedules", hours_out, language),
            notAvailable=_times(places, "exceptions", exception_out, language),
        ),
    }


def _facts(document: ServiceDocument) -> list[Json | None]:
    language = document["language"]
    during = period(document["validFrom"], document["validTo"])
    plain = document["status"] in (ServiceStatus.ACTIVE, ServiceStatus.INACTIVE)
    times = ((MODIFIED, moment(document["modifiedAt"])), (VERIFIED, moment(document["verifiedAt"])))
    return [
        None if plain else {"url": STATUS, "valueCode": document["status"]},
        *({"url": url, "valueInstant": at} if at else None for url, at in times),
        {"url": GIVEN, "valuePeriod": during} if during else None,
        told(ALERT, document["alerts"], language),
        told(FEES, document["fees"], language),
        told(APPLICATION, document["application"], language),
        *(_cost(each, language) for each in document["costs"]),
        *(_paper(each["documents"], each["uri"], language) for each in document["requiredDocuments"]),
    ]


def _at(place: PlaceDocument, language: str) -> Json:
    location = place["location"]
    verified = moment(place["verifiedAt"])
    rest = place["unmapped"].get("fhir") or {}
    description = told("description", place["descriptions"], language)
    parts: list[Json] = [{"url": "id", "valueId": place["id"]}, *([description] if description else [])]
    parts += [{"url": "verified", "valueInstant": verified}] if verified else []
    return {
        "extension": [{"url": AT_LOCATION, "extension": parts}, *rest.get("extension", [])],
        "reference": f"Location/{location['id']}",
        **filled(display=said("x", location["names"], location["language"]).get("x")),
    }


def _times(places: list[PlaceDocument], part: str, out: Any, language: str) -> list[Json]:
    """What holds at all places once; where they differ, each place's own."""
    lists = [[out(each, language) for each in place[part]] for place in places]  # type: ignore[literal-required]
    if all(each == lists[0] for each in lists):
        return lists[0] if lists else []
    return [
        out(each, language, f"Location/{place['location']['id']}")
        for place in places
        for each in place[part]  # type: ignore[literal-required]
    ]


def _term(term: TermDocument, language: str, *, source: str) -> Json:
    """A scheme of a partner's has the partner's name before it here, and its own name at its source."""
    scheme = term["scheme"].removeprefix(f"{source}:")
    address = ":" in scheme and not any(map(str.isspace, scheme))
    return concept(
        scheme if address else SCHEMES + quote(scheme, safe=""),
        code(term["code"]) or "-",
        **said("display", term["labels"], language),
    )


def _eligibility(document: ServiceDocument) -> list[Json]:
    minimum, maximum = document["minimumAge"], document["maximumAge"]
    listed: list[Json] = []
    if minimum is not None or maximum is not None:
        ends = filled(low=_years(minimum), high=_years(maximum))
        words = f"{'' if minimum is None else minimum}–{'' if maximum is None else maximum}"
        listed.append(
            {
                **extended({"url": AGES, "valueRange": ends}),
                "code": {**concept(ELIGIBILITY, AGE), "text": words},
            }
        )
    listed += [{"code": concept(GENDERS, sex.lower())} for sex in document["sexes"]]
    children = document["acceptsUnaccompaniedChildren"]
    if children is not None:
        listed.append({"code": concept(ELIGIBILITY, ACCEPTED if children else NOT_ACCEPTED)})
    notes = said("comment", document["eligibilityNotes"], document["language"])
    return [*listed, *([notes] if notes else [])]


def _years(age: int | None) -> Json | None:
    return None if age is None else {"value": age, "unit": "a", "system": UCUM, "code": "a"}


def _area(area: ServiceAreaDocument, language: str) -> Json:
    pcode = area["pcode"]
    identifier = {"system": PCODES, "value": pcode} if pcode else None
    return {**filled(type="Location", identifier=identifier), **said("display", area["names"], language)}


def _cost(cost: CostDocument, language: str) -> Json:
    option = told("option", cost["options"], language)
    during = period(cost["validFrom"], cost["validTo"])
    parts: list[Json] = [option] if option else []
    if cost["amount"] is not None:
        parts.append({"url": "amount", "valueMoney": {"value": float(cost["amount"]), "currency": cost["currency"]}})
    parts += [{"url": "valid", "valuePeriod": during}] if during else []
    return {"url": COST, "extension": parts}


def _paper(documents: dict[str, str], uri: str | None, language: str) -> Json:
    named, address = told("document", documents, language), "".join((clean(uri) or "").split())
    parts: list[Json] = [named] if named else []
    parts += [{"url": "uri", "valueUri": address}] if address else []
    return {"url": PAPER, "extension": parts}
