"""Routes: the ways that one tenant's calls take through one carrier."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from services.kit.errors import FieldViolation, InvalidRequest, Kind, Refusal

_CODE = re.compile(r"[a-z0-9]{1,16}")
_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,29}[a-z0-9])?")
_CARRIER = re.compile(r"[a-z0-9-]{1,63}")


class RouteAssigned(Refusal):
    """The route is another tenant's already."""

    kind = Kind.FAILED_PRECONDITION
    reason = "ROUTE_ASSIGNED"


class FailoverImpossible(Refusal):
    """The other route cannot stand in for this one."""

    kind = Kind.FAILED_PRECONDITION
    reason = "FAILOVER_IMPOSSIBLE"


@dataclass(frozen=True, slots=True)
class Route:
    """A route; `code` is what the journals call it, `tenant_id` None while it is nobody's.

    `failover_route_id` is the route that calls take when the carrier of this one fails.
    """

    route_id: str
    code: str
    carrier: str
    create_time: datetime
    tenant_id: str | None = None
    assign_time: datetime | None = None
    failover_route_id: str | None = None


def checked(route: Route) -> Route:
    """Gives the route; refuses with INVALID_REQUEST what it must not look like."""
    violations = []
    if not _ID.fullmatch(route.route_id):
        violations.append(
            FieldViolation("route_id", "Must be 1 to 31 lower-case letters, digits and hyphens.")
        )
    if not _CODE.fullmatch(route.code):
        violations.append(
            FieldViolation("route.code", "Must be 1 to 16 lower-case letters and digits.")
        )
    if not _CARRIER.fullmatch(route.carrier):
        violations.append(
            FieldViolation(
                "route.carrier", "Must be 1 to 63 lower-case letters, digits and hyphens."
            )
        )
    if violations:
        raise InvalidRequest(violations)
    return route


def checked_failover(route: Route, failover: Route) -> Route:
    """Gives the route; refuses with FAILOVER_IMPOSSIBLE what cannot stand in for it."""
    if failover.tenant_id != route.tenant_id:
        raise FailoverImpossible("The other route is not of the same tenant.")
    if failover.failover_route_id is not None:
        raise FailoverImpossible("The other route has a failover of its own.")
    if failover.carrier == route.carrier:
        raise FailoverImpossible("The other route goes through the same carrier.")
    return route


def assign(route: Route, tenant_id: str, at: datetime) -> Route:
    """Gives the route to a tenant; does nothing if it is its own, refuses if it is another's."""
    if route.tenant_id == tenant_id:
        return route
    if route.tenant_id is not None:
        raise RouteAssigned("The route is another tenant's.", route=f"routes/{route.route_id}")
    return replace(route, tenant_id=tenant_id, assign_time=at)
