"""Ids of calls begin with the second of the start, in an order-preserving alphabet."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from services.usage.domain.call_id import first_id_of, start_second
from tests.support.builders.usage import call_id

SECONDS = st.integers(min_value=0, max_value=2**40 - 1)


def test_an_id_tells_the_start() -> None:
    start = datetime(2025, 11, 3, 17, 0, 5, tzinfo=UTC)

    assert start_second(call_id("any", start)) == int(start.timestamp())


def test_the_first_id_of_a_second_is_written_as_telephony_writes_it() -> None:
    start = datetime(2025, 11, 3, 17, 0, 5, tzinfo=UTC)

    assert call_id("any", start).startswith(first_id_of(int(start.timestamp())))


@given(SECONDS, SECONDS)
def test_ids_are_in_the_order_of_their_starts(one: int, other: int) -> None:
    assert (first_id_of(one) < first_id_of(other)) == (one < other)


@given(SECONDS)
def test_the_second_is_read_back(second: int) -> None:
    assert start_second(first_id_of(second)) == second
