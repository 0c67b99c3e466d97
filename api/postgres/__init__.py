"""The embedded PostgreSQL, which lives and ends with the program."""

from api.postgres.supervisor import Server, embedded, reached, throwaway

__all__ = ["Server", "embedded", "reached", "throwaway"]
