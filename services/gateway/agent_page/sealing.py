"""Stand-ins for what a browser must send back and must neither read nor make."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

KEY_BYTES: Final = 32
# Base 32 knows neither 0, 1, 8 nor 9: so its end is seen, also when digits stand around it.
_STAND_IN: Final = re.compile(r"x9([a-z])1([a-z2-7]{26,400})0x")
STAND_IN_IN_SCRIPTS: Final = f"/{_STAND_IN.pattern}/g"
"""How a script in the browser finds them."""


class Kind(StrEnum):
    """What a stand-in stands for; one of a kind is worth nothing where another is wanted."""

    LOGIN = "p"
    PHONE = "q"
    SERVER = "s"
    SESSION = "n"
    ROOM = "r"
    CONTEXT = "c"
    CALLER_NUMBER = "i"
    PREFIX = "d"
    CHANNEL = "h"
    LIST = "l"


class StandInForged(Exception):
    """It was not made for this session, or not by us."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text: as it is if it has no kind, else what was sealed."""

    kind: Kind | None
    text: str


class Seal:
    """Makes stand-ins for one session and opens them.

    The same value has the same one each time, because scripts compare them.
    """

    def __init__(self, key: bytes) -> None:
        self._cipher = AESSIV(key)

    def close(self, kind: Kind, value: str) -> str:
        """Gives the stand-in of a value."""
        sealed = self._cipher.encrypt(value.encode() + b" ", [kind.value.encode()])
        text = base64.b32encode(sealed).decode().rstrip("=").lower()
        return f"x9{kind.value}1{text}0x"

    def parts(self, text: str) -> Iterator[Part]:
        """Takes a text apart; raises StandInForged."""
        end = 0
        for found in _STAND_IN.finditer(text):
            if found.start() > end:
                yield Part(None, text[end : found.start()])
            yield self._open(found[1], found[2])
            end = found.end()
        if end < len(text):
            yield Part(None, text[end:])

    def _open(self, letter: str, text: str) -> Part:
        try:
            kind = Kind(letter)
            sealed = base64.b32decode(text.upper() + "=" * (-len(text) % 8))
            value = self._cipher.decrypt(sealed, [kind.value.encode()])
        except (ValueError, InvalidTag):
            raise StandInForged from None
        return Part(kind, value.decode()[:-1])
