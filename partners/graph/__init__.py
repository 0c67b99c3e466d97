"""A partner's GraphQL: a saved query, and what its answer means."""
