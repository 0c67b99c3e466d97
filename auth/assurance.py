"""How surely a person is who they say: levels of `acr`, what they rest on (`amr`, RFC 8176), how long they hold."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

STEP_UP = timedelta(minutes=5)
"How lately a person must have proved who they are for an export, an unsealing, or a grant to others (RFC 9470)."


class Acr(StrEnum):
    """From weakest to strongest; the values are those of `acr` and `acr_values`."""

    PROVIDER = "urn:konbit:acr:provider"
    "An organisation's own provider vouched for the person, and said nothing of how."
    TWO_FACTORS = "urn:konbit:acr:mfa"
    "A password and a code, or a provider that says as much."
    PHISHING_RESISTANT = "phr"
    "A passkey with user verification (OpenID Connect EAP ACR Values 1.0)."

    def reaches(self, wanted: "Acr") -> bool:
        """Whether this level is at least the wanted one."""
        levels = list(Acr)
        return levels.index(self) >= levels.index(wanted)


@dataclass(frozen=True, slots=True)
class Proof:
    """What a person has just proved themselves by."""

    acr: Acr
    amr: tuple[str, ...]


PASSKEY = Proof(Acr.PHISHING_RESISTANT, ("pop", "user", "mfa"))
PASSWORD_AND_CODE = Proof(Acr.TWO_FACTORS, ("pwd", "otp", "mfa"))
PASSWORD_AND_RECOVERY_CODE = Proof(Acr.TWO_FACTORS, ("pwd", "rec", "mfa"))


def is_fresh(auth_time: datetime, *, now: datetime, within: timedelta = STEP_UP) -> bool:
    """Whether a proof of that time still holds for what asks for a recent one."""
    return now - auth_time <= within
