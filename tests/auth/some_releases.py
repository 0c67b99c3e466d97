"""A release in each state, of the ministry's: what was counted, what may be seen of it, and who is asked to sign."""

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from auth.policies.indicators import PUBLISHERS
from models.rules.roles import Role

if TYPE_CHECKING:
    from tests.auth.may_see import Rows
    from tests.auth.one_of_each import World

FIGURES = ("indicator", "indicator_release", "release_member", "release_cell", "release_signoff", "restatement")
"What app may read; of what was counted it may read nothing."
BY_RELEASE = ("release_member", "release_cell", "release_signoff", "restatement")
"Known by their release's id."
PUBLISHER, SIGNATORY = "ministry", "brc"
DEFINED = (
    "code, version, names, definitions, unit, numerator, dimensions, tier",
    "'SENT', 1, '{\"fr\": \"Nom\"}', '{\"fr\": \"Définition\"}', 'people', 'One', '{SEX}', 'T2'",
)
PERIODS = {"draft": (2026, 3), "waiting": (2026, 2), "superseded": (2026, 1), "approved": (2026, 1)}
"By name: of which month."


async def write_releases(world: "World", now: Any) -> None:
    columns, values = DEFINED
    await world.connection.execute(f"INSERT INTO indicator_version ({columns}, since) VALUES ({values}, now())")
    await world.connection.execute(f"INSERT INTO indicator ({columns}, position) VALUES ({values}, 0)")
    world.labels["SENT"] = "SENT"
    made: dict[str, UUID] = {}
    for name, (year, month) in PERIODS.items():
        restated = made["superseded"] if name == "approved" else None
        made[name] = await world.add(
            "indicator_release",
            name,
            id=uuid4(),
            code="SENT",
            definition=1,
            version=2 if restated else 1,
            origin="COMPUTED",
            publisher_id=world.organizations[PUBLISHER],
            period_start=now.date().replace(year=year, month=month, day=1),
            period_end=now.date().replace(year=year, month=month, day=28),
            every="MONTH",
            as_of=now,
            breakdowns=["", "SEX"],
            restates=restated,
            reason="Late records" if restated else None,
        )
        await _parts(world, name, made[name], now)
        if name != "draft":
            await _move(world, made[name], "state = 'AUDITED'")
        if name in ("superseded", "approved"):
            await _move(world, made[name], "state = 'APPROVED', approved_at = now()")


async def _parts(world: "World", name: str, release: UUID, now: Any) -> None:
    of = {"release_id": release}
    await world.add(
        "release_member", name, **of, dimension="SEX", value="FEMALE", labels='{"fr": "Féminin"}', position=0
    )
    await world.add("release_cell", name, **of, breakdown="SEX", members=["FEMALE"], value=20)
    contributed = {"organization_id": world.organizations[SIGNATORY], "value": 21}
    await world.add("release_count", name, **of, key=["FEMALE"], **contributed)
    await world.add("release_rounding", name, **of, key=["FEMALE"], value=4)
    signed = None if name in ("draft", "waiting") else now
    await world.add("release_signoff", name, **of, organization_id=contributed["organization_id"], signed_at=signed)
    world.labels[str(release)] = name


async def _move(world: "World", release: UUID, to: str) -> None:
    await world.connection.execute(f"UPDATE indicator_release SET {to} WHERE id = $1", release)


def may_see_figures(organization: str | None, roles: frozenset[Role], seen: "Rows") -> None:
    """What is approved, everyone; before that the publisher, who is asked to sign, and of the rest that it waits."""
    seen["indicator"] = {"SENT"}
    seen["restatement"] = {"approved"}
    publishes, signs = (organization == each and bool(roles & PUBLISHERS) for each in (PUBLISHER, SIGNATORY))
    shown = {"approved", "superseded"}
    seen["indicator_release"] = seen["release_member"] = shown | {"waiting"} | ({"draft"} if publishes else set())
    seen["release_cell"] = shown | ({"waiting"} if publishes or signs else set())
    # What is a draft to the signatory does not exist; the row that asks for its signature is its own all the same.
    seen["release_signoff"] = set(PERIODS) if publishes or signs else set()
