"""The tables, the session and the rules."""

from models import (
    attendance,
    certificates,
    directory,
    flows,
    indicators,
    ledger,
    oauth,
    organisations,
    partners,
    people,
    referrals,
    search,
    training,
)
from models.base import Base

__all__ = [
    "Base",
    "attendance",
    "certificates",
    "directory",
    "flows",
    "indicators",
    "ledger",
    "oauth",
    "organisations",
    "partners",
    "people",
    "referrals",
    "search",
    "training",
]
