"""Finds words that must not leave in bytes that do, however they are written there."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import quote, quote_plus

from ahocorasick_rs import BytesAhoCorasick
from pydantic import AfterValidator

LENGTH_MIN: Final = 3
# So many bytes beside a match tell whether a word begins or ends there: a character is at most
# four, and `\u00e9` is the longest escape of one.
BESIDE: Final = 6

_ESCAPED_BEFORE: Final = re.compile(rb"(?:%([0-9a-f]{2})|\\u([0-9a-f]{4})|\\[bfnrt])\Z")
_ESCAPED_AFTER: Final = re.compile(rb"%([0-9a-f]{2})|\\u([0-9a-f]{4})")


@dataclass(frozen=True, slots=True)
class Match:
    """Where a word stands: bytes `start` to `end` of what was searched."""

    word: str
    start: int
    end: int


class SecretWords:
    """Words to search for, in any case, whole, and as a URL, HTML or JSON would write them.

    Whole means that letters end where something else than letters begins, and digits likewise:
    `acme` is found in `sip2.ACME-1.example` and not in `acmeist`. What is encoded otherwise
    (base64, compressed) is not found. `span` is the most bytes that a match can need, with what
    stands beside it.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(sorted({word.strip() for word in words if len(word.strip()) >= 3}))
        forms = {form: word for word in self.words for form in _forms(word)}
        self._forms, self._words = list(forms), list(forms.values())
        self._search = BytesAhoCorasick(self._forms) if forms else None
        self.span = max(map(len, self._forms), default=0) + 2 * BESIDE

    def matches(self, data: bytes) -> Iterator[Match]:
        """Gives every place where a whole word stands."""
        if self._search is None:
            return
        lower = data.lower()
        for index, start, end in self._search.find_matches_as_indexes(lower, overlapping=True):
            if _is_whole(lower, start, end):
                yield Match(self._words[index], start, end)

    def words_in(self, data: bytes | str) -> frozenset[str]:
        """Gives the words that stand in bytes or in a text."""
        searched = data.encode() if isinstance(data, str) else data
        return frozenset(match.word for match in self.matches(searched))


def parse_words(text: str) -> tuple[str, ...]:
    """Reads one word a line; empty lines and what begins with # are passed over.

    Raises ValueError if a word is too short to mean anything.
    """
    lines = (line.strip() for line in text.splitlines())
    words = tuple(line for line in lines if line and not line.startswith("#"))
    if any(len(word) < LENGTH_MIN for word in words):
        raise ValueError(f"each word must have at least {LENGTH_MIN} characters")
    return words


def _checked(text: str) -> str:
    parse_words(text)
    return text


# A setting with one word a line.
WordList = Annotated[str, AfterValidator(_checked)]


def _forms(word: str) -> set[bytes]:
    """Gives what a word may look like, in lower case; case beyond ASCII is written out."""
    written: set[str] = set()
    for spelled in (word, word.lower(), word.upper(), word.title()):
        written |= {spelled, html.escape(spelled), spelled.replace("&", "&amp;")}
        # The other way to write the same two quotes.
        written.add(html.escape(spelled).replace("&quot;", "&#34;").replace("&#x27;", "&#39;"))
        written |= {quote(spelled), quote(spelled, safe=""), quote_plus(spelled)}
        written |= {json.dumps(spelled, ensure_ascii=each)[1:-1] for each in (True, False)}
    return {form.encode().lower() for form in written}


def _is_whole(data: bytes, start: int, end: int) -> bool:
    before = _character_before(data[max(0, start - BESIDE) : start])
    after = _character_after(data[end : end + BESIDE])
    return not (_joins(before, chr(data[start])) or _joins(chr(data[end - 1]), after))


def _joins(left: str, right: str) -> bool:
    return (left.isalpha() and right.isalpha()) or (left.isdigit() and right.isdigit())


def _character_before(data: bytes) -> str:
    escaped = _ESCAPED_BEFORE.search(data)
    if escaped is not None:
        return _unescaped(escaped)
    for length in range(1, 5):
        try:
            return data[-length:].decode()[-1:]
        except UnicodeDecodeError:
            continue
    return ""


def _character_after(data: bytes) -> str:
    escaped = _ESCAPED_AFTER.match(data)
    if escaped is not None:
        return _unescaped(escaped)
    for length in range(1, 5):
        try:
            return data[:length].decode()
        except UnicodeDecodeError:
            continue
    return ""


def _unescaped(escaped: re.Match[bytes]) -> str:
    code = next((group for group in escaped.groups() if group), None)
    return chr(int(code, 16)) if code else ""
