"""At which addresses does the program reach its database, and as whom?"""

from dataclasses import dataclass
from typing import Self

from api.postgres import Server


@dataclass(frozen=True)
class DatabaseURLs:
    """One address per role: `postgresql://...`, as asyncpg takes it. Roles carry the database's name."""

    app: str
    """serves requests; owns nothing and bypasses no row policy"""
    auth: str
    """keeps clients, keys and tokens, before it is known who asks"""
    worker: str
    """does what runs without a request, under policies of its own"""
    migration: str
    """may create roles and tables; nothing else uses it"""

    @classmethod
    def embedded(cls, server: Server, database: str, *, roles: str | None = None) -> Self:
        """This will name the database on our own server; `roles` is the database they were made for, if another."""
        prefix = roles or database
        return cls(
            app=server.url(f"{prefix}_app", database),
            auth=server.url(f"{prefix}_auth", database),
            worker=server.url(f"{prefix}_worker", database),
            migration=server.url(database=database),
        )
