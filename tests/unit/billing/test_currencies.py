"""Whatever the currency, every line is of whole minor units and off by half of one at most."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.charges import charge_lines
from services.billing.domain.invoice import Bill
from services.kit.money import minor_units
from services.kit.money_wire import money_from_wire, money_to_wire
from tests.support.builders.billing import BEFORE, a_month, a_price_book, a_span

PRICES = st.decimals(0, 10**6, places=9).map(lambda number: f"{number:f}")


@given(
    currency=st.sampled_from(["JPY", "KRW", "USD", "EUR", "KWD", "BHD"]),
    prices=st.tuples(PRICES, PRICES, PRICES),
    calls=st.dictionaries(
        st.tuples(st.just("r1"), st.integers(0, 7200)), st.integers(1, 10**6), max_size=5
    ),
    dids=st.integers(0, 1000),
)
def test_lines_are_rounded_once_to_the_currencys_own_minor_unit(
    currency: str,
    prices: tuple[str, str, str],
    calls: dict[tuple[str, int], int],
    dids: int,
) -> None:
    """And the total is their sum, on the wire too."""
    book = a_price_book(
        dict(zip(("platform", "minute", "did"), prices, strict=True)), currency_code=currency
    )
    lines = charge_lines("abc-solar", [book], a_month(a_span(calls), dids=dids))

    bill = Bill.of(lines, BEFORE)

    places = minor_units(currency)
    for line in lines:
        assert line.amount.amount == round(line.amount.amount, places)
        exact = Fraction(line.quantity) * Fraction(line.unit_price)
        assert abs(Fraction(line.amount.amount) - exact) <= Fraction(1, 2 * 10**places)
    assert bill.total.amount == sum((line.amount.amount for line in lines), Decimal(0))
    assert money_from_wire(money_to_wire(bill.total)) == bill.total
