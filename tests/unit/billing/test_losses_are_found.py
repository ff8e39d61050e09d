"""Losses: no duration that loses money is missed, whatever the increments."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.billing.domain.books import CostBook, CostKey, PriceBook, Terms
from services.billing.domain.call_class import CallClass
from services.billing.domain.item import Item
from services.billing.domain.loss import CallPrice, loss_of, price_that_keeps, worst_call
from services.billing.domain.loss_findings import Finding, Supply, findings_of
from services.billing.domain.loss_policy import (
    Basis,
    LossPolicy,
    Mode,
    PriceBelowCost,
    check_findings,
    is_loss,
)
from services.billing.domain.payees import Payees
from services.billing.domain.price import Price
from services.billing.domain.rating import price
from services.billing.domain.rating.flat import Flat
from services.billing.domain.rating.package import Package
from services.billing.domain.rating.tariff import DurationTariff, Rounding
from tests.support.builders.billing import (
    BEFORE,
    COSTS,
    PER_CALL,
    PER_PERIOD,
    PRICES,
    a_cost_book,
    a_kind,
    a_price_book,
    with_price,
)

TODAY = date(2025, 11, 3)
BY_MINUTES = DurationTariff(Rounding.PER_CALL, 60, 60)
# What is bought and sold without a loss at any duration.
SAFE = a_cost_book(tariff=DurationTariff(Rounding.PER_CALL, 1, 1))
BLOCK = LossPolicy(Mode.BLOCK, Basis.EVERY_DURATION)


def a_carrier_book(carrier: str, costs: dict[str, str], tariff: DurationTariff) -> CostBook:
    """A carrier's costs of a minute by zone; the empty zone is any."""
    by_class = {
        CostKey(Item.MINUTES, calls=CallClass(zone=zone)): Terms(Decimal(cost), tariff)
        for zone, cost in costs.items()
    }
    return CostBook(date(2025, 1, 1), "USD", by_class, BEFORE, carrier)


def found(
    book: PriceBook, *costs: CostBook, carriers: dict[str, str] | None = None, **made: int
) -> list[Finding]:
    """What is found for a client whose routes are those of `carriers`."""
    by_route = carriers or {}
    calls = {a_kind(int(name[1:])): count for name, count in made.items()}
    return findings_of(book, Supply(Payees(costs, by_route), by_route), TODAY, calls)


tariffs = st.builds(
    DurationTariff,
    rounding=st.just(Rounding.PER_CALL),
    first_increment_seconds=st.sampled_from([1, 6, 30, 45, 60]),
    next_increment_seconds=st.sampled_from([1, 6, 18, 30, 60]),
    free_seconds=st.sampled_from([0, 0, 3, 30]),
    minimum_seconds=st.sampled_from([0, 0, 30, 61]),
    connect_fee=st.sampled_from([Decimal(0), Decimal("0.001"), Decimal("0.02")]),
)
rates = st.integers(0, 40).map(lambda n: Decimal(n).scaleb(-3))


@settings(max_examples=60, deadline=None)
@given(sold=tariffs, bought=tariffs, sold_at=rates, bought_at=rates, seconds=st.integers(1, 7200))
def test_no_duration_that_loses_is_missed(
    sold: DurationTariff,
    bought: DurationTariff,
    sold_at: Decimal,
    bought_at: Decimal,
    seconds: int,
) -> None:
    """Against the rating of one call, which is another piece of code."""
    worst = worst_call(CallPrice(Fraction(sold_at), sold), CallPrice(Fraction(bought_at), bought))

    loss = price(bought, bought_at, seconds) - price(sold, sold_at, seconds)
    assert loss <= (worst.loss if worst else 0)
    if worst:
        at_worst = price(bought, bought_at, worst.seconds) - price(sold, sold_at, worst.seconds)
        assert at_worst == worst.loss > 0


@settings(max_examples=6, deadline=None)
@given(sold=tariffs, bought=tariffs, sold_at=rates, bought_at=rates)
def test_the_worst_call_is_the_worst_and_the_shortest_of_them(
    sold: DurationTariff, bought: DurationTariff, sold_at: Decimal, bought_at: Decimal
) -> None:
    """All durations tried, one by one."""
    charge, cost = CallPrice(Fraction(sold_at), sold), CallPrice(Fraction(bought_at), bought)
    losses = {seconds: cost.of(seconds) - charge.of(seconds) for seconds in range(1, 7201)}
    loss = max(losses.values())
    shortest = min(seconds for seconds, each in losses.items() if each == loss)

    worst = worst_call(charge, cost)

    assert (worst and (worst.loss, worst.seconds)) == ((loss, shortest) if loss > 0 else None)


def test_a_difference_of_increments_loses_on_short_calls() -> None:
    """Bought by the minute at 1 cent, sold by six seconds at 2.5: the first six seconds lose."""
    worst = worst_call(
        CallPrice(Fraction("0.025"), PER_CALL), CallPrice(Fraction("0.01"), BY_MINUTES)
    )

    assert worst is not None
    assert (worst.seconds, worst.loss) == (1, Fraction("0.0075"))


def test_a_rounding_of_the_month_is_charged_to_no_single_call() -> None:
    """Sold per month and bought by the second: a call of one second earns."""
    by_second = DurationTariff(Rounding.PER_CALL, 1, 1)

    assert (
        worst_call(CallPrice(Fraction("0.025"), PER_PERIOD), CallPrice(Fraction("0.01"), by_second))
        is None
    )


