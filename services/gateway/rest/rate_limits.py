"""How many requests a key and its tenant may send: buckets that fill up again by themselves."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.gateway.auth.api_keys import Holder
from services.gateway.http.asgi import Header
from services.kit.clock import Clock
from services.kit.errors import Kind, Refusal

_WINDOW_SECONDS: Final = 60
# Whoever is forgotten because so many others came since has a full bucket again.
_REMEMBERED_MAX: Final = 50_000


class TooManyRequests(Refusal):
    """More requests than a key or its tenant may send."""

    kind = Kind.RESOURCE_EXHAUSTED
    reason = "TOO_MANY_REQUESTS"

    def __init__(self, policy: str, quota: int, wait_seconds: int) -> None:
        super().__init__(
            f"More than {quota} requests a minute; come again in {wait_seconds} seconds.",
            policy=policy,
            requests_per_minute=quota,
        )
        self.retry_after_seconds = wait_seconds


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """What a key and all keys of a tenant may send a minute, unless its seller has said."""

    per_key: int = 1200
    per_tenant: int = 3000


USUAL_LIMITS: Final = RequestLimits()


@dataclass(slots=True)
class _Bucket:
    """Holds as many requests as may come at once, and is full again within a window."""

    held: float
    at: datetime

    def fill(self, quota: int, now: datetime) -> None:
        """Adds what has come since the last time, which is nothing if the clock went back."""
        seconds = max(0.0, (now - self.at).total_seconds())
        self.held = min(quota, self.held + seconds * quota / _WINDOW_SECONDS)
        self.at = now


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left after a request, or why it is refused; by the fields of the IETF's draft."""

    items: tuple[tuple[str, int, float], ...]
    refusal: TooManyRequests | None = None

    @property
    def headers(self) -> list[Header]:
        """Says both policies and what is left of each."""
        policies = (f'"{name}";q={quota};w={_WINDOW_SECONDS}' for name, quota, _ in self.items)
        left = (
            f'"{name}";r={int(held)};t={_seconds(quota - held, quota)}'
            for name, quota, held in self.items
        )
        return [
            (b"ratelimit-policy", ", ".join(policies).encode()),
            (b"ratelimit", ", ".join(left).encode()),
        ]


class RequestLimiter:
    """Keeps the buckets of this process; each replica has its own."""

    def __init__(self, clock: Clock, limits: RequestLimits) -> None:
        self._clock, self._limits = clock, limits
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, holder: Holder) -> Allowance:
        """Takes one request out of a key's bucket and its tenant's, or out of neither."""
        now, caller = self._clock.now(), holder.caller
        own = holder.requests_per_minute
        quotas = (
            ("key", caller.subject, own or self._limits.per_key),
            ("tenant", caller.tenant, own or self._limits.per_tenant),
        )
        buckets = [(name, quota, self._filled(key, quota, now)) for name, key, quota in quotas]
        waits = [
            (_seconds(1 - bucket.held, quota), name, quota)
            for name, quota, bucket in buckets
            if bucket.held < 1
        ]
        if not waits:
            for _, _, bucket in buckets:
                bucket.held -= 1
        items = tuple((name, quota, bucket.held) for name, quota, bucket in buckets)
        if not waits:
            return Allowance(items)
        wait_seconds, name, quota = max(waits)
        return Allowance(items, TooManyRequests(name, quota, wait_seconds))

    def _filled(self, key: str, quota: int, now: datetime) -> _Bucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket(quota, now)
            if len(self._buckets) > _REMEMBERED_MAX:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(key)
        bucket.fill(quota, now)
        return bucket


def _seconds(missing: float, quota: int) -> int:
    """Gives how long it takes until so many requests have come again."""
    return math.ceil(max(0.0, missing) * _WINDOW_SECONDS / quota)
