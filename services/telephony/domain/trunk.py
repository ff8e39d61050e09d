"""Trunks: what a tenant has in the dialer's carrier table, host by host, and how far that is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from services.kit.errors import Kind, Refusal

# Between numbers that dialers use for themselves: 1xxx for routing, 8600xxx and 9600xxx for rooms.
_FIRST_PREFIX: Final = 2000
_LAST_PREFIX: Final = 7999
_CARRIER_ROW_LENGTH: Final = 15

# How long an entry may take to be seen in the dialplan: its generator runs once a minute.
VERIFY_WITHIN: Final = timedelta(minutes=3)


class PrefixesExhausted(Refusal):
    """There are no more prefixes of four digits."""

    kind = Kind.RESOURCE_EXHAUSTED
    reason = "PREFIXES_EXHAUSTED"


class TrunkState(StrEnum):
    """How far a trunk is in one host."""

    PENDING = "PENDING"  # the dialer's table does not hold it (as it is to be)
    APPLIED = "APPLIED"  # it does; the host has not been seen to have it
    VERIFIED = "VERIFIED"
    FAILED = "FAILED"  # the reason says why; it is tried again


@dataclass(frozen=True, slots=True)
class Trunk:
    """A tenant's trunk; `version` changes with whatever it is rendered from."""

    tenant_id: str
    prefix: str
    three_way_prefix: str
    is_open: bool
    is_removed: bool
    version: int

    def campaign_columns(self) -> Mapping[str, str]:
        """The columns of a campaign whose calls take this trunk."""
        return {
            "dial_prefix": self.prefix,
            "manual_dial_prefix": self.prefix,
            "three_way_dial_prefix": self.three_way_prefix,
        }


@dataclass(frozen=True, slots=True)
class TrunkHost:
    """A trunk in one host. `version` is what was applied last; `calls_max` the host's share."""

    tenant_id: str
    cluster: str
    host: str
    state: TrunkState
    reason: str
    version: int
    calls_max: int
    apply_time: datetime | None
    verify_time: datetime | None


def prefix_of(number: int) -> str:
    """The prefix of the tenant with this number; refuses with PREFIXES_EXHAUSTED."""
    prefix = _FIRST_PREFIX + number - 1
    if prefix > _LAST_PREFIX:
        raise PrefixesExhausted("There are no more prefixes of four digits.")
    return str(prefix)


def carrier_row_id(neutral: str, host_address: str) -> str:
    """The id of the trunk's row for a host: at most 15 characters, and no name of either."""
    digest = hashlib.sha256(host_address.encode()).hexdigest()
    return f"{neutral}h{digest}"[: min(_CARRIER_ROW_LENGTH, len(neutral) + 7)]


def carrier_group(carrier_id: str) -> str:
    """The neutral name that a carrier's calls are counted under."""
    return "c" + hashlib.sha256(carrier_id.encode()).hexdigest()[:10]


def shares(calls_max: int, hosts: int) -> list[int]:
    """Divides a cap so that the parts make it up; the first ones get what is left over."""
    part, rest = divmod(calls_max, hosts)
    return [part + (number < rest) for number in range(hosts)]


def next_grants(granted: list[int], wanted: list[int], calls_max: int) -> list[int]:
    """Gives what each host may be granted now, host by host, on the way to what is wanted.

    Reductions at once, raises only out of what nobody holds: so that the sum of what is granted
    before and after is never above the cap, whoever has heard of it already.
    """
    free = max(0, calls_max - sum(map(max, granted, [0] * len(granted))))
    result = []
    for before, after in zip(granted, wanted, strict=True):
        raised = min(max(0, after - before), free)
        free -= raised
        result.append(min(before, after) + raised)
    return result