def test_a_price_below_cost_is_found_with_its_worst_call() -> None:
    """At the longest duration, if it loses all along."""
    book = a_price_book({**PRICES, "minute": "0.008"}, tariff=PER_CALL)

    (finding,) = found(book, a_cost_book(tariff=PER_CALL))

    assert (finding.reason, finding.item) == ("PRICE_BELOW_COST", Item.MINUTES)
    assert (finding.unit_price, finding.unit_cost) == (Decimal("0.008"), Decimal("0.01"))
    assert finding.worst is not None
    assert (finding.worst.seconds, finding.worst.loss) == (7195, Fraction("0.24"))


def test_prices_that_earn_on_every_call_find_nothing() -> None:
    """The seed's prices, bought by the second."""
    assert found(a_price_book(), SAFE) == []


def test_every_carrier_that_may_take_the_calls_counts() -> None:
    """The first choice earns; the one it fails over to does not."""
    carriers = {"r1": "blue", "r2": "red"}
    costs = [
        a_carrier_book("blue", {"": "0.01"}, PER_CALL),
        a_carrier_book("red", {"": "0.03"}, PER_CALL),
    ]

    (finding,) = found(a_price_book(tariff=PER_CALL), SAFE, *costs, carriers=carriers)

    assert (finding.carrier, finding.unit_cost) == ("red", Decimal("0.03"))


def test_a_dear_zone_under_a_price_for_everywhere_is_found() -> None:
    """One price for all, and one zone that costs more."""
    blue = a_carrier_book("blue", {"US": "0.01", "GB": "0.04"}, PER_CALL)

    findings = found(a_price_book(tariff=PER_CALL), SAFE, blue, carriers={"r1": "blue"})

    assert {finding.calls.zone for finding in findings} == {"GB"}


def test_a_zone_that_is_sold_and_has_no_cost_is_told() -> None:
    """No loss that is known, and no margin either."""
    blue = a_carrier_book("blue", {"US": "0.01"}, PER_CALL)
    sold = Price(a_price_book().prices[Item.MINUTES, CallClass()].model, PER_CALL)
    book = with_price(a_price_book(tariff=PER_CALL), Item.MINUTES, sold, CallClass(zone="MX"))

    (finding,) = found(book, SAFE, blue, carriers={"r1": "blue"})

    assert (finding.reason, finding.calls.zone) == ("COST_MISSING", "MX")
    check_findings(BLOCK, [finding])


def test_what_is_sold_by_the_unit_is_held_against_its_cost() -> None:
    """A number for less than the vendor asks."""
    (finding,) = found(a_price_book({**PRICES, "did": "0.99"}), SAFE)

    assert finding.item is Item.DIDS
    assert finding.worst is not None
    assert finding.worst.loss == Fraction("0.01")


def test_the_cheapest_unit_of_a_package_counts() -> None:
    """A thousand minutes for eight are sold at less than a cent each."""
    package = Price(Package(Decimal(1000), Decimal(8)), PER_CALL)
    book = with_price(a_price_book(), Item.MINUTES, package)

    (finding,) = found(book, a_cost_book(tariff=PER_CALL))

    assert finding.unit_price == Decimal("0.008")


def test_a_flat_price_is_told_to_be_without_bound() -> None:
    """Nobody can say how much will be called for it."""
    book = with_price(a_price_book(), Item.MINUTES, Price(Flat(Decimal(50)), PER_PERIOD))

    (finding,) = found(book, SAFE)

    assert finding.reason == "PRICE_UNBOUNDED"


def test_calls_that_were_made_say_what_they_lose() -> None:
    """Ten calls of six seconds cost ten cents and are charged two and a half."""
    by_minutes = a_cost_book(tariff=BY_MINUTES)

    (finding,) = found(a_price_book(tariff=PER_CALL), by_minutes, s6=10)

    assert finding.observed_loss == Fraction("0.075")


def test_by_usual_calls_a_short_loss_is_made_good_by_long_calls() -> None:
    """The same prices lose at six seconds and earn over all."""
    by_minutes = a_cost_book({**COSTS, "minute": "0.005"}, tariff=BY_MINUTES)

    (finding,) = found(a_price_book(tariff=PER_CALL), by_minutes, s6=1, s600=10)

    assert is_loss(finding, Basis.EVERY_DURATION)
    assert not is_loss(finding, Basis.USUAL_CALLS)


@pytest.mark.parametrize("mode", [Mode.WARN, Mode.CAP])
def test_only_blocking_refuses(mode: Mode) -> None:
    """With the worst of it in the refusal."""
    findings = found(a_price_book({**PRICES, "did": "0.5"}), SAFE)

    check_findings(replace(BLOCK, mode=mode), findings)
    with pytest.raises(PriceBelowCost):
        check_findings(BLOCK, findings)


@settings(max_examples=60, deadline=None)
@given(
    sold=tariffs,
    bought=tariffs,
    bought_at=rates,
    calls=st.dictionaries(st.integers(31, 600), st.integers(1, 50), min_size=1, max_size=5),
    margin=st.integers(0, 90).map(lambda n: Fraction(n, 100)),
)
def test_a_proposed_price_keeps_the_margin(
    sold: DurationTariff,
    bought: DurationTariff,
    bought_at: Decimal,
    calls: dict[int, int],
    margin: Fraction,
) -> None:
    """Over the calls that it was proposed for."""
    costs = CallPrice(Fraction(bought_at), bought).of_all(calls)
    proposed = price_that_keeps(CallPrice(Fraction(0), sold), costs, calls, margin)

    charge = CallPrice(proposed, sold)
    assert charge.of_all(calls) - costs >= margin * charge.of_all(calls)
    assert loss_of(charge, CallPrice(Fraction(bought_at), bought), calls) <= 0
