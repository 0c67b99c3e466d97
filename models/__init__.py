"""The tables, the session and the rules."""

from models import directory, ledger, organisations, people, referrals
from models.base import Base

__all__ = ["Base", "directory", "ledger", "organisations", "people", "referrals"]
