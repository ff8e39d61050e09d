"""Taxes: by place and day, less what a certificate exempts, each rounded once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.charges import ChargeLine, LineKind, total_of
from services.billing.domain.item import Item
from services.billing.domain.month import Month
from services.billing.domain.quantities import Span
from services.billing.domain.taxes import (
    Sale,
    Tax,
    TaxExemption,
    TaxPlaceMissing,
    TaxRate,
    TaxRateMissing,
    tax_date,
    taxed,
    taxes_at,
)
from services.kit.money import Money, minor_units

OCTOBER = Month(2025, 10)
NOW = datetime(2025, 1, 1, tzinfo=UTC)
SALE = Sale("northgate", "abc-solar", tax_date(OCTOBER))


def a_rate(place: str, code: str, percent: str, since: date = date(2025, 1, 1)) -> TaxRate:
    return TaxRate("northgate", place, code, since, code.title(), Decimal(percent), NOW)


def an_exemption(*codes: str, until: date = date(2026, 1, 1)) -> TaxExemption:
    start = date(2025, 1, 1)
    return TaxExemption("abc-solar", "c1", "17", frozenset(codes), start, until, NOW)


def found(place: str, *rates: TaxRate, exemptions: tuple[TaxExemption, ...] = ()) -> list[str]:
    return [f"{tax.code} {tax.percent}" for tax in taxes_at(SALE, place, rates, exemptions)]


def a_line(amount: str, currency: str = "USD") -> ChargeLine:
    span = Span(OCTOBER.first_date, OCTOBER.end_date)
    number = Decimal(amount)
    money = Money(number, currency)
    return ChargeLine(Item.MINUTES, "Minutes", Decimal(1), "minute", number, money, span)


def test_the_rate_in_force_on_the_months_last_day_holds() -> None:
    """For all of the month."""
    rates = [
        a_rate("US-NY", "SALES", "8"),
        a_rate("US-NY", "SALES", "8.875", date(2025, 10, 31)),
        a_rate("US-NY", "SALES", "9", date(2025, 11, 1)),
    ]

    assert found("US-NY", *rates) == ["SALES 8.875"]


def test_a_region_has_its_countrys_taxes_too() -> None:
    """Unless it has one of the same code; the country's later date does not change that."""
    rates = [
        a_rate("CA", "GST", "5"),
        a_rate("CA-QC", "QST", "9.975"),
        a_rate("CA-ON", "HST", "13"),
        a_rate("CA-ON", "GST", "0"),
        a_rate("CA", "GST", "5", date(2025, 6, 1)),
    ]

    assert found("CA-QC", *rates) == ["GST 5", "QST 9.975"]
    assert found("CA-ON", *rates) == ["HST 13"]
    assert found("CA", *rates) == ["GST 5"]


def test_a_rate_of_nothing_is_a_rate() -> None:
    """Where nothing is taxed somebody has said so."""
    assert found("US-OR", a_rate("US-OR", "SALES", "0")) == []


def test_no_rate_is_made_up() -> None:
    """Neither for a place without one, nor for one to come, nor without a place."""
    with pytest.raises(TaxRateMissing):
        found("US-NJ", a_rate("US-NY", "SALES", "8"))
    with pytest.raises(TaxRateMissing):
        found("US-NY", a_rate("US-NY", "SALES", "8", date(2025, 11, 1)))
    with pytest.raises(TaxPlaceMissing):
        found("", a_rate("US-NY", "SALES", "8"))


def test_a_certificate_exempts_while_it_is_valid() -> None:
    """From its codes, or from all."""
    rates = (a_rate("CA", "GST", "5"), a_rate("CA-QC", "QST", "9.975"))

    assert found("CA-QC", *rates, exemptions=(an_exemption("QST"),)) == ["GST 5"]
    assert found("CA-QC", *rates, exemptions=(an_exemption(),)) == []
    over = an_exemption(until=date(2025, 10, 31))
    assert found("CA-QC", *rates, exemptions=(over,)) == ["GST 5", "QST 9.975"]


def test_each_tax_is_a_line_of_the_sum_and_rounded_once() -> None:
    """Two lines of 0.05 at 10% are 0.01, and not twice 0.01."""
    lines = [a_line("0.05"), a_line("0.05")]

    tax = taxed(OCTOBER, lines, [Tax("SALES", "Sales tax", Decimal(10))])[-1]

    assert (tax.kind, tax.item, tax.code) == (LineKind.TAX, None, "SALES")
    assert tax.description == "Sales tax, 10%"
    assert tax.amount == Money(Decimal("0.01"), "USD")


@given(
    currency=st.sampled_from(["JPY", "USD", "KWD"]),
    units=st.lists(st.integers(-(10**9), 10**12), min_size=1, max_size=6),
    percents=st.lists(st.decimals(0, 100, places=6), max_size=4),
)
def test_a_tax_is_off_by_half_a_minor_unit_at_most(
    currency: str, units: list[int], percents: list[Decimal]
) -> None:
    """In currencies of 0, 2 and 3 decimals, and for sums below zero."""
    places = minor_units(currency)
    lines = [a_line(f"{Decimal(each).scaleb(-places):f}", currency) for each in units]
    taxes = [Tax(f"T{index}", "Tax", percent) for index, percent in enumerate(percents)]

    bill = taxed(OCTOBER, lines, taxes)

    base = Fraction(total_of(lines).amount)
    for line, tax in zip(bill[len(lines) :], taxes, strict=False):
        off = Fraction(line.amount.amount) - base * Fraction(tax.percent) / 100
        assert abs(off) <= Fraction(1, 2 * 10**places)
        assert line.amount.amount == round(line.amount.amount, places)
