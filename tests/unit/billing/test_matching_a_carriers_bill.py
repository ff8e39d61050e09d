"""A carrier's bill: every call on either side is told exactly once."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from services.billing.domain.matching import (
    CarrierCall,
    Outcome,
    OwnCall,
    Tolerance,
    match,
)

NOON = datetime(2025, 10, 1, 12, tzinfo=UTC)
TWO_MINUTES = Tolerance(timedelta(minutes=2), 1)


def theirs(number: str = "1", at: int = 0, seconds: int = 60, amount: str = "0.01") -> CarrierCall:
    """A call on the bill, so many seconds after noon."""
    return CarrierCall(number, NOON + timedelta(seconds=at), seconds, Decimal(amount))


def ours(number: str = "1", at: int = 0, seconds: int = 60, amount: str = "0.01") -> OwnCall:
    """A call that was measured, billed by whole minutes."""
    billed = -(-seconds // 60) * 60
    return OwnCall(number, NOON + timedelta(seconds=at), seconds, billed, Fraction(amount))


def outcomes(bill: list[CarrierCall], own: list[OwnCall]) -> Counter[Outcome]:
    return Counter(pair.outcome for pair in match(bill, own, TWO_MINUTES))


their_calls = st.builds(
    theirs,
    number=st.sampled_from("12"),
    at=st.integers(0, 900),
    seconds=st.integers(1, 200),
    amount=st.sampled_from(["0.01", "0.02"]),
)
our_calls = st.builds(
    ours,
    number=st.sampled_from("12"),
    at=st.integers(0, 900),
    seconds=st.integers(1, 200),
    amount=st.sampled_from(["0.01", "0.02"]),
)


def test_the_same_call_on_both_sides_matches() -> None:
    """A minute's difference of clocks and all."""
    assert outcomes([theirs(at=60)], [ours()]) == {Outcome.MATCHED: 1}


def test_a_bill_may_have_durations_rounded_up() -> None:
    """By the increments of its own rate."""
    assert outcomes([theirs(seconds=60)], [ours(seconds=31)]) == {Outcome.MATCHED: 1}


def test_another_duration_or_amount_differs() -> None:
    """Both have the call, and not the same money."""
    assert outcomes([theirs(seconds=90)], [ours()]) == {Outcome.DIFFERING: 1}
    assert outcomes([theirs(amount="0.02")], [ours()]) == {Outcome.DIFFERING: 1}


def test_another_number_or_hour_is_another_call() -> None:
    """One is asked for and was never made, one was made and is not asked for."""
    both = {Outcome.THEIRS_ONLY: 1, Outcome.OURS_ONLY: 1}

    assert outcomes([theirs(number="2")], [ours()]) == both
    assert outcomes([theirs(at=121)], [ours()]) == both


def test_of_two_attempts_the_one_that_is_not_asked_for_is_left_over() -> None:
    """The bill has the long call; the short one before it is the carrier's loss."""
    pairs = list(
        match([theirs(at=40, seconds=80)], [ours(seconds=5), ours(at=45, seconds=80)], TWO_MINUTES)
    )

    (left,) = (pair.ours for pair in pairs if pair.outcome is Outcome.OURS_ONLY)
    assert left is not None
    assert left.seconds == 5


@settings(deadline=None)
@given(st.lists(their_calls, max_size=25), st.lists(our_calls, max_size=25))
def test_every_call_is_told_exactly_once(bill: list[CarrierCall], own: list[OwnCall]) -> None:
    """Nothing vanishes, nothing is paired twice, and pairs are near and of one number."""
    pairs = list(match(bill, own, TWO_MINUTES))

    assert Counter(pair.theirs for pair in pairs if pair.theirs) == Counter(bill)
    assert Counter(pair.ours for pair in pairs if pair.ours) == Counter(own)
    for pair in pairs:
        if pair.theirs and pair.ours:
            assert pair.theirs.number == pair.ours.number
            assert abs(pair.theirs.start_time - pair.ours.start_time) <= TWO_MINUTES.start


@settings(deadline=None)
@given(st.lists(their_calls, max_size=25), st.lists(our_calls, max_size=25), st.randoms())
def test_the_order_of_the_files_does_not_matter(
    bill: list[CarrierCall], own: list[OwnCall], chance: random.Random
) -> None:
    """A bill that is sorted otherwise has the same outcome."""
    before = outcomes(bill, own)
    chance.shuffle(bill)
    chance.shuffle(own)

    assert outcomes(bill, own) == before


@settings(deadline=None)
@given(st.lists(our_calls, max_size=30))
def test_a_bill_of_just_our_calls_has_nothing_to_dispute(own: list[OwnCall]) -> None:
    """Whatever the calls are like."""
    bill = [
        CarrierCall(call.number, call.start_time, call.billed_seconds, Decimal("0.01"))
        for call in own
    ]
    alike = [
        OwnCall(c.number, c.start_time, c.seconds, c.billed_seconds, Fraction("0.01")) for c in own
    ]

    assert outcomes(bill, alike)[Outcome.MATCHED] >= len(own) - _crossed(own)


def _crossed(own: list[OwnCall]) -> int:
    """Counts calls that another to the same number near in time could stand in for."""
    return sum(
        any(
            other is not call
            and other.number == call.number
            and abs(other.start_time - call.start_time) <= TWO_MINUTES.start
            for other in own
        )
        for call in own
    )
