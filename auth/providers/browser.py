"""What only the browser that left for a provider can give again: what redeems the code, and what is to be done then."""

import hashlib
import hmac
import json
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from auth.base64url import base64url


def derived(browser: str, state: str, purpose: str) -> str:
    """This will be 256 bits, in base64url, that only the browser's cookie and the state together give."""
    digest = hmac.new(browser.encode(), f"{purpose}:{state}".encode(), hashlib.sha256).digest()
    return base64url(digest)


def hidden(said: dict[str, str], browser: str) -> str:
    """This will encrypt what is to be done when the browser is back, as text."""
    nonce = os.urandom(12)
    return (nonce + AESGCM(_key(browser)).encrypt(nonce, json.dumps(said).encode(), None)).hex()


def shown(hidden: str, browser: str) -> dict[str, str]:
    """This will give it back to the browser that it was hidden by; call it once that is known to be the same."""
    sealed = bytes.fromhex(hidden)
    said: dict[str, str] = json.loads(AESGCM(_key(browser)).decrypt(sealed[:12], sealed[12:], None))
    return said


def _key(browser: str) -> bytes:
    return hmac.new(browser.encode(), b"said", hashlib.sha256).digest()
