"""What a wallet lets a client spend, and by how much it can be overdrawn at the most."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.billing.domain.gate import GateReason, GateState
from services.billing.domain.price import Price
from services.billing.domain.rating import price_of_calls
from services.billing.domain.rating.flat import Flat
from services.billing.domain.rating.package import Package
from services.billing.domain.rating.per_unit import PerUnit
from services.billing.domain.rating.tariff import DurationTariff, Rounding
from services.billing.domain.wallet import (
    Mode,
    Position,
    TopUp,
    WalletTerms,
    checked,
    gate_of,
    most_of_a_call,
    overshoot_bound,
    reserved,
)
from services.kit.errors import InvalidRequest
from services.kit.money import Money
from tests.support.builders.billing import PER_CALL, PER_PERIOD

PREPAID = WalletTerms("abc-solar", Mode.PREPAID, "USD")


def usd(text: str) -> Money:
    return Money(Decimal(text), "USD")


def position(balance: str = "0", unbilled: str = "0", held: str = "0") -> Position:
    return Position(usd(balance), usd(unbilled), usd(held), usd(unbilled), usd(unbilled))


@pytest.mark.parametrize(
    ("terms", "stands", "available", "reason"),
    [
        (PREPAID, position("10", "4", "1"), "5", GateReason.NONE),
        (PREPAID, position("10", "9", "1"), "0", GateReason.FUNDS_EXHAUSTED),
        (replace(PREPAID, mode=Mode.POSTPAID), position("-900"), None, GateReason.NONE),
        (
            replace(PREPAID, mode=Mode.POSTPAID, credit_limit=usd("100")),
            position("-60", "39.99"),
            "0.01",
            GateReason.NONE,
        ),
        (
            replace(PREPAID, mode=Mode.POSTPAID, credit_limit=usd("100")),
            position("-60", "30", "10"),
            "0",
            GateReason.FUNDS_EXHAUSTED,
        ),
        (
            replace(PREPAID, daily_cap=usd("5")),
            position("100", "5"),
            "95",
            GateReason.DAILY_CAP_REACHED,
        ),
        (
            replace(PREPAID, monthly_cap=usd("5")),
            position("100", "6"),
            "94",
            GateReason.MONTHLY_CAP_REACHED,
        ),
    ],
)
def test_dialing_goes_on_while_there_is_something_left(
    terms: WalletTerms, stands: Position, available: str | None, reason: GateReason
) -> None:
    left, gate = stands.available(terms), gate_of(terms, stands)

    assert left == (None if available is None else usd(available))
    assert gate.reason is reason
    assert gate.state is (GateState.OUTBOUND_BLOCKED if reason else GateState.OPEN)


def test_live_calls_set_the_dearest_price_aside() -> None:
    cheap = Price(PerUnit(Decimal("0.01")), PER_PERIOD)
    dear = Price(PerUnit(Decimal("0.025")), replace(PER_CALL, connect_fee=Decimal("0.1")))

    assert reserved([cheap, dear], 3, 60, "USD") == usd("0.38")
    assert reserved([], 3, 60, "USD") == usd("0.00")
    assert reserved([cheap], 1, 60, "JPY") == Money(Decimal(1), "JPY")


@pytest.mark.parametrize(
    ("price", "most"),
    [
        (Price(Flat(Decimal(250)), PER_PERIOD), "0"),
        (Price(Package(Decimal(100), Decimal(9)), PER_PERIOD), "9"),
        (Price(PerUnit(Decimal("0.06")), PER_CALL), "0.066"),
    ],
)
def test_one_more_call_costs_at_most_so_much(price: Price, most: str) -> None:
    assert most_of_a_call(price, 61) == Fraction(most)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (replace(PREPAID, credit_limit=usd("5")), "credit_limit"),
        (replace(PREPAID, daily_cap=usd("-1")), "daily_cap"),
        (replace(PREPAID, monthly_cap=Money(Decimal(5), "EUR")), "monthly_cap"),
        (replace(PREPAID, top_up=TopUp(usd("5"), usd("0"))), "top_up.amount"),
        (replace(PREPAID, reserve_seconds=-1), "reserve_seconds"),
    ],
)
def test_terms_that_cannot_be_are_refused(terms: WalletTerms, field: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        checked(terms)

    assert refused.value.violations[0].field == f"wallet_terms.{field}"


tariffs = st.builds(
    DurationTariff,
    rounding=st.just(Rounding.PER_CALL),
    first_increment_seconds=st.sampled_from([1, 6, 30, 60]),
    next_increment_seconds=st.sampled_from([1, 6, 60]),
    minimum_seconds=st.sampled_from([0, 10]),
    connect_fee=st.sampled_from([Decimal(0), Decimal("0.01")]),
)


@dataclass
class _Call:
    began: int
    lasts: int


@settings(deadline=None)
@given(
    tariff=tariffs,
    cap=st.integers(1, 4),
    window=st.integers(0, 5),
    longest=st.integers(1, 90),
    funds=st.integers(0, 300),
    lengths=st.lists(st.integers(1, 90), min_size=1, max_size=60),
)
def test_nothing_overdraws_a_wallet_by_more_than_the_bound(
    tariff: DurationTariff, cap: int, window: int, longest: int, funds: int, lengths: list[int]
) -> None:
    """A dialer that takes every free line at once, checked each second, stopped late."""
    price = Price(PerUnit(Decimal("0.6")), tariff)
    wants = iter([min(each, longest) for each in lengths])
    live: list[_Call] = []
    ended: list[int] = []
    stop_at: int | None = None
    left = Fraction(funds, 100)
    for now in range(400):
        ended += [call.lasts for call in live if now >= call.began + call.lasts]
        live = [call for call in live if now < call.began + call.lasts]
        spent = _charged(tariff, ended)
        if stop_at is None and left - spent <= 0:
            stop_at = now + window
        while (stop_at is None or now < stop_at) and len(live) < cap:
            lasts = next(wants, None)
            if lasts is None:
                break
            live.append(_Call(now, lasts))
        if not live and stop_at is not None and now >= stop_at:
            break

    overdrawn = _charged(tariff, ended) - left
    # A second lies between two checks.
    assert overdrawn <= overshoot_bound(price, cap, window + 1, longest)


def _charged(tariff: DurationTariff, lengths: list[int]) -> Fraction:
    calls = {length: lengths.count(length) for length in lengths}
    return price_of_calls(tariff, Decimal("0.6"), calls)
