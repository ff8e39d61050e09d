"""Buckets of requests: one for a key, one for all keys of its tenant."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.auth.api_keys import Holder
from services.gateway.auth.callers import Caller
from services.gateway.rest.rate_limits import RequestLimiter, RequestLimits
from services.kit.clock import MovableClock

LIMITS = RequestLimits(per_key=6, per_tenant=10)


def _clock() -> MovableClock:
    return MovableClock(datetime(2026, 11, 2, 12, tzinfo=UTC))


def _holder(key: str, requests_per_minute: int | None = None) -> Holder:
    caller = Caller(f"tenants/sunny/apiKeys/{key}", "tenants/sunny", False, frozenset(), ())
    return Holder(caller, (), requests_per_minute)


def _admitted(limiter: RequestLimiter, holder: Holder, count: int) -> int:
    return sum(limiter.take(holder).refusal is None for _ in range(count))


def test_keys_of_a_tenant_share_what_is_the_tenants() -> None:
    """The second key has a bucket of its own, and half of it is left in the tenant's."""
    limiter = RequestLimiter(_clock(), LIMITS)

    assert _admitted(limiter, _holder("one"), 20) == 6
    assert _admitted(limiter, _holder("two"), 20) == 4
    refusal = limiter.take(_holder("three")).refusal
    assert refusal is not None
    assert refusal.metadata["policy"] == "tenant"


@given(st.integers(1, 500))
def test_a_full_bucket_holds_its_quota(quota: int) -> None:
    """Of every number, also one that does not divide a minute."""
    limiter = RequestLimiter(_clock(), RequestLimits(quota, quota))

    assert _admitted(limiter, _holder("one"), quota + 3) == quota


def test_what_was_agreed_with_a_tenant_is_what_any_of_its_keys_may_use() -> None:
    """A key can use all of it."""
    limiter = RequestLimiter(_clock(), LIMITS)

    assert _admitted(limiter, _holder("one", 50), 100) == 50


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 12)), max_size=30))
def test_never_more_than_a_full_bucket_and_what_has_come_since(
    visits: list[tuple[int, int]],
) -> None:
    """However requests are spread; and whoever waits as long as it is told is let in."""
    clock = _clock()
    limiter = RequestLimiter(clock, LIMITS)
    admitted, seconds = 0, 0
    for pause, count in visits:
        clock.advance(seconds=pause)
        seconds += pause
        admitted += _admitted(limiter, _holder("one"), count)
        assert admitted <= 6 + seconds / 10

    refusal = limiter.take(_holder("one")).refusal
    if refusal is not None:
        clock.advance(seconds=refusal.retry_after_seconds or 0)
        assert limiter.take(_holder("one")).refusal is None
