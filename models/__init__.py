"""The tables, the session and the rules."""

from models import directory, flows, indicators, ledger, oauth, organisations, partners, people, referrals, search
from models.base import Base

__all__ = [
    "Base",
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
]
