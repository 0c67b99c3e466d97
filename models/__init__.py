"""The tables, the session and the rules."""

from models import (
    accounts,
    attendance,
    certificates,
    directory,
    flows,
    grants,
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
    "accounts",
    "attendance",
    "certificates",
    "directory",
    "flows",
    "grants",
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
