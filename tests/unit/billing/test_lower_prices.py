"""A book that only lowers prices makes no month dearer, whatever is used in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.billing.domain.books import PriceBook
from services.billing.domain.call_class import ANY
from services.billing.domain.charges import charge_lines, total_of
from services.billing.domain.item import Item
from services.billing.domain.notices import only_lowers
from services.billing.domain.price import Price
from services.billing.domain.rating.flat import Flat
from services.billing.domain.rating.graduated import Graduated
from services.billing.domain.rating.package import Package
from services.billing.domain.rating.per_unit import PerUnit
from services.billing.domain.rating.tiers import Tier
from services.billing.domain.rating.volume import Volume
from tests.support.builders.billing import (
    OCTOBER,
    PER_CALL,
    a_month,
    a_price_book,
    a_span,
    with_price,
)

AMOUNTS = st.integers(0, 50).map(lambda cents: Decimal(cents) / 100)
TIERS = st.tuples(st.integers(1, 60), AMOUNTS, AMOUNTS).map(
    lambda told: (Tier(Decimal(told[0]), told[1]), Tier(None, told[2]))
)
MODELS = st.one_of(
    AMOUNTS.map(PerUnit),
    AMOUNTS.map(Flat),
    TIERS.map(Graduated),
    TIERS.map(Volume),
    st.tuples(st.integers(1, 9).map(Decimal), AMOUNTS).map(lambda told: Package(*told)),
)


@st.composite
def prices(draw: st.DrawFn) -> Price:
    tariff = replace(PER_CALL, connect_fee=draw(AMOUNTS))
    return Price(draw(MODELS), tariff, draw(st.integers(0, 30).map(Decimal)), draw(AMOUNTS))


@st.composite
def lowered(draw: st.DrawFn, price: Price) -> Price:
    """A price like another one, with each number as it was or another one."""
    tariff, old = price.duration_tariff, price.model
    assert tariff is not None
    fresh = draw(prices())
    model = fresh.model if type(fresh.model) is type(old) else old
    if isinstance(old, Graduated | Volume) and isinstance(model, Graduated | Volume):
        mixed = zip(old.tiers, model.tiers, strict=True)
        tiers = tuple(Tier(was.up_to_quantity, now.unit_price) for was, now in mixed)
        model = type(old)(tiers)
    return Price(
        model,
        replace(tariff, connect_fee=draw(st.sampled_from([tariff.connect_fee, Decimal(0)]))),
        draw(st.sampled_from([price.included_quantity, Decimal(40)])),
        draw(st.sampled_from([price.minimum_amount, Decimal(0)])),
    )


@given(
    data=st.data(),
    calls=st.dictionaries(
        st.tuples(st.just("r1"), st.integers(0, 600)), st.integers(1, 40), max_size=5
    ),
)
def test_what_needs_no_notice_costs_nobody_more(
    data: st.DataObject, calls: dict[tuple[str, int], int]
) -> None:
    """For every model of prices, and what is added to them."""
    price = data.draw(prices())
    old = with_price(a_price_book({"platform": "500"}), Item.MINUTES, price)
    new = replace(
        with_price(old, Item.MINUTES, data.draw(lowered(price))), effective_date=OCTOBER.first_date
    )
    assume(only_lowers(new, old))
    month = a_month(a_span(calls))

    assert _total(new, calls) <= _total(old, calls), month


def _total(book: PriceBook, calls: dict[tuple[str, int], int]) -> Decimal:
    return total_of(charge_lines("abc-solar", [book], a_month(a_span(calls)))).amount


def test_fewer_units_by_volume_can_cost_more_and_so_need_notice() -> None:
    """101 minutes at 0.01 are 1.01; with one of them included, 100 at 1 are 100."""
    tiers = (Tier(Decimal(100), Decimal(1)), Tier(None, Decimal("0.01")))
    old = with_price(
        a_price_book({"platform": "500"}), Item.MINUTES, Price(Volume(tiers), PER_CALL)
    )
    more = Price(Volume(tiers), PER_CALL, included_quantity=Decimal(1))
    new = replace(with_price(old, Item.MINUTES, more), effective_date=date(2025, 10, 1))

    assert _total(new, {("r1", 60): 101}) > _total(old, {("r1", 60): 101})
    assert not only_lowers(new, old)


@pytest.mark.parametrize(
    ("day", "anchor_day", "is_free"), [(1, 1, True), (15, 1, False), (15, 15, True), (1, 15, False)]
)
def test_lower_prices_begin_with_a_month_of_the_tenants(
    day: int, anchor_day: int, is_free: bool
) -> None:
    """Within one, what is rounded up is rounded up twice."""
    old = a_price_book()
    new = replace(old, effective_date=date(2025, 10, day))

    assert only_lowers(new, old, anchor_day) is is_free
    assert (Item.MINUTES, ANY) in new.prices
