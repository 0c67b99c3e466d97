"""Where key-encryption keys come from: a file that only its owner reads, a text, or a plug-in that asks a service."""

import base64
import binascii
import hashlib
import importlib
import os
import re
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from auth.sealing import KEY_BYTES, NONCE_BYTES, KeyEncryptionKey

FILE_NAME = "kek"
LARGEST_FILE = 64 * 1024
"Bytes."

_NAME = re.compile(r"[!-~]{3,200}", re.ASCII)


class WrongKek(Exception):
    """A key-encryption key is 32 random bytes in base64, as `openssl rand -base64 32` writes them."""


class KekFileUnreadable(Exception):
    """The file of the key-encryption key cannot be read."""


class KekFileOpenToOthers(Exception):
    """The file of the key-encryption key must be closed to others: chmod 600, or 640 for a group that reads it."""


class KekPluginUnusable(Exception):
    """KONBIT_KEK_PLUGIN must be module:function, and what it returns must have a name, wrap and unwrap."""


@dataclass(frozen=True, slots=True)
class HeldKey:
    """A key-encryption key that this process holds itself."""

    key: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """128 bits of a hash that nothing else hashes alike."""
        return "kek-" + hashlib.sha256(b"konbit key-encryption key\0" + self.key).hexdigest()[:32]

    def wrap(self, data_key: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self.key).encrypt(nonce, data_key, self.name.encode())

    def unwrap(self, wrapped: bytes) -> bytes:
        return AESGCM(self.key).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], self.name.encode())


def read_key(text: str, *, place: str) -> HeldKey:
    """This will read one key; `place` is where it stands, for the message, which never repeats the key.

    Raises WrongKek.
    """
    plain = text.strip().translate(str.maketrans("-_", "+/")).rstrip("=")
    try:
        key = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise WrongKek(f"{place} is not base64") from None
    if len(key) != KEY_BYTES:
        raise WrongKek(f"{place} has {len(key)} bytes")
    return HeldKey(key)


def read_text(text: str, *, place: str) -> list[HeldKey]:
    """This will read keys separated by commas or lines, the one that seals first. Raises WrongKek."""
    lines = [line.strip() for line in text.replace(",", "\n").splitlines()]
    written = [line for line in lines if line and not line.startswith("#")]
    if not written:
        raise WrongKek(f"{place} holds none")
    return [read_key(line, place=f"{place}, key {number},") for number, line in enumerate(written, 1)]


def read_file(path: Path) -> list[HeldKey]:
    """This will read a file with a key on each line, the one that seals first.

    Raises KekFileUnreadable, KekFileOpenToOthers, WrongKek.
    """
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise KekFileUnreadable(f"{path} is no file")
            if mode & (stat.S_IRWXO | stat.S_IWGRP):
                raise KekFileOpenToOthers(f"{path} has {stat.S_IMODE(mode):o}")
            content = file.read(LARGEST_FILE)
    except OSError as failure:
        raise KekFileUnreadable(f"{path}: {failure.strerror}") from None
    return read_text(content.decode("ascii", "replace"), place=str(path))


def ensure_file(path: Path) -> None:
    """This will make the file with a new key, closed to others, unless it is there. Of several at once, one makes it.

    It appears whole or not at all: written under another name, then linked. Raises KekFileUnreadable.
    """
    if path.exists():
        return
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    text = (
        "# The key that seals Konbit's keys and secrets. Keep a copy apart from the database's backups.\n"
        f"{base64.b64encode(os.urandom(KEY_BYTES)).decode()}\n"
    )
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            created = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(created, "w") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(unfinished, path)
        finally:
            unfinished.unlink(missing_ok=True)
        _remember_names(path.parent)
    except OSError as failure:
        raise KekFileUnreadable(f"{path}: {failure.strerror}") from None


def load_plugin(name: str) -> KeyEncryptionKey:
    """This will call `module:function`, which takes nothing and answers such a key. Raises KekPluginUnusable."""
    module, _, function = name.partition(":")
    try:
        key: object = getattr(importlib.import_module(module), function)()
    except Exception as failure:  # what another's module may fail with is not ours to know
        raise KekPluginUnusable(f"{name}: {type(failure).__name__}: {failure}") from failure
    if not isinstance(key, KeyEncryptionKey) or not _NAME.fullmatch(str(key.name)):
        raise KekPluginUnusable(name)
    return key


def _remember_names(folder: Path) -> None:
    """A name is on the disk once its folder is."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
