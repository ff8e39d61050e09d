"""A cap divided over hosts: never above it, on the way as little as at its end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.telephony.domain.trunk import (
    PrefixesExhausted,
    carrier_row_id,
    next_grants,
    prefix_of,
    shares,
)


@given(st.integers(0, 5000), st.integers(1, 40))
def test_shares_make_up_the_cap(calls_max: int, hosts: int) -> None:
    """To the last call, and no two of them differ by more than one."""
    parts = shares(calls_max, hosts)

    assert sum(parts) == calls_max
    assert max(parts) - min(parts) <= 1


@given(st.data(), st.integers(0, 300), st.integers(1, 8))
def test_the_sum_is_never_above_the_cap_on_the_way(
    data: st.DataObject, calls_max: int, hosts: int
) -> None:
    """Whichever hosts have heard of the step: each has what it had, or what it gets."""
    whole = st.lists(st.integers(0, calls_max), min_size=hosts, max_size=hosts)
    granted = data.draw(whole.filter(lambda parts: sum(parts) <= calls_max))
    wanted = data.draw(whole.filter(lambda parts: sum(parts) <= calls_max))

    grants = next_grants(granted, wanted, calls_max)

    assert sum(map(max, granted, grants)) <= calls_max


@given(st.integers(0, 300), st.integers(1, 8), st.integers(1, 8))
def test_two_steps_reach_what_is_wanted(calls_max: int, before: int, after: int) -> None:
    """The first takes away, the second gives."""
    hosts = max(before, after)
    granted = shares(calls_max, before) + [0] * (hosts - before)
    wanted = shares(calls_max, after) + [0] * (hosts - after)

    for _ in range(2):
        granted = next_grants(granted, wanted, calls_max)

    assert granted == wanted


def test_a_cap_that_was_lowered_takes_before_it_gives() -> None:
    """Two hosts of 10 and 0 with a cap of 4 now: nothing is given while 10 are out."""
    assert next_grants([10, 0], [2, 2], 4) == [2, 0]
    assert next_grants([2, 0], [2, 2], 4) == [2, 2]


def test_prefixes_have_four_digits_and_an_end() -> None:
    """No two begin alike, because all are of one length."""
    assert [prefix_of(1), prefix_of(6000)] == ["2000", "7999"]
    with pytest.raises(PrefixesExhausted):
        prefix_of(6001)


def test_the_id_of_a_row_fits_and_names_nobody() -> None:
    """15 characters is what the dialer keeps."""
    ids = {carrier_row_id("t123456", f"10.0.0.{number}") for number in range(200)}

    assert len(ids) == 200
    assert {len(each) for each in ids} == {14}
