"""How octets are written in addresses, headers and tokens: base64url without padding (RFC 7515, section 2)."""

from base64 import urlsafe_b64encode


def base64url(octets: bytes) -> str:
    """This will write the octets with A-Z, a-z, 0-9, - and _ alone: 43 characters for 32 of them."""
    return urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")
