"""Tenants: the operator at the root, its clients beneath it."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cache

from services.kit.errors import Aborted, FieldViolation, InvalidRequest, Kind, Refusal
from services.tenancy.domain import brand as brand_rules
from services.tenancy.domain.brand import Brand
from services.tenancy.domain.email_address import is_email

HOST_NAMES_MAX = 10

_TENANT_ID = re.compile(r"[a-z][a-z0-9-]{1,30}")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST_NAME = re.compile(rf"(?=.{{4,253}}$){_LABEL}(?:\.{_LABEL})+")


class State(StrEnum):
    """How a tenant stands with its seller."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    CANCELLED = "CANCELLED"


class Tier(StrEnum):
    """The offer that a tenant's limits come from."""

    BRONZE = "BRONZE"
    SILVER = "SILVER"
    GOLD = "GOLD"
    ENTERPRISE = "ENTERPRISE"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a tenant may use at once; None is without limit."""

    max_concurrent_calls: int | None = None
    max_agents: int | None = None
    max_campaigns: int | None = None
    max_dids: int | None = None
    max_storage_gigabytes: int | None = None


_TIER_LIMITS = {
    Tier.BRONZE: Limits(max_concurrent_calls=5, max_agents=10),
    Tier.SILVER: Limits(max_concurrent_calls=20, max_agents=50),
    Tier.GOLD: Limits(),
    Tier.ENTERPRISE: Limits(),
}


@dataclass(frozen=True, slots=True)
class Tenant:
    """Somebody with a dialer of its own. `seller_id` is None for the operator alone."""

    tenant_id: str
    display_name: str
    seller_id: str | None
    state: State
    tier: Tier
    time_zone: str
    brand: Brand
    limits: Limits
    create_time: datetime
    host_names: tuple[str, ...] = ()
    contact_email: str = ""
    internal_notes: str = field(default="", repr=False)
    billing_anchor_day: int = 1
    max_requests_per_minute: int | None = None
    service_end_time: datetime | None = None
    version: int = 1

    @property
    def etag(self) -> str:
        """Changes with every change."""
        return f'"{self.version}"'

    @property
    def may_sell(self) -> bool:
        """Whether it may have clients."""
        return self.is_operator or self.tier is Tier.ENTERPRISE

    @property
    def is_operator(self) -> bool:
        """Whether this is the root of the tree."""
        return self.seller_id is None


def has_ended(tenant: Tenant) -> bool:
    """Tells whether a tenant's service is over, so that its owner comes for its data alone."""
    return tenant.state is State.CANCELLED


def limits_of(tier: Tier) -> Limits:
    """Gives the limits that an offer comes with."""
    return _TIER_LIMITS[tier]


class SellerCannotSell(Refusal):
    """Somebody was named as seller who may have no clients."""

    kind = Kind.FAILED_PRECONDITION
    reason = "SELLER_CANNOT_SELL"


def changed(tenant: Tenant, wanted: Tenant, etag: str) -> Tenant:
    """Gives the tenant with other values, the very same if they are no others.

    Refuses with CONCURRENT_CHANGE for an old etag, and with INVALID_REQUEST.
    """
    if etag and etag != tenant.etag:
        raise Aborted("The tenant was changed meanwhile.")
    if wanted == tenant:
        return tenant
    return checked(replace(wanted, version=tenant.version + 1))


def checked(tenant: Tenant) -> Tenant:
    """Gives the tenant back, or refuses with everything that is wrong with it."""
    violations = list(_violations(tenant))
    if violations:
        raise InvalidRequest(violations)
    return tenant


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def _violations(tenant: Tenant) -> Iterator[FieldViolation]:
    if not _TENANT_ID.fullmatch(tenant.tenant_id):
        yield FieldViolation(
            "tenant_id",
            "Must be 2 to 31 lower-case letters, digits and hyphens, a letter first.",
        )
    if not 1 <= len(tenant.display_name) <= 80:
        yield FieldViolation("tenant.display_name", "Must have 1 to 80 characters.")
    if tenant.time_zone not in _time_zones():
        yield FieldViolation(
            "tenant.time_zone", "Must be the IANA name of a zone, for example America/New_York."
        )
    if len(tenant.host_names) > HOST_NAMES_MAX:
        yield FieldViolation("tenant.host_names", f"Must be at most {HOST_NAMES_MAX}.")
    for index, host_name in enumerate(tenant.host_names):
        if not _HOST_NAME.fullmatch(host_name):
            yield FieldViolation(
                f"tenant.host_names[{index}]", "Must be a lower-case host name without port."
            )
    if tenant.contact_email and not is_email(tenant.contact_email):
        yield FieldViolation("tenant.contact_email", "Must be an e-mail address.")
    if not 1 <= tenant.billing_anchor_day <= 31:
        yield FieldViolation("tenant.billing_anchor_day", "Must be 1 to 31.")
    rate = tenant.max_requests_per_minute
    if rate is not None and not 1 <= rate <= 1_000_000:
        yield FieldViolation("tenant.max_requests_per_minute", "Must be 1 to 1,000,000.")
    yield from _limit_violations(tenant.limits)
    yield from brand_rules.violations_of(tenant.brand, "tenant.brand")


def _limit_violations(limits: Limits) -> Iterator[FieldViolation]:
    for name, value in asdict(limits).items():
        if value is not None and not 0 <= value <= 1_000_000:
            yield FieldViolation(f"tenant.limits.{name}", "Must be 0 to 1,000,000.")
