"""RouteService: routes, and whose they are."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from services.kit.aip import page_token
from services.kit.aip.page_token import InvalidPageToken
from services.kit.aip.resource_name import tenant_id_of
from services.kit.audit import facts_of_message
from services.kit.clock import Clock
from services.kit.db.idempotency import fingerprint
from services.kit.db.transaction import Database
from services.telephony.partners.directory import Directory
from services.telephony.rpc import wire
from services.telephony.rpc.names import RouteName
from services.telephony.store import TelephonyStore
from services.telephony.usecases.give_routes import assign_route, create_route
from veneer.telephony.v1 import route_service_pb2 as pb
from veneer.telephony.v1 import route_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

# Routes are no tenant's: their requests are remembered under none.
_NO_TENANT = ""


class RouteService(rpc.RouteServiceServicer):
    """veneer.telephony.v1.RouteService; sets `wake` when legs may have become somebody's."""

    def __init__(
        self,
        db: Database[TelephonyStore],
        clock: Clock,
        directory: Directory,
        wake: asyncio.Event,
    ) -> None:
        self._db, self._clock, self._directory, self._wake = db, clock, directory, wake

    async def ListRoutes(
        self, request: pb.ListRoutesRequest, context: Context
    ) -> pb.ListRoutesResponse:
        size = page_token.page_size(request, 50, 500)
        cursor = page_token.decode(request)
        if cursor is not None and len(cursor) != 1:
            raise InvalidPageToken
        async with self._db.operator_read() as store:
            page = await store.routes.list_after(cursor[0] if cursor else "", size + 1)
            tenants = {route.tenant_id for route in page if route.tenant_id is not None}
            hosts = await store.trunks.of_tenants(sorted(tenants))
        token = page_token.encode(request, [page[size - 1].code]) if len(page) > size else ""
        return pb.ListRoutesResponse(
            routes=[wire.route(route, hosts) for route in page[:size]], next_page_token=token
        )

    async def CreateRoute(self, request: pb.CreateRouteRequest, context: Context) -> pb.Route:
        asked = wire.route_from(request, self._clock.now())
        if asked.tenant_id is not None:
            await self._directory.get(asked.tenant_id)
        async with self._db.operator_transaction() as store:
            key = (_NO_TENANT, "CreateRoute", request.request_id)
            answered = await store.requests.answer_to(*key, fingerprint(request))
            if answered is not None:
                return pb.Route.FromString(answered)
            answer = wire.route(await create_route(store, asked))
            await store.changes.note_of_operator(
                "routes.create", answer.name, after=facts_of_message(answer)
            )
            await store.requests.remember(*key, answer.SerializeToString())
        self._wake.set()
        return answer

    async def AssignRoute(self, request: pb.AssignRouteRequest, context: Context) -> pb.Route:
        route_id = RouteName.parse(request.name).route
        tenant_id = tenant_id_of(request.tenant, "tenant")
        await self._directory.get(tenant_id)
        async with self._db.operator_transaction() as store:
            key = (_NO_TENANT, "AssignRoute", request.request_id)
            answered = await store.requests.answer_to(*key, fingerprint(request))
            if answered is not None:
                return pb.Route.FromString(answered)
            answer = wire.route(await assign_route(store, route_id, tenant_id, self._clock.now()))
            await store.changes.note_of_operator(
                "routes.assign", answer.name, after=facts_of_message(answer)
            )
            await store.requests.remember(*key, answer.SerializeToString())
        self._wake.set()
        return answer
