"""The directory as files: sheets, GeoJSON, and snapshots to be searched offline."""

from api.exports.routes import export_routes

__all__ = ["export_routes"]
