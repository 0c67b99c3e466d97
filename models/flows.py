"""Counts of people at the border, by crossing point and day. A count is never changed: a newer version corrects it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Confidentiality, one_of, random_id
from models.rules.flows import LONGEST_REASON, MOST_PEOPLE
from models.rules.vocabulary import AgeGroup, FlowSeries, ReturnType, Sex

COUNTED = ("organization_id", "location_id", "day", "series")
"What there is one count of; each correction is a version of it."


class BorderFlow(Base):
    """One version of what an organisation counted at one crossing point on one day, in one series.

    Its total is the sum of its parts: a total that was given beyond them is a part of its own, of nothing but UNKNOWN.
    """

    __tablename__ = "border_flow"
    __table_args__ = (
        UniqueConstraint(*COUNTED, "version", name="uq_border_flow_version"),
        UniqueConstraint("id", "organization_id"),
        ForeignKeyConstraint(
            [*COUNTED, "corrects"],
            [f"border_flow.{column}" for column in (*COUNTED, "version")],
            name="fk_border_flow_corrects",
        ),
        CheckConstraint("version > 0 AND corrects IS NOT DISTINCT FROM nullif(version - 1, 0)", name="history"),
        CheckConstraint("(reason IS NULL) = (corrects IS NULL)", name="reason"),
        CheckConstraint(f"length(reason) BETWEEN 1 AND {LONGEST_REASON}", name="reason_length"),
        CheckConstraint("day <= (recorded_at AT TIME ZONE 'UTC')::date", name="day_past"),
        Index("ix_border_flow_organization_id_day", "organization_id", "day", "id"),
        Index("ix_border_flow_sheet_id", "sheet_id"),
        {"info": {"confidentiality": Confidentiality.STUB}},
    )

    id: Mapped[UUID] = random_id()
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    "Who counted."
    location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id"))
    "The crossing point."
    day: Mapped[date]
    "By the clock of the crossing point."
    series: Mapped[FlowSeries] = one_of(FlowSeries)
    version: Mapped[int] = mapped_column(SmallInteger, server_default=text("1"))
    corrects: Mapped[int | None] = mapped_column(SmallInteger)
    "The version that this one took the place of: the one before, without a gap."
    reason: Mapped[str | None]
    sheet_id: Mapped[UUID]
    "What was entered together."
    recorded_at: Mapped[datetime]


class BorderFlowPart(Base):
    """Those of a count who are alike in what is known of them."""

    __tablename__ = "border_flow_part"
    __table_args__ = (
        ForeignKeyConstraint(["flow_id", "organization_id"], ["border_flow.id", "border_flow.organization_id"]),
        CheckConstraint(f"people BETWEEN 0 AND {MOST_PEOPLE}", name="people"),
        CheckConstraint(
            "stated OR (return_type = 'UNKNOWN' AND sex = 'UNKNOWN' AND age_group = 'UNKNOWN')", name="residual"
        ),
        {"info": {"confidentiality": Confidentiality.STUB}},
    )

    flow_id: Mapped[UUID] = mapped_column(primary_key=True)
    return_type: Mapped[ReturnType] = one_of(ReturnType, primary_key=True)
    sex: Mapped[Sex] = one_of(Sex, primary_key=True)
    age_group: Mapped[AgeGroup] = one_of(AgeGroup, primary_key=True)
    stated: Mapped[bool] = mapped_column(primary_key=True)
    "False for the residual: those in the total of whom no part tells."
    organization_id: Mapped[UUID]
    people: Mapped[int]
