"""The directory as an HSDS 3.1 API, below /hsds/."""

from api.hsds.routes import hsds_routes

__all__ = ["hsds_routes"]
