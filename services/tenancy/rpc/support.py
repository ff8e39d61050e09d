"""SupportAccessService and SupportStaffService: looks of staff at clients' accounts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from services.kit.aip import page_token
from services.kit.aip.field_mask import merged
from services.kit.aip.resource_name import possible_tenant_id, tenant_id_of
from services.kit.db.idempotency import fingerprint
from services.kit.db.transaction import Database
from services.kit.errors import NotFound
from services.kit.rpc.principal import current_principal
from services.tenancy.domain.sealed_link import LinkSealer
from services.tenancy.domain.support_access import SupportAccess
from services.tenancy.rpc import wire
from services.tenancy.rpc.names import SupportAccessName, SupportPolicyName
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.name_resources import display_names
from services.tenancy.usecases.support import giving
from veneer.tenancy.v1 import support_access_service_pb2 as pb
from veneer.tenancy.v1 import support_access_service_pb2_grpc as rpc
from veneer.tenancy.v1 import support_staff_service_pb2 as staff_pb
from veneer.tenancy.v1 import support_staff_service_pb2_grpc as staff_rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_METHOD = "CreateSupportAccess"


class SupportAccessService(rpc.SupportAccessServiceServicer):
    """veneer.tenancy.v1.SupportAccessService."""

    def __init__(self, db: Database[TenancyStore]) -> None:
        self._db = db

    async def ListSupportAccesses(
        self, request: pb.ListSupportAccessesRequest, context: Context
    ) -> pb.ListSupportAccessesResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        before = page_token.decode_place(request)
        principal = current_principal()
        assert principal is not None, "the access rule admits principals only"
        is_operator = principal.is_operator
        reading = self._db.operator_read() if is_operator else self._db.read(tenant_id)
        async with reading as store:
            page = await store.support.list_before(tenant_id, before, size + 1)
            # The client is told that it was its provider, and no name.
            told = [each.staff for each in page] if is_operator else []
            names, now = await display_names(store, told), store.scope.time
        token = ""
        if len(page) > size:
            last = page[size - 1]
            token = page_token.encode_place(request, last.create_time, last.access_id)
        return pb.ListSupportAccessesResponse(
            support_accesses=(_told(each, now, names) for each in page[:size]),
            next_page_token=token,
        )

    async def EndSupportAccess(
        self, request: pb.EndSupportAccessRequest, context: Context
    ) -> pb.SupportAccess:
        name = SupportAccessName.parse(request.name)
        tenant_id = possible_tenant_id(name.tenant, request.name)
        async with self._db.transaction(tenant_id) as store:
            ended = await giving.end(store, tenant_id, name.support_access)
            return _told(ended, store.scope.time, {})

    async def GetSupportPolicy(
        self, request: pb.GetSupportPolicyRequest, context: Context
    ) -> pb.SupportPolicy:
        name = SupportPolicyName.parse(request.name)
        return await self._policy(possible_tenant_id(name.tenant, request.name))

    async def UpdateSupportPolicy(
        self, request: pb.UpdateSupportPolicyRequest, context: Context
    ) -> pb.SupportPolicy:
        patch = request.support_policy
        name = SupportPolicyName.parse(patch.name, "support_policy.name")
        tenant_id = possible_tenant_id(name.tenant, patch.name)
        asked = merged(request.update_mask, patch, await self._policy(tenant_id))
        principal = current_principal()
        is_own = principal is not None and principal.tenant_id == tenant_id
        may_look = asked.permission == pb.SupportPolicy.LOOK
        await giving.set_policy(self._db, tenant_id, is_own, may_look=may_look)
        return await self._policy(tenant_id)

    async def _policy(self, tenant_id: str) -> pb.SupportPolicy:
        name = SupportPolicyName(tenant_id)
        async with self._db.read(tenant_id) as store:
            if await store.tenants.find(tenant_id) is None:
                raise NotFound(resource=str(name))
            may_look = await store.support.may_look(tenant_id)
        policy = pb.SupportPolicy
        return policy(name=str(name), permission=policy.LOOK if may_look else policy.NOTHING)


class SupportStaffService(staff_rpc.SupportStaffServiceServicer):
    """veneer.tenancy.v1.SupportStaffService."""

    def __init__(self, db: Database[TenancyStore], sealer: LinkSealer) -> None:
        self._db, self._sealer = db, sealer

    async def CreateSupportAccess(
        self, request: staff_pb.CreateSupportAccessRequest, context: Context
    ) -> staff_pb.CreateSupportAccessResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        principal = current_principal()
        assert principal is not None, "the access rule admits principals only"
        asked = request.support_access
        wanted = giving.Wanted(tenant_id, principal.subject, asked.reason, asked.ttl.ToTimedelta())
        async with self._db.operator_transaction() as store:
            tenant = await giving.client_of(store, tenant_id)
            key = (principal.tenant_id, _METHOD, request.request_id)
            answered = await store.requests.answer_to(*key, fingerprint(request))
            # What is remembered is its id: who reads the store must not get in by it.
            earlier = await store.support.find(tenant_id, answered.decode()) if answered else None
            access = earlier or await giving.give(store, wanted)
            await store.requests.remember(*key, access.access_id.encode())
            names = await display_names(store, [access.staff])
            told = _told(access, store.scope.time, names)
        await giving.tell(self._db, access, tenant)
        link = giving.link_of(self._sealer, access, tenant)
        return staff_pb.CreateSupportAccessResponse(support_access=told, link=link)


def _told(access: SupportAccess, now: datetime, names: Mapping[str, str]) -> pb.SupportAccess:
    return pb.SupportAccess(
        name=access.name,
        reason=access.reason,
        state=pb.SupportAccess.State.Value(access.state_at(now)),
        staff_display_name=names.get(access.staff, ""),
        create_time=wire.timestamp(access.create_time),
        begin_time=wire.timestamp(access.begin_time) if access.begin_time else None,
        expire_time=wire.timestamp(access.expire_time),
        end_time=wire.timestamp(access.end_time) if access.end_time else None,
    )
