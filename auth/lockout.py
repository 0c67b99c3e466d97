"""How often someone may be wrong: failed proofs are counted per client name and address, known name or not."""

import ipaddress
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

BURST = 10
"Failures in a row before one must wait."

REFILL = timedelta(seconds=6)
"After which one more attempt is given back."

REMEMBERED = 10_000
"Pairs of name and address; the one that failed longest ago is forgotten first."


class LockedOut(Exception):
    """Too many failed attempts; wait before the next one."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(str(self.__doc__))
        self.wait = wait


@dataclass(slots=True)
class _Failures:
    count: float
    at: datetime


def network(address: str) -> str:
    """This will be by what an address is counted: those of one IPv6 network (/64) are one, for one device has many."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv6Address):
        return str(known.ipv4_mapped or ipaddress.ip_network((known, 64), strict=False))
    return str(known)


class Lockout:
    """A bucket per name and address. The name alone would let a stranger lock out a partner by being wrong in its name.

    It is kept in this process alone: secrets are too long to guess, so it spares work and noise, not the secret.
    """

    def __init__(self, burst: int = BURST, refill: timedelta = REFILL) -> None:
        self._burst, self._refill = burst, refill
        self._failures: OrderedDict[tuple[str, str], _Failures] = OrderedDict()

    def check(self, name: str, address: str, *, now: datetime) -> None:
        """This will raise LockedOut while the bucket is full, whether or not such a client exists."""
        count = self._count((name, network(address)), now=now)
        if count > self._burst - 1:
            raise LockedOut((count - (self._burst - 1)) * self._refill)

    def failed(self, name: str, address: str, *, now: datetime) -> None:
        """This will count one more failure."""
        key = name, network(address)
        self._failures[key] = _Failures(self._count(key, now=now) + 1, now)
        self._failures.move_to_end(key)
        if len(self._failures) > REMEMBERED:
            self._failures.popitem(last=False)

    def succeeded(self, name: str, address: str) -> None:
        """This will forget the failures of a client that has proved itself."""
        self._failures.pop((name, network(address)), None)

    def _count(self, key: tuple[str, str], *, now: datetime) -> float:
        if (failures := self._failures.get(key)) is None:
            return 0.0
        return max(0.0, failures.count - max(timedelta(), now - failures.at) / self._refill)
