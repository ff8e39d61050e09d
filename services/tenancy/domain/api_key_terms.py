"""Until when a key is good, and from where: the rules of both, and of keys that replace others."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.kit.errors import FieldViolation, InvalidRequest, Kind, Refusal
from services.tenancy.domain.credential import ApiKey

NETWORKS_MAX = 20
LIFE_MAX = timedelta(days=3660)
OVERLAP = timedelta(days=1)
OVERLAP_MAX = timedelta(days=30)
# How exactly it is known when a key was used last; more would be a write at every request.
USE_NOTED_EVERY = timedelta(minutes=1)


class ApiKeyState(StrEnum):
    """Whether a key opens anything."""

    ACTIVE = "ACTIVE"
    REVOKED = "REVOKED"
    EXPIRED = "EXPIRED"


class ApiKeyEnded(Refusal):
    """A key that is revoked or over cannot be replaced."""

    kind = Kind.FAILED_PRECONDITION
    reason = "API_KEY_ENDED"


@dataclass(frozen=True, slots=True)
class Terms:
    """Until when a key is good, and from which networks; without either for ever, from anywhere."""

    expire_time: datetime | None = None
    allowed_networks: tuple[str, ...] = ()


FOR_EVER = Terms()


def networks_of(typed: Iterable[str]) -> tuple[str, ...]:
    """Gives networks as they are written everywhere, each once; what is none stays as it is."""
    return tuple(dict.fromkeys(_written(text.strip()) for text in typed))


def violations_of(terms: Terms, now: datetime, path: str) -> Iterator[FieldViolation]:
    """Gives what is wrong with a new key's terms."""
    if terms.expire_time is not None and not now < terms.expire_time <= now + LIFE_MAX:
        yield FieldViolation(f"{path}.expire_time", "Must be in the future, at most ten years.")
    if len(terms.allowed_networks) > NETWORKS_MAX:
        yield FieldViolation(f"{path}.allowed_networks", f"Must be at most {NETWORKS_MAX}.")
    for index, text in enumerate(terms.allowed_networks[:NETWORKS_MAX]):
        if not _is_network(text):
            yield FieldViolation(
                f"{path}.allowed_networks[{index}]",
                "Must be an address or a network such as 203.0.113.0/24 or 2001:db8::/32, "
                "without bits behind its prefix.",
            )


def state_of(api_key: ApiKey, now: datetime) -> ApiKeyState:
    """Tells whether a key opens anything."""
    if api_key.revoke_time is not None:
        return ApiKeyState.REVOKED
    is_over = api_key.expire_time is not None and api_key.expire_time <= now
    return ApiKeyState.EXPIRED if is_over else ApiKeyState.ACTIVE


def successor_terms(api_key: ApiKey, now: datetime) -> Terms:
    """Gives the terms of a key that replaces another: as long a life, and the same networks."""
    life = api_key.expire_time - api_key.create_time if api_key.expire_time else None
    return Terms(now + life if life else None, api_key.allowed_networks)


def checked_overlap(overlap: timedelta) -> timedelta:
    """Gives it back, or refuses with INVALID_REQUEST."""
    if not timedelta() <= overlap <= OVERLAP_MAX:
        raise InvalidRequest.at("overlap", "Must be 0 to 30 days.")
    return overlap


def end_of_replaced(api_key: ApiKey, overlap: timedelta, now: datetime) -> datetime:
    """Gives when a replaced key ends: never later than it would have anyway."""
    end = now + overlap
    return min(end, api_key.expire_time) if api_key.expire_time else end


def _written(text: str) -> str:
    return str(ipaddress.ip_network(text)) if _is_network(text) else text


def _is_network(text: str) -> bool:
    try:
        network = ipaddress.ip_network(text)
    except ValueError:
        return False
    # An interface's name behind a percent sign is of no meaning from outside.
    return "%" not in str(network)
