"""A partner's HSDS 3 API."""
