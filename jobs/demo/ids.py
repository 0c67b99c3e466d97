"""Which id has a row of the demo? The same at every loading: drawn from a seeded source, never from the clock."""

import random
from datetime import datetime
from uuid import UUID

SEED = "konbit demo"


def source(*what: object) -> random.Random:
    """This will be a source of chance that always tells the same about one thing, whatever was drawn before."""
    return random.Random(" ".join((SEED, *map(str, what))))


def random_id(chance: random.Random) -> UUID:
    """This will be a UUIDv4."""
    return UUID(int=chance.getrandbits(128) & _FREE | _VERSION_4)


def time_ordered_id(chance: random.Random, at: datetime) -> UUID:
    """This will be a UUIDv7 of that moment (RFC 9562, section 5.7)."""
    return UUID(int=int(at.timestamp() * 1000) << 80 | chance.getrandbits(80) & _FREE | _VERSION_7)


_FREE = ~(0xF << 76 | 0x3 << 62)
_VERSION_4 = 0x4 << 76 | 0x2 << 62
_VERSION_7 = 0x7 << 76 | 0x2 << 62
