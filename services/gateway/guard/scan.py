"""Searches a body that comes in pieces, and lets go of no byte before it is decided."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_to_bytes

from services.kit.secret_words import BESIDE, Match, SecretWords

_AROUND: Final = 40
_JSON_ESCAPE: Final = re.compile(rb"\\u([0-9a-fA-F]{4})")


@dataclass(frozen=True, slots=True)
class Hit:
    """A word, and what stands around it."""

    word: str
    excerpt: str


class Scan:
    """One body. What could be the beginning of a word is kept back until the next piece."""

    def __init__(self, words: SecretWords) -> None:
        self._words = words
        # What was let go of last, by which a word that follows is known to begin there; and what
        # was not yet.
        self._gone, self._kept = b"", b""

    def feed(self, piece: bytes, more: bool) -> tuple[bytes, list[Hit]]:
        """Takes a piece; gives what may pass now, and the words found in what is decided."""
        known = self._gone + self._kept + piece
        decided = len(known) - BESIDE if more else len(known)
        hits = [
            hit(known, match)
            for match in self._words.matches(known)
            if match.end <= decided and match.end > len(self._gone)
        ]
        first = len(self._gone)
        cut = max(first, len(known) - self._words.span) if more else len(known)
        self._gone, self._kept = known[max(0, cut - BESIDE) : cut], known[cut:]
        return (known[first:cut] if first or cut < len(known) else known), hits


def spellings(asked: bytes) -> Iterator[bytes]:
    """Gives what a request may mean beside what stands in it: any letter can be escaped."""
    if b"%" in asked:
        yield unquote_to_bytes(asked.replace(b"+", b" "))
    if b"\\u" in asked:
        yield _JSON_ESCAPE.sub(
            lambda found: chr(int(found[1], 16)).encode("utf-8", "replace"), asked
        )


def hits_in(words: SecretWords, data: bytes) -> list[Hit]:
    """Gives the words that stand in a whole."""
    return [hit(data, match) for match in words.matches(data)]


def hit(data: bytes, match: Match) -> Hit:
    """Gives a match with what stands around it."""
    around = data[max(0, match.start - _AROUND) : match.end + _AROUND]
    return Hit(
        match.word,
        "".join(c if c.isprintable() else " " for c in around.decode("utf-8", "replace")),
    )
