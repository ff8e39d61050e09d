"""DidService: the numbers that clients hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.kit.aip import page_token
from services.kit.aip.resource_name import possible_tenant_id, tenant_id_of
from services.kit.db.idempotency import fingerprint
from services.kit.errors import InvalidRequest, NotFound
from services.telephony.domain.audited import of_did
from services.telephony.domain.did import check_number, new_did
from services.telephony.domain.stock import prefix_of
from services.telephony.rpc import wire
from services.telephony.rpc.names import AgentName, CampaignName, DidName
from services.telephony.rpc.pages import cursor_of, cut
from services.telephony.usecases.client_desk import Asked
from services.telephony.usecases.keep_dids import (
    DidDesk,
    DidKey,
    give_did,
    order_did,
    release_did,
    route_did,
)
from veneer.telephony.v1 import did_service_pb2 as pb
from veneer.telephony.v1 import did_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class DidService(rpc.DidServiceServicer):
    """veneer.telephony.v1.DidService."""

    def __init__(self, desk: DidDesk) -> None:
        self._desk = desk

    async def ListDids(self, request: pb.ListDidsRequest, context: Context) -> pb.ListDidsResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        after = cursor_of(request)
        async with self._desk.db.read(tenant_id) as store:
            found = await store.dids.list_after(tenant_id, after, size + 1)
        page, token = cut(request, found, size, lambda did: did.did_id)
        return pb.ListDidsResponse(dids=[wire.did(did) for did in page], next_page_token=token)

    async def CreateDid(self, request: pb.CreateDidRequest, context: Context) -> pb.Did:
        tenant_id = tenant_id_of(request.parent, "parent")
        start_date = wire.day(request.did.start_date, "did.start_date")
        did = new_did(tenant_id, request.did.phone_number, start_date, self._desk.clock.now())
        limits = (await self._desk.directory.get(tenant_id)).limits
        # The operator's, so that days of its last holder are seen.
        async with self._desk.db.operator_transaction() as store:
            key = (tenant_id, "CreateDid", request.request_id)
            answered = await store.requests.answer_to(*key, fingerprint(request))
            if answered is not None:
                return pb.Did.FromString(answered)
            await give_did(store, did, limits)
            await store.changes.note(of_did("dids.create", None, did))
            answer = wire.did(did)
            await store.requests.remember(*key, answer.SerializeToString())
        self._desk.wake()
        return answer

    async def ListAvailableDids(
        self, request: pb.ListAvailableDidsRequest, context: Context
    ) -> pb.ListAvailableDidsResponse:
        tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        after, prefix = cursor_of(request), prefix_of(request.prefix)
        today = self._desk.clock.now().date()
        # The stock is the operator's: nothing but numbers is told of it.
        async with self._desk.db.operator_read() as store:
            found = await store.stock_numbers.list_available(prefix, after, size + 1, today)
        page, token = cut(request, found, size, lambda number: number)
        return pb.ListAvailableDidsResponse(
            available_dids=[pb.AvailableDid(phone_number=f"+{number}") for number in page],
            next_page_token=token,
        )

    async def OrderDid(self, request: pb.OrderDidRequest, context: Context) -> pb.Did:
        tenant_id = tenant_id_of(request.parent, "parent")
        if request.phone_number:
            check_number(request.phone_number, "phone_number")
            if request.prefix:
                raise InvalidRequest.at("prefix", "Must be empty with a number.")
        prefix, number = prefix_of(request.prefix), request.phone_number.removeprefix("+")
        did = await order_did(self._desk, prefix, number, Asked(tenant_id, request))
        return wire.did(did)

    async def RouteDid(self, request: pb.RouteDidRequest, context: Context) -> pb.Did:
        key = _key_of(request.name)
        target = _target_of(key[0], request.target)
        return wire.did(await route_did(self._desk, key, target, Asked(key[0], request)))

    async def ReleaseDid(self, request: pb.ReleaseDidRequest, context: Context) -> pb.Did:
        key = _key_of(request.name)
        return wire.did(await release_did(self._desk, key, Asked(key[0], request)))


def _key_of(text: str) -> DidKey:
    name = DidName.parse(text, "name")
    return possible_tenant_id(name.tenant, text), name.did


def _target_of(tenant_id: str, text: str) -> str:
    """Gives the target within its tenant; another tenant's is not there."""
    if not text:
        return ""
    if "/campaigns/" in text:
        campaign = CampaignName.parse(text, "target")
        whose, target = campaign.tenant, f"campaigns/{campaign.campaign}"
    else:
        agent = AgentName.parse(text, "target")
        whose, target = agent.tenant, f"agents/{agent.agent}"
    if whose != tenant_id:
        raise NotFound(resource=text)
    return target
