"""Texts that mean nothing but to whoever made them: codes, handles, cookies, links. Only their hashes are kept."""

import hashlib
import secrets


def make() -> tuple[str, bytes]:
    """This will make 256 random bits in base64url (43 characters), and their hash for the database."""
    text = secrets.token_urlsafe(32)
    return text, hash_of(text)


def hash_of(text: str) -> bytes:
    """SHA-256: what is random needs no slow hash."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
