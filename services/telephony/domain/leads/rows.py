"""What becomes of a row of a file: a lead, or a reason why not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.telephony.domain.leads.fields import FIELDS, PHONE, Column, Field
from services.telephony.domain.leads.phone import Phone, parse_phone


class Reason(StrEnum):
    """Why a row is not taken."""

    PHONE_NUMBER_MISSING = "PHONE_NUMBER_MISSING"
    PHONE_NUMBER_INVALID = "PHONE_NUMBER_INVALID"
    DUPLICATE = "DUPLICATE"
    DO_NOT_CALL = "DO_NOT_CALL"
    VALUE_TOO_LONG = "VALUE_TOO_LONG"
    VALUE_INVALID = "VALUE_INVALID"


_ADVICE: Final = {
    Reason.PHONE_NUMBER_MISSING: ("There is no phone number.", "Add one."),
    Reason.PHONE_NUMBER_INVALID: (
        "This is no phone number that exists.",
        "Write it with plus and country code, or as it is dialed in the list's region.",
    ),
    Reason.DUPLICATE: ("The number is there already.", "Nothing is to be done."),
    Reason.DO_NOT_CALL: ("The number is on your do-not-call list.", "Nothing is to be done."),
    Reason.VALUE_TOO_LONG: ("The value is too long.", "Shorten it, or leave out the column."),
    Reason.VALUE_INVALID: (
        "The value does not look like one of this field.",
        "Correct it, empty it, or leave out the column.",
    ),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Why the row in a line of the file (from 1, the headers') was not taken."""

    line: int
    column: str
    reason: Reason

    @property
    def texts(self) -> tuple[str, str]:
        """What is wrong, and what to do about it."""
        return _ADVICE[self.reason]


@dataclass(frozen=True, slots=True)
class Lead:
    """A row that is a lead: its line, its number, and values by the dialer's columns."""

    line: int
    phone: Phone
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it stands in the file."""

    line: int
    cells: Sequence[str]


class RowChecker:
    """Checks rows of a file by its columns, for a list's region."""

    def __init__(self, columns: Sequence[Column], region: str) -> None:
        self._region = region
        self._phone = next(i for i, each in enumerate(columns) if each.field == PHONE)
        self._phone_header = columns[self._phone].header
        self._others: list[tuple[int, str, Field]] = [
            (place, column.header, FIELDS[column.field])
            for place, column in enumerate(columns)
            if column.field not in ("", PHONE)
        ]
        self.columns = tuple(sorted({field.column for _, _, field in self._others}))

    def check(self, row: Row) -> Lead | Fault:
        """Gives the lead, or the first thing that is wrong with the row."""
        cells = row.cells
        text = cells[self._phone].strip() if self._phone < len(cells) else ""
        if not text:
            return Fault(row.line, self._phone_header, Reason.PHONE_NUMBER_MISSING)
        phone = parse_phone(text, self._region)
        if phone is None:
            return Fault(row.line, self._phone_header, Reason.PHONE_NUMBER_INVALID)
        values: dict[str, str] = {}
        for place, header, field in self._others:
            value = cells[place].strip() if place < len(cells) else ""
            if not value:
                continue
            if field.is_upper:
                value = value.upper()
            if len(value) > field.length_max:
                return Fault(row.line, header, Reason.VALUE_TOO_LONG)
            if field.pattern is not None and not field.pattern.fullmatch(value):
                return Fault(row.line, header, Reason.VALUE_INVALID)
            values[field.column] = value
        return Lead(row.line, phone, values)

    def fault_of(self, lead: Lead, reason: Reason) -> Fault:
        """Gives what is wrong with the number of a lead."""
        return Fault(lead.line, self._phone_header, reason)


def sifted(
    checker: RowChecker, leads: Iterable[Lead], there: Collection[str], forbidden: Collection[str]
) -> tuple[list[Lead], list[Fault]]:
    """Parts leads into new ones and those whose numbers (E.164) are there or forbidden.

    Of two leads with one number the first is taken.
    """
    seen = set(there)
    taken: list[Lead] = []
    faults: list[Fault] = []
    for lead in leads:
        number = lead.phone.e164
        if number in forbidden:
            faults.append(checker.fault_of(lead, Reason.DO_NOT_CALL))
        elif number in seen:
            faults.append(checker.fault_of(lead, Reason.DUPLICATE))
        else:
            seen.add(number)
            taken.append(lead)
    return taken, faults
