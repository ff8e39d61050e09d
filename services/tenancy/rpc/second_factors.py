"""SecondFactorService and SecondFactorPolicyService: codes after the password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.kit.aip.field_mask import merged
from services.kit.aip.resource_name import possible_tenant_id
from services.kit.db.transaction import Database
from services.kit.errors import NotFound
from services.kit.secret_box import SecretBox
from services.tenancy.rpc import wire
from services.tenancy.rpc.changers import changer_of
from services.tenancy.rpc.names import SecondFactorPolicyName, UserName
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.second_factor_policy import require_second_factor
from services.tenancy.usecases.second_factors import SecondFactors
from veneer.tenancy.v1 import second_factor_policy_service_pb2 as policy_pb
from veneer.tenancy.v1 import second_factor_policy_service_pb2_grpc as policy_rpc
from veneer.tenancy.v1 import second_factor_service_pb2 as pb
from veneer.tenancy.v1 import second_factor_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class SecondFactorService(rpc.SecondFactorServiceServicer):
    """veneer.tenancy.v1.SecondFactorService."""

    def __init__(self, second_factors: SecondFactors) -> None:
        self._factors = second_factors

    async def ReadSecondFactor(
        self, request: pb.ReadSecondFactorRequest, context: Context
    ) -> pb.ReadSecondFactorResponse:
        shown = await self._factors.show(*_user_of(request.user))
        return pb.ReadSecondFactorResponse(
            state=pb.ReadSecondFactorResponse.State.Value(shown.state.value),
            secret=shown.secret,
            setup_uri=shown.setup_uri,
            recovery_code_count=shown.recovery_code_count,
            is_required=shown.is_required,
            confirm_time=wire.timestamp(shown.confirm_time) if shown.confirm_time else None,
        )

    async def BeginSecondFactor(
        self, request: pb.BeginSecondFactorRequest, context: Context
    ) -> pb.BeginSecondFactorResponse:
        await self._factors.begin(*_user_of(request.user), request.password)
        return pb.BeginSecondFactorResponse()

    async def ConfirmSecondFactor(
        self, request: pb.ConfirmSecondFactorRequest, context: Context
    ) -> pb.ConfirmSecondFactorResponse:
        codes = await self._factors.confirm(*_user_of(request.user), request.code)
        return pb.ConfirmSecondFactorResponse(recovery_codes=codes)

    async def RenewRecoveryCodes(
        self, request: pb.RenewRecoveryCodesRequest, context: Context
    ) -> pb.RenewRecoveryCodesResponse:
        codes = await self._factors.renew_codes(*_user_of(request.user), request.code)
        return pb.RenewRecoveryCodesResponse(recovery_codes=codes)

    async def TurnOffSecondFactor(
        self, request: pb.TurnOffSecondFactorRequest, context: Context
    ) -> pb.TurnOffSecondFactorResponse:
        await self._factors.turn_off(*_user_of(request.user), request.password, request.code)
        return pb.TurnOffSecondFactorResponse()


class SecondFactorPolicyService(policy_rpc.SecondFactorPolicyServiceServicer):
    """veneer.tenancy.v1.SecondFactorPolicyService."""

    def __init__(self, db: Database[TenancyStore], box: SecretBox) -> None:
        self._db, self._box = db, box

    async def GetSecondFactorPolicy(
        self, request: policy_pb.GetSecondFactorPolicyRequest, context: Context
    ) -> policy_pb.SecondFactorPolicy:
        name = SecondFactorPolicyName.parse(request.name)
        return await self._policy(possible_tenant_id(name.tenant, request.name))

    async def UpdateSecondFactorPolicy(
        self, request: policy_pb.UpdateSecondFactorPolicyRequest, context: Context
    ) -> policy_pb.SecondFactorPolicy:
        patch = request.second_factor_policy
        name = SecondFactorPolicyName.parse(patch.name, "second_factor_policy.name")
        tenant_id = possible_tenant_id(name.tenant, patch.name)
        present = await self._policy(tenant_id)
        asked = merged(request.update_mask, patch, present)
        await require_second_factor(
            self._db,
            self._box,
            tenant_id,
            changer_of(tenant_id),
            asked.requirement == policy_pb.SecondFactorPolicy.REQUIRED,
        )
        return await self._policy(tenant_id)

    async def _policy(self, tenant_id: str) -> policy_pb.SecondFactorPolicy:
        name = SecondFactorPolicyName(tenant_id)
        async with self._db.read(tenant_id) as store:
            if await store.tenants.find(tenant_id) is None:
                raise NotFound(resource=str(name))
            is_required = await store.second_factors.is_required(tenant_id)
        policy = policy_pb.SecondFactorPolicy
        requirement = policy.REQUIRED if is_required else policy.OPTIONAL
        return policy(name=str(name), requirement=requirement)


def _user_of(text: str) -> tuple[str, str]:
    name = UserName.parse(text, "user")
    return possible_tenant_id(name.tenant, text), name.user
