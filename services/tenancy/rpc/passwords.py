"""PasswordService: passwords that are changed or forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.kit.aip.resource_name import possible_tenant_id, tenant_id_of
from services.tenancy.rpc.names import UserName
from services.tenancy.usecases.passwords import Passwords
from veneer.tenancy.v1 import password_service_pb2 as pb
from veneer.tenancy.v1 import password_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class PasswordService(rpc.PasswordServiceServicer):
    """veneer.tenancy.v1.PasswordService."""

    def __init__(self, passwords: Passwords) -> None:
        self._passwords = passwords

    async def ChangePassword(
        self, request: pb.ChangePasswordRequest, context: Context
    ) -> pb.ChangePasswordResponse:
        name = UserName.parse(request.user, "user")
        tenant_id = possible_tenant_id(name.tenant, request.user)
        await self._passwords.change(tenant_id, name.user, request.password, request.new_password)
        return pb.ChangePasswordResponse()

    async def RequestPasswordReset(
        self, request: pb.RequestPasswordResetRequest, context: Context
    ) -> pb.RequestPasswordResetResponse:
        tenant_id = tenant_id_of(request.tenant, "tenant")
        await self._passwords.send_link(tenant_id, request.email, request.host_name)
        return pb.RequestPasswordResetResponse()

    async def ReadPasswordReset(
        self, request: pb.ReadPasswordResetRequest, context: Context
    ) -> pb.ReadPasswordResetResponse:
        tenant_id = tenant_id_of(request.tenant, "tenant")
        user = await self._passwords.read_link(tenant_id, request.token)
        return pb.ReadPasswordResetResponse(email=user.email)

    async def ResetPassword(
        self, request: pb.ResetPasswordRequest, context: Context
    ) -> pb.ResetPasswordResponse:
        tenant_id = tenant_id_of(request.tenant, "tenant")
        user = await self._passwords.reset(tenant_id, request.token, request.new_password)
        return pb.ResetPasswordResponse(user=user.name)
