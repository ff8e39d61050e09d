"""How many requests a key and its tenant may send: buckets that fill up again by themselves."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from services.gateway.auth.api_keys import Holder
from services.gateway.http.asgi import Header
from services.kit.clock import Clock
from services.kit.errors import Kind, Refusal

_WINDOW: Final = timedelta(minutes=1)
_NOTHING: Final = timedelta()
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


@dataclass(frozen=True, slots=True)
class _Bucket:
    """A quota, and how long the bucket takes until it is full again."""

    policy: str
    key: str
    quota: int
    lack: timedelta

    @property
    def interval(self) -> timedelta:
        """How long one request takes to come again; rounded so that all of them fit."""
        return _WINDOW // self.quota

    @property
    def wait(self) -> timedelta:
        """How long until there is a request in it; nothing if there is one."""
        return max(_NOTHING, self.lack + self.interval - _WINDOW)

    def without_one(self) -> _Bucket:
        """Gives it when a request was taken out."""
        return replace(self, lack=self.lack + self.interval)

    @property
    def remaining(self) -> int:
        """How many requests are in it."""
        return max(0, (_WINDOW - self.lack) // self.interval)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left after a request, or why it is refused; by the fields of the IETF's draft."""

    buckets: tuple[_Bucket, ...]
    refusal: TooManyRequests | None = None

    @property
    def headers(self) -> list[Header]:
        """Says each policy and what is left of it."""
        policies = (
            f'"{each.policy}";q={each.quota};w={_seconds(_WINDOW)}' for each in self.buckets
        )
        left = (
            f'"{each.policy}";r={each.remaining};t={_seconds(each.lack)}' for each in self.buckets
        )
        return [
            (b"ratelimit-policy", ", ".join(policies).encode()),
            (b"ratelimit", ", ".join(left).encode()),
        ]


class RequestLimiter:
    """Keeps the buckets of this process, each as the instant at which it is full again."""

    def __init__(self, clock: Clock, limits: RequestLimits) -> None:
        self._clock, self._limits = clock, limits
        self._full: OrderedDict[str, datetime] = OrderedDict()

    def take(self, holder: Holder) -> Allowance:
        """Takes one request out of a key's bucket and its tenant's, or out of neither."""
        now, caller, own = self._clock.now(), holder.caller, holder.requests_per_minute
        buckets = (
            self._bucket("key", caller.subject, own or self._limits.per_key, now),
            self._bucket("tenant", caller.tenant, own or self._limits.per_tenant, now),
        )
        emptiest = max(buckets, key=lambda bucket: bucket.wait)
        if emptiest.wait > _NOTHING:
            wait_seconds = _seconds(emptiest.wait)
            return Allowance(
                buckets, TooManyRequests(emptiest.policy, emptiest.quota, wait_seconds)
            )
        taken = tuple(bucket.without_one() for bucket in buckets)
        for bucket in taken:
            self._keep(bucket, now)
        return Allowance(taken)

    def _bucket(self, policy: str, key: str, quota: int, now: datetime) -> _Bucket:
        return _Bucket(policy, key, quota, max(_NOTHING, self._full.get(key, now) - now))

    def _keep(self, bucket: _Bucket, now: datetime) -> None:
        self._full[bucket.key] = now + bucket.lack
        self._full.move_to_end(bucket.key)
        if len(self._full) > _REMEMBERED_MAX:
            self._full.popitem(last=False)


def _seconds(span: timedelta) -> int:
    """Gives whole seconds, none too few."""
    return -(-span // timedelta(seconds=1))
