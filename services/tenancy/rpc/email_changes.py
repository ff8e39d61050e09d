"""EmailChangeService: addresses that people change to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.kit.aip.resource_name import possible_tenant_id, tenant_id_of
from services.tenancy.rpc import wire
from services.tenancy.rpc.names import UserName
from services.tenancy.usecases.email_changes import EmailChanges, Wanted
from veneer.tenancy.v1 import email_change_service_pb2 as pb
from veneer.tenancy.v1 import email_change_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class EmailChangeService(rpc.EmailChangeServiceServicer):
    """veneer.tenancy.v1.EmailChangeService."""

    def __init__(self, changes: EmailChanges) -> None:
        self._changes = changes

    async def ReadEmailAddress(
        self, request: pb.ReadEmailAddressRequest, context: Context
    ) -> pb.ReadEmailAddressResponse:
        name = UserName.parse(request.user, "user")
        tenant_id = possible_tenant_id(name.tenant, request.user)
        user, change = await self._changes.show(tenant_id, name.user)
        return pb.ReadEmailAddressResponse(
            email=user.email,
            new_email=change.new_email if change else "",
            expire_time=wire.timestamp(change.expire_time) if change else None,
        )

    async def RequestEmailChange(
        self, request: pb.RequestEmailChangeRequest, context: Context
    ) -> pb.RequestEmailChangeResponse:
        name = UserName.parse(request.user, "user")
        tenant_id = possible_tenant_id(name.tenant, request.user)
        wanted = Wanted(request.new_email, request.host_name)
        await self._changes.request(tenant_id, name.user, request.password, wanted)
        return pb.RequestEmailChangeResponse()

    async def ReadEmailChange(
        self, request: pb.ReadEmailChangeRequest, context: Context
    ) -> pb.ReadEmailChangeResponse:
        tenant_id = tenant_id_of(request.tenant, "tenant")
        user, change = await self._changes.read_link(tenant_id, request.token)
        return pb.ReadEmailChangeResponse(email=user.email, new_email=change.new_email)

    async def ConfirmEmailChange(
        self, request: pb.ConfirmEmailChangeRequest, context: Context
    ) -> pb.ConfirmEmailChangeResponse:
        tenant_id = tenant_id_of(request.tenant, "tenant")
        user = await self._changes.confirm(tenant_id, request.token)
        return pb.ConfirmEmailChangeResponse(email=user.email)
