"""Whether everything runs: each service's health, and what waits for somebody."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Final

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from starlette.responses import Response

from services.gateway.portal.figures import plain
from services.gateway.portal.visit import Visit
from veneer.telephony.v1 import leg_service_pb2 as legs_pb
from veneer.telephony.v1 import reconciliation_service_pb2 as reconciliations_pb
from veneer.telephony.v1 import route_service_pb2 as routes_pb
from veneer.tenancy.v1 import host_certificate_service_pb2 as certificates_pb

_READ: Final = 500
_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Health:
    """What a service answers when asked whether it serves."""

    service: str
    is_serving: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for somebody: how much of it, and where it is dealt with."""

    label: str
    path: str
    count: str
    is_bad: bool
    note: str


async def system(visit: Visit) -> Response:
    """Shows what runs and what waits; what cannot be told now is left out."""
    names = sorted(visit.services.channels)
    found: list[Any] = await asyncio.gather(
        *(_health(visit, name) for name in names),
        _told(visit, "legs.read", _unassigned(visit)),
        _told(visit, "legs.read", _quarantined(visit)),
        _told(visit, "routes.read", _failing(visit)),
        _told(visit, "reconciliations.read", _unexplained(visit)),
        _told(visit, "hostCertificates.read", _uncertified(visit)),
    )
    return visit.page(
        "console/system.html",
        title="System",
        services=found[: len(names)],
        waiting=[each for each in found[len(names) :] if each is not None],
    )


async def _health(visit: Visit, name: str) -> Health:
    stub: Any = health_pb2_grpc.HealthStub(visit.services.channels[name])
    try:
        answer = await stub.Check(health_pb2.HealthCheckRequest(), timeout=_SECONDS)
    except grpc.aio.AioRpcError as error:
        return Health(name, False, f"no answer: {error.code().name.replace('_', ' ').lower()}")
    is_serving = answer.status == health_pb2.HealthCheckResponse.SERVING
    return Health(name, is_serving, "answers" if is_serving else "takes nothing at the moment")


async def _told(visit: Visit, permission: str, asking: Any) -> Waiting | None:
    if not visit.caller.may(permission):
        asking.close()
        return None
    try:
        told: Waiting = await asking
    except grpc.aio.AioRpcError:
        return None
    return told


async def _unassigned(visit: Visit) -> Waiting:
    answer = await visit.services.legs.SummarizeUnassignedLegs(
        legs_pb.SummarizeUnassignedLegsRequest(), metadata=visit.metadata
    )
    legs = sum(each.leg_count for each in answer.route_summaries)
    routes = len(answer.route_summaries)
    return _counted("Legs without a client", "/legs", legs, f"of {routes} routes")


async def _quarantined(visit: Visit) -> Waiting:
    answer = await visit.services.legs.ListQuarantinedLines(
        legs_pb.ListQuarantinedLinesRequest(page_size=_READ), metadata=visit.metadata
    )
    waiting = [
        line
        for line in answer.quarantined_lines
        if line.state == legs_pb.QuarantinedLine.QUARANTINED
    ]
    more = bool(answer.next_page_token)
    return _counted("Lines put aside", "/legs#lines", len(waiting), "of journals", more)


async def _failing(visit: Visit) -> Waiting:
    answer = await visit.services.routes.ListRoutes(
        routes_pb.ListRoutesRequest(page_size=_READ), metadata=visit.metadata
    )
    failing = sum(route.state == routes_pb.Route.FAILED for route in answer.routes)
    more = bool(answer.next_page_token)
    return _counted("Routes that fail", "/routes", failing, f"of {plain(len(answer.routes))}", more)


async def _unexplained(visit: Visit) -> Waiting:
    request = reconciliations_pb.ListReconciliationsRequest(page_size=_READ, drifts_only=True)
    answer = await visit.services.reconciliations.ListReconciliations(
        request, metadata=visit.metadata
    )
    days, more = len(answer.reconciliations), bool(answer.next_page_token)
    path = "/reconciliations?drifts=1"
    return _counted("Days not explained", path, days, "journals against the dialer", more)


async def _uncertified(visit: Visit) -> Waiting:
    request = certificates_pb.ListHostCertificatesRequest(page_size=_READ)
    answer = await visit.services.host_certificates.ListHostCertificates(
        request, metadata=visit.metadata
    )
    kind, more = certificates_pb.HostCertificate, bool(answer.next_page_token)
    needed = [each for each in answer.host_certificates if each.state == kind.NEEDED]
    path = f"/clients/{needed[0].tenant.removeprefix('tenants/')}/host-names" if needed else "/"
    return _counted("Certificates to be made", path, len(needed), "of clients' host names", more)


def _counted(label: str, path: str, count: int, note: str, more: bool = False) -> Waiting:
    return Waiting(label, path, f"{plain(count)}{'+' if more else ''}", count > 0, note)
