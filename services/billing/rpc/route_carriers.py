"""RouteCarrierService: which carrier is behind each route."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from services.billing.domain.route_carrier import RouteCarrier, checked_carrier
from services.billing.rpc.wire import timestamp
from services.billing.usecases import Desk
from services.billing.usecases.once import Once
from services.billing.usecases.set_route_carrier import set_route_carrier
from services.kit.aip.resource_name import tenant_id_of
from services.kit.errors import InvalidRequest
from veneer.billing.v1 import route_carrier_service_pb2 as pb
from veneer.billing.v1 import route_carrier_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_NO_TENANT: Final = ""
_ROUTES: Final = "routes/"


class RouteCarrierService(rpc.RouteCarrierServiceServicer):
    """veneer.billing.v1.RouteCarrierService."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def SetRouteCarrier(
        self, request: pb.SetRouteCarrierRequest, context: Context
    ) -> pb.RouteCarrier:
        wire = request.route_carrier
        route = wire.route.removeprefix(_ROUTES)
        if route == wire.route or not route or "/" in route:
            wanted = "Must be of the form routes/{route}."
            raise InvalidRequest.at("route_carrier.route", wanted)
        said = RouteCarrier(
            route=route,
            carrier=checked_carrier(wire.carrier, "route_carrier.carrier"),
            tenant_id=tenant_id_of(wire.tenant, "route_carrier.tenant") if wire.tenant else "",
            update_time=self._desk.clock.now(),
        )
        once = Once(_NO_TENANT, request, to_wire, pb.RouteCarrier)
        return await set_route_carrier(self._desk, said, once)


def to_wire(said: RouteCarrier) -> pb.RouteCarrier:
    """Writes which carrier is behind a route."""
    return pb.RouteCarrier(
        route=f"{_ROUTES}{said.route}",
        carrier=said.carrier,
        tenant=f"tenants/{said.tenant_id}" if said.tenant_id else "",
        update_time=timestamp(said.update_time),
    )
