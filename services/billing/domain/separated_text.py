"""Separated text as vendors send it: any usual separator, and headings of their own."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from services.kit.errors import InvalidRequest
from services.kit.money import InvalidDecimal, parse_decimal

_SEPARATORS: Final = ",;\t|"
_MONEY_SIGNS: Final = "$€£ \u00a0"
_NOT_OF_NAMES: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that can't be read: its line from 1 on, what is wrong and what to do about it."""

    line: int
    problem: str


class Unreadable(Exception):
    """One row can't be read; its text says why. Never leaves the reader of the sheet."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row by meaning; what the sheet has no column for is empty."""

    line: int
    values: Mapping[str, str]
    is_comma_decimal: bool

    def text(self, meaning: str) -> str:
        """Gives what stands below a heading, without blanks around it."""
        return self.values.get(meaning, "").strip()

    def decimal(self, meaning: str, label: str) -> Decimal | None:
        """Gives a number that is not negative, None if there is none; raises Unreadable."""
        text = self.text(meaning).strip(_MONEY_SIGNS)
        if not text:
            return None
        if self.is_comma_decimal and "." not in text:
            text = text.replace(",", ".")
        try:
            number = parse_decimal(text)
        except InvalidDecimal as refusal:
            raise Unreadable(f"{label} is no number: {text!r}. Write it as 0.0125.") from refusal
        if number < 0:
            raise Unreadable(f"{label} is below zero. Correct it, or leave the row out.")
        return number

    def whole(self, meaning: str, label: str) -> int | None:
        """Gives a whole number, None if there is none; raises Unreadable."""
        number = self.decimal(meaning, label)
        if number is not None and number != int(number):
            raise Unreadable(f"{label} must be whole: {number}.")
        return None if number is None else int(number)


def read_rows(content: bytes, headings: Mapping[str, Sequence[str]], field: str) -> Iterator[Row]:
    """Gives the rows of a text; `headings` is meaning -> the headings that it goes by.

    Refuses with INVALID_REQUEST at `field` what is no such text. Blank rows are left out.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidRequest.at(field, "Must be text in UTF-8.") from error
    lines = text.splitlines()
    first = next((index for index, line in enumerate(lines) if line.strip()), None)
    if first is None:
        raise InvalidRequest.at(field, "Has no line of headings.")
    separator = max(_SEPARATORS, key=lines[first].count)
    reader = csv.reader(lines[first:], delimiter=separator)
    meanings = _meanings(next(reader), headings)
    for values in reader:
        if any(value.strip() for value in values):
            named = {meanings[i]: v for i, v in enumerate(values) if i in meanings}
            yield Row(first + reader.line_num, named, separator != ",")


def _meanings(row: Sequence[str], headings: Mapping[str, Sequence[str]]) -> dict[int, str]:
    """Gives what each column means; of two columns of one meaning the first counts."""
    known = {_plain(name): meaning for meaning, names in headings.items() for name in names}
    found: dict[int, str] = {}
    for index, heading in enumerate(row):
        meaning = known.get(_plain(heading))
        if meaning is not None and meaning not in found.values():
            found[index] = meaning
    return found


def _plain(heading: str) -> str:
    return _NOT_OF_NAMES.sub("", heading.lower())
