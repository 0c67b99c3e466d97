"""The directive by which a field asks that a person has proved who they are a short while ago (RFC 9470)."""

import strawberry
from strawberry.schema_directive import Location

from auth.assurance import STEP_UP


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="requiresRecentSignIn",
    description=(
        "A person must have proved who they are within so many seconds, or is answered STEP_UP_REQUIRED. "
        "A machine that acts for itself is not asked."
    ),
)
class RequiresRecentSignIn:
    within: int


RECENTLY = RequiresRecentSignIn(within=int(STEP_UP.total_seconds()))
