"""Indicators without a request: what they are, what was published elsewhere, how releases are built and approved."""
