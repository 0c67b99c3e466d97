"""The small network, for whoever reached the database itself as the role that serves requests."""

from tests.actions.conftest import network

__all__ = ["network"]
