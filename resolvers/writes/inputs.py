"""What the inputs of mutations have in common."""

from typing import Any

import strawberry

KEY = (
    "1 to 200 signs of the client's own making. Whoever asks again with the same key and input is answered as if asked"
    " once; a refusal spends no key. Kept 90 days."
)
VERSION = "The version that was read: refused as STALE_VERSION where the referral has changed since."
NOTE = "What to write beside it, up to 4,000 signs: free text, shown only where consent reaches the narrative."


def optional(description: str) -> Any:
    """A field of an input that may be left out; null says as much."""
    return strawberry.field(default=strawberry.UNSET, description=description)
