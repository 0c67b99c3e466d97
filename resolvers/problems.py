"""What cannot be done, in the graph: data of a mutation's payload, never an error."""

from collections.abc import Sequence
from typing import Any

import orjson
import strawberry
from sqlalchemy import FromClause, Integer, Text, Uuid, column, func, true
from sqlalchemy.dialects.postgresql import ARRAY

from models.rules.problems import Refusal
from models.rules.vocabulary import InformationClass, ProblemCode
from planner.fields import Expression, Many, One, Row, planned
from planner.given import Given
from resolvers.organisations import Organization
from resolvers.referrals import Referral


def _said(name: str, description: str) -> Any:
    return planned(Expression(lambda r, _g: r[name]), description)


@strawberry.interface(description="Why something could not be done. Nothing was changed.")
class Problem:
    code: ProblemCode = _said("code", "What kind of problem: this is what a program looks at.")
    message: str = _said("message", "A sentence for a person, without anything personal in it.")
    field: list[str] | None = _said("path", "The path to the input field at fault; null where none is.")


@strawberry.type(description="A problem that its code says all about.")
class PlainProblem(Problem):
    pass


@strawberry.type(description="Consent is missing, or was not given as the person's age asks for.")
class ConsentProblem(Problem):
    recipient: Organization | None = planned(
        One(on=lambda p, r: r.id == p.recipient), "Whom the consent must name; null where it is about the giver."
    )
    missing: list[InformationClass] = _said("missing", "What it must reach.")


@strawberry.type(description="Another referral stands in the way, or this one has changed.")
class ReferralProblem(Problem):
    referral: Referral | None = planned(
        One(on=lambda p, r: r.id == p.referral), "The referral as it is now, as far as the viewer may see it."
    )


PROBLEMS = [PlainProblem, ConsentProblem, ReferralProblem]
ROW = (
    column("position", Integer()),
    column("typename", Text()),
    column("code", Text()),
    column("message", Text()),
    column("path", ARRAY(Text())),
    column("recipient", Uuid()),
    column("missing", ARRAY(Text())),
    column("referral", Uuid()),
)


def written(refusals: Sequence[Refusal]) -> str:
    """This will be the refusals as the JSON that a payload's row carries, in their order."""
    rows = [
        {
            "position": position,
            "typename": _kind(refusal).__name__,
            "code": refusal.code,
            "message": refusal.message,
            "path": refusal.field,
            "recipient": refusal.recipient,
            "missing": refusal.missing,
            "referral": refusal.referral,
        }
        for position, refusal in enumerate(refusals)
    ]
    return orjson.dumps(rows, default=str).decode()


def _kind(refusal: Refusal) -> type[Problem]:
    if refusal.referral is not None or refusal.code is ProblemCode.DUPLICATE_REFERRAL:
        return ReferralProblem
    return ConsentProblem if refusal.code is ProblemCode.CONSENT_REQUIRED else PlainProblem


def _rows(payload: Row, _given: Given) -> FromClause:
    return func.jsonb_to_recordset(payload.problems).table_valued(*ROW).render_derived(with_types=True)


def problems() -> Any:
    """The field `problems` of a payload."""
    return planned(
        Many(on=lambda _p, _r: true(), order=lambda r: [r.position], table=_rows),
        "Why it was not done; empty where it was.",
    )
