"""Numbers not to call."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import Final

from services.kit.errors import FieldViolation, InvalidRequest
from services.telephony.domain.leads.phone import REGIONS, Phone, parse_phone

NUMBERS_MAX: Final = 1_000
FILE_BYTES_MAX: Final = 8 * 1024 * 1024
_VIOLATIONS_MAX: Final = 100


def numbers_of(texts: Sequence[str]) -> list[str]:
    """Gives digits of numbers in E.164 with plus; refuses with INVALID_REQUEST what is none."""
    if len(texts) > NUMBERS_MAX:
        raise InvalidRequest.at("phone_numbers", f"Must be at most {NUMBERS_MAX}.")
    violations = [
        FieldViolation(f"phone_numbers[{place}]", "Must be a number, E.164 with plus.")
        for place, text in enumerate(texts)
        if not text.startswith("+") or parse_phone(text, "US") is None
    ]
    if violations:
        raise InvalidRequest(violations[:_VIOLATIONS_MAX])
    return [phone.e164[1:] for text in texts if (phone := parse_phone(text, "US"))]


def numbers_in(file: bytes, region: str) -> list[str]:
    """Gives the digits of the numbers in a file's first column; a header may come first."""
    if region not in REGIONS:
        raise InvalidRequest.at("default_region", "Must be two letters, such as US.")
    try:
        lines = file.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise InvalidRequest.at("file", "Must be UTF-8.") from None
    numbers, violations = [], []
    for line, cells in enumerate(csv.reader(lines), start=1):
        text = cells[0].strip() if cells else ""
        phone = parse_phone(text, region) if text else None
        if phone is not None:
            numbers.append(phone.e164[1:])
        elif text and not (line == 1 and not any(c.isdigit() for c in text)):
            violations.append(FieldViolation(f"file.line[{line}]", "Must be a phone number."))
    if violations:
        raise InvalidRequest(violations[:_VIOLATIONS_MAX])
    return numbers


def phone_of(digits: str) -> Phone:
    """Gives a number that was taken, by its parts."""
    phone = parse_phone(f"+{digits}", "US")
    # Plans of numbers change: one that was valid stays what it was.
    return phone if phone is not None else Phone("", digits)
