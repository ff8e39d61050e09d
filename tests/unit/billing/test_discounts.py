"""Discounts: taken off one after the other, never below zero, each rounded once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.charges import ChargeLine, LineKind, total_of
from services.billing.domain.coupons import end_of
from services.billing.domain.discounts import (
    Discount,
    DiscountCurrencyDiffers,
    Reduction,
    discounted,
)
from services.billing.domain.item import Item
from services.billing.domain.month import Month
from services.billing.domain.quantities import Span
from services.kit.money import Money, minor_units

OCTOBER = Month(2025, 10)
NOW = datetime(2025, 1, 1, tzinfo=UTC)


def a_line(item: Item, amount: str, currency: str = "USD") -> ChargeLine:
    span = Span(OCTOBER.first_date, OCTOBER.end_date)
    number = Decimal(amount)
    return ChargeLine(
        item, item.description, Decimal(1), "x", number, Money(number, currency), span
    )


def a_discount(name: str, given_after: int = 0, **reduction: object) -> Discount:
    return Discount(
        "t",
        name,
        name.title(),
        Reduction(**reduction),  # type: ignore[arg-type]
        Month(2025, 1),
        None,
        NOW + timedelta(days=given_after),
    )


def taken(lines: list[ChargeLine], *discounts: Discount) -> list[str]:
    found = discounted(OCTOBER, lines, discounts)
    return [f"{each.amount.amount:f}" for each in found if each.kind is LineKind.DISCOUNT]


LINES = [a_line(Item.PLATFORM_LICENSE, "500.00"), a_line(Item.MINUTES, "100.10")]


def test_a_percentage_is_of_everything_and_rounded_once() -> None:
    """12.5% of 600.10 are 75.0125."""
    assert taken(LINES, a_discount("ten", percent=Decimal("12.5"))) == ["-75.01"]


def test_an_item_is_discounted_by_itself() -> None:
    """Half the platform, and the line says so."""
    half = a_discount("half", percent=Decimal(50), items=frozenset({Item.PLATFORM_LICENSE}))

    line = discounted(OCTOBER, LINES, [half])[-1]

    assert (line.item, line.code, line.amount.amount) == (
        Item.PLATFORM_LICENSE,
        "half",
        Decimal("-250.00"),
    )


def test_what_was_given_first_is_taken_off_first() -> None:
    """10% of 600.10, then 100, then 10% of what is left."""
    discounts = [
        a_discount("c", 2, percent=Decimal(10)),
        a_discount("a", 0, percent=Decimal(10)),
        a_discount("b", 1, amount=Money(Decimal("100.00"), "USD")),
    ]

    assert taken(LINES, *discounts) == ["-60.01", "-100.00", "-44.01"]


def test_an_amount_takes_no_more_than_there_is() -> None:
    """And what is left of nothing is nothing: such a line is left out."""
    much = a_discount("much", amount=Money(Decimal("1000.00"), "USD"))

    assert taken(LINES, much, a_discount("more", 1, percent=Decimal(10))) == ["-600.10"]


def test_an_amount_of_another_currency_is_refused() -> None:
    """There is no rate of exchange here."""
    with pytest.raises(DiscountCurrencyDiffers):
        taken(LINES, a_discount("euro", amount=Money(Decimal("1.00"), "EUR")))


def test_months_before_and_after_are_not_reduced() -> None:
    """From the first month to before the end."""
    discount = replace(
        a_discount("autumn", percent=Decimal(10)),
        first_month=Month(2025, 11),
        end_month=end_of(Month(2025, 11), 3),
    )
    months = [Month(2025, 10), Month(2025, 11), Month(2026, 1), Month(2026, 2)]

    assert [discount.holds_in(month) for month in months] == [False, True, True, False]


AMOUNTS = st.integers(0, 10**9)


@given(
    currency=st.sampled_from(["JPY", "USD", "KWD"]),
    amounts=st.lists(st.tuples(st.sampled_from(list(Item)), AMOUNTS), min_size=1, max_size=8),
    reductions=st.lists(
        st.tuples(
            st.one_of(
                st.decimals(Decimal("0.0001"), 100, places=4).map(lambda each: ("percent", each)),
                st.integers(1, 10**9).map(lambda each: ("amount", Decimal(each))),
            ),
            st.frozensets(st.sampled_from(list(Item)), max_size=3),
        ),
        max_size=5,
    ),
)
def test_no_discounts_bring_a_bill_below_zero(
    currency: str,
    amounts: list[tuple[Item, int]],
    reductions: list[tuple[tuple[str, Decimal], frozenset[Item]]],
) -> None:
    """Whatever they are and in whatever order; every line is of whole minor units."""
    unit = Decimal(1).scaleb(-minor_units(currency))
    lines = [
        a_line(item, f"{Decimal(amount).scaleb(-minor_units(currency)):f}", currency)
        for item, amount in amounts
    ]
    discounts = []
    for index, ((kind, number), items) in enumerate(reductions):
        exact = number if kind == "percent" else Money(number * unit, currency)
        discounts.append(a_discount(f"d{index}", index, items=items, **{kind: exact}))

    found = discounted(OCTOBER, lines, discounts)

    assert total_of(found).amount >= 0
    assert list(found[: len(lines)]) == lines
    for line in found[len(lines) :]:
        assert line.amount.amount < 0
        assert line.amount.amount % unit == 0
