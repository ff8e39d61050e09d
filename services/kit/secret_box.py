"""Encrypts what is stored and must not be read from the store: AES-GCM under keys with ids."""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import AfterValidator, SecretStr

from services.kit.errors import Kind, Refusal
from services.kit.watched_files import WatchedFiles

_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,20}")


class SecretsKeyMissing(Refusal):
    """There is no key to keep a secret under."""

    kind = Kind.FAILED_PRECONDITION
    reason = "SECRETS_KEY_MISSING"


@dataclass(frozen=True, slots=True, repr=False)
class Sealed:
    """A secret, encrypted under the key of that id."""

    key_id: str
    content: bytes


class SecretUnreadable(Exception):
    """A stored secret was made under another key, for another place, or was changed."""


class SecretBox:
    """Keys by id; the first one is what new secrets are sealed under.

    `keys` is asked each time: those of a file may be others than a minute ago.
    """

    def __init__(self, keys: Callable[[], dict[str, bytes]]) -> None:
        self._keys = keys

    @classmethod
    def from_text(cls, text: str) -> SecretBox:
        """Reads lines `id:base64 of 32 bytes`, the current key first; raises ValueError."""
        keys = _keys_in(text)
        return cls(lambda: keys)

    @classmethod
    def from_file(cls, path: Path) -> SecretBox:
        """Reads such lines, and reads them again when the file changes.

        A file that has none, or that cannot be understood, leaves the keys as they are.
        """

        def read() -> dict[str, bytes]:
            keys = _keys_in(path.read_text(encoding="utf-8"))
            if not keys:
                raise ValueError("has no key")
            return keys

        return cls(WatchedFiles([path], read).get)

    @classmethod
    def of(cls, keys: SecretKeys | None, file: Path | None) -> SecretBox:
        """Gives the box of a setting, which may have come from a file; empty if it is not set."""
        if file is not None:
            return cls.from_file(file)
        return cls.from_text(keys.get_secret_value() if keys else "")

    @property
    def current_key_id(self) -> str:
        """The id of the key that is sealed under now; refuses with SECRETS_KEY_MISSING."""
        return _first(self._keys())[0]

    @property
    def older_key_ids(self) -> list[str]:
        """The ids of the other keys, by which secrets can be read and are sealed no more."""
        return list(self._keys())[1:]

    def seal(self, secret: str, place: str) -> Sealed:
        """Encrypts a secret that can be read again for the same `place` alone."""
        key_id, key = _first(self._keys())
        nonce = os.urandom(_NONCE_BYTES)
        cipher = AESGCM(key)
        return Sealed(key_id, nonce + cipher.encrypt(nonce, secret.encode(), place.encode()))

    def seal_anew(self, sealed: Sealed, place: str) -> Sealed:
        """Encrypts under the current key what was under another; raises SecretUnreadable."""
        return self.seal(self.open(sealed, place), place)

    def open(self, sealed: Sealed, place: str) -> str:
        """Decrypts; raises SecretUnreadable."""
        key = self._keys().get(sealed.key_id)
        if key is None:
            raise SecretUnreadable(f"There is no key {sealed.key_id}.")
        nonce, content = sealed.content[:_NONCE_BYTES], sealed.content[_NONCE_BYTES:]
        try:
            return AESGCM(key).decrypt(nonce, content, place.encode()).decode()
        except InvalidTag:
            raise SecretUnreadable("The secret is not what was stored there.") from None


def _keys_in(text: str) -> dict[str, bytes]:
    keys: dict[str, bytes] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        key_id, _, encoded = line.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            raise ValueError("must be lines of id:base64") from None
        if not _ID.fullmatch(key_id) or len(key) != _KEY_BYTES or key_id in keys:
            raise ValueError(f"must be lines of id:base64 of {_KEY_BYTES} bytes, ids once")
        keys[key_id] = key
    return keys


def _first(keys: dict[str, bytes]) -> tuple[str, bytes]:
    if not keys:
        raise SecretsKeyMissing("There is no key to keep secrets under.")
    return next(iter(keys.items()))


def _checked(keys: SecretStr) -> SecretStr:
    _keys_in(keys.get_secret_value())
    return keys


# A setting with keys, the current one first: lines of id:base64 of 32 bytes.
SecretKeys = Annotated[SecretStr, AfterValidator(_checked)]
