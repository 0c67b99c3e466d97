"""Whom is a FHIR HealthcareService for, what does it cost, and what is to be brought?"""

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from models.rules.vocabulary import Sex
from partners import canonical
from partners.fhir import services as out
from partners.fhir.elements import chosen, codings, days, extension, extensions, inner, untold
from partners.fhir.names import ELIGIBILITY, GENDERS
from partners.fhir.texts import Json, heard, plain_text
from partners.reading.numbers import ages


@dataclass(slots=True)
class Eligibility:
    """Whom a service is for; what stays None or empty was not said."""

    minimum_age: int | None = None
    maximum_age: int | None = None
    sexes: list[Sex] = field(default_factory=list)
    unaccompanied_children: bool | None = None
    notes: canonical.Texts = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    others: list[Json] = field(default_factory=list)
    "Conditions that have no place here."


def eligibility_in(listed: list[Json], language: str) -> Eligibility:
    """This will be what HealthcareService.eligibility says."""
    found = Eligibility()
    for one in listed:
        codes = {(each.get("system"), each.get("code")) for each in codings([one.get("code")])}
        gender = next((chosen(Sex, str(code).upper()) for system, code in codes if system == GENDERS), None)
        between = inner(extension(one, out.AGES), "valueRange")
        comment = heard(one, "comment", language)
        if between:
            limits, wrong = ages(inner(between, "low").get("value"), inner(between, "high").get("value"))
            found.minimum_age, found.maximum_age = limits
            found.problems += [wrong] if wrong else []
        elif gender:
            found.sexes.append(gender)
        elif (ELIGIBILITY, out.ACCEPTED) in codes or (ELIGIBILITY, out.NOT_ACCEPTED) in codes:
            found.unaccompanied_children = (ELIGIBILITY, out.ACCEPTED) in codes
        elif comment and not codes:
            found.notes |= {tag: "\n".join(filter(None, (found.notes.get(tag), text))) for tag, text in comment.items()}
        else:
            found.others.append(one)
    return found


def cost_in(cost: Json, language: str) -> canonical.Cost:
    """This will be a price; its amount is None where it has no currency."""
    money = inner(extension(cost, "amount"), "valueMoney")
    try:
        amount = Decimal(str(money["value"])).quantize(Decimal("0.01")) if "value" in money else None
    except InvalidOperation:
        amount = None
    currency = plain_text(money.get("currency")) if amount is not None else None
    first, last = days(inner(extension(cost, "valid"), "valuePeriod"))
    return canonical.Cost(untold(cost, "option", language), amount if currency else None, currency, first, last)


def papers_in(resource: Json, language: str) -> tuple[canonical.Paper, ...]:
    """This will be the papers that are to be brought."""
    return tuple(
        canonical.Paper(documents, plain_text(extension(each, "uri").get("valueUri")))
        for each in extensions(resource, out.PAPER)
        if (documents := untold(each, "document", language))
    )
