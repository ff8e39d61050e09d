"""What a new discount, coupon, tax rate or exemption must be like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from services.billing.domain.discounts import Reduction
from services.billing.domain.taxes import TaxExemption, TaxRate
from services.kit.errors import FieldViolation, InvalidRequest
from services.kit.money import minor_units

MONTHS_MAX: Final = 1200
_TEXT_LENGTH_MAX: Final = 80
_ID = re.compile(r"[a-z][a-z0-9-]{1,39}", re.ASCII)
_CODE = re.compile(r"[A-Z][A-Z0-9-]{1,39}", re.ASCII)
_PLACE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", re.ASCII)


def check_discount(discount_id: str, description: str, reduction: Reduction, field: str) -> None:
    """Refuses what makes no sense; `field` is the discount's or the coupon's own name."""
    violations = [
        *_of_id(discount_id, f"{field}_id"),
        *_of_text(description, f"{field}.description"),
        *_of_reduction(reduction, f"{field}.reduction"),
    ]
    _refuse(violations)


def check_count(count: int, field: str) -> int | None:
    """Gives a number of months or times, None for 0, which is without limit."""
    if not 0 <= count <= 1_000_000:
        raise InvalidRequest.at(field, "Must be 0 to 1,000,000.")
    return count or None


def check_months(count: int, field: str) -> int | None:
    """Gives a number of months, None for 0, which is for ever."""
    if not 0 <= count <= MONTHS_MAX:
        raise InvalidRequest.at(field, f"Must be 0 to {MONTHS_MAX:,}.")
    return count or None


def check_rate(rate: TaxRate) -> TaxRate:
    """Gives it back, or refuses with everything that is wrong with it."""
    violations = [*_of_place(rate.place, "tax_rate.place"), *_of_code(rate.code, "tax_rate.code")]
    violations += _of_text(rate.description, "tax_rate.description")
    if not 0 <= rate.percent <= 100 or _decimals(rate.percent) > 6:
        wanted = "Must be 0 to 100, at most 6 decimal places."
        violations.append(FieldViolation("tax_rate.percent", wanted))
    _refuse(violations)
    return rate


def check_exemption(exemption: TaxExemption) -> TaxExemption:
    """Gives it back, or refuses with everything that is wrong with it."""
    violations = [
        *_of_id(exemption.exemption_id, "tax_exemption_id"),
        *_of_text(exemption.certificate, "tax_exemption.certificate"),
    ]
    for index, code in enumerate(sorted(exemption.codes)):
        violations += _of_code(code, f"tax_exemption.codes[{index}]")
    if exemption.end_date <= exemption.start_date:
        violations.append(FieldViolation("tax_exemption.end_date", "Must be after the start."))
    _refuse(violations)
    return exemption


def check_place(place: str) -> str:
    """Gives it back, or refuses what is no place; empty is none."""
    _refuse(list(_of_place(place, "tax_terms.place")) if place else [])
    return place


def _refuse(violations: list[FieldViolation]) -> None:
    if violations:
        raise InvalidRequest(violations)


def _of_id(text: str, field: str) -> Iterator[FieldViolation]:
    if not _ID.fullmatch(text):
        wanted = "Must be 2 to 40 lower-case letters, digits and hyphens, a letter first."
        yield FieldViolation(field, wanted)


def _of_code(text: str, field: str) -> Iterator[FieldViolation]:
    if not _CODE.fullmatch(text):
        wanted = "Must be 2 to 40 upper-case letters, digits and hyphens, a letter first."
        yield FieldViolation(field, wanted)


def _of_place(text: str, field: str) -> Iterator[FieldViolation]:
    if not _PLACE.fullmatch(text):
        yield FieldViolation(field, "Must be a country or a region, for example US or US-NY.")


def _of_text(text: str, field: str) -> Iterator[FieldViolation]:
    if not 1 <= len(text) <= _TEXT_LENGTH_MAX or not text.isprintable():
        yield FieldViolation(field, f"Must be one line of 1 to {_TEXT_LENGTH_MAX} characters.")


def _of_reduction(reduction: Reduction, field: str) -> Iterator[FieldViolation]:
    percent, amount = reduction.percent, reduction.amount
    if (percent is None) == (amount is None):
        yield FieldViolation(field, "Must have a percentage or an amount, and not both.")
    if percent is not None and (not 0 < percent <= 100 or _decimals(percent) > 4):
        wanted = "Must be above 0 and at most 100, at most 4 decimal places."
        yield FieldViolation(f"{field}.percent", wanted)
    if amount is not None and (
        amount.amount <= 0 or _decimals(amount.amount) > minor_units(amount.currency_code)
    ):
        yield FieldViolation(f"{field}.amount", "Must be above 0, in whole minor units.")


def _decimals(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    assert isinstance(exponent, int), "a number of a request is finite"
    return max(-exponent, 0)
