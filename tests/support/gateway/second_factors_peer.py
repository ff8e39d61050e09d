"""Tenancy's second factors, scripted: one, of whichever user asks, whose code is 123456."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from services.kit.errors import Kind, Refusal
from veneer.tenancy.v1 import second_factor_policy_service_pb2 as policy_pb
from veneer.tenancy.v1 import second_factor_policy_service_pb2_grpc as policy_rpc
from veneer.tenancy.v1 import second_factor_service_pb2 as pb
from veneer.tenancy.v1 import second_factor_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from tests.support.gateway.world import World

STATE = pb.ReadSecondFactorResponse.State
CODE = "123456"
RECOVERY_CODES = tuple(f"abcd-efgh-ijkl-mno{letter}" for letter in "abcdefghij")
TOKEN = "second-step-token"
_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class CodeInvalid(Refusal):
    """As tenancy says it."""

    kind = Kind.INVALID_ARGUMENT
    reason = "CODE_INVALID"


class SecondStepOver(Refusal):
    """As tenancy says it."""

    kind = Kind.FAILED_PRECONDITION
    reason = "SECOND_STEP_OVER"


class SecondFactors(rpc.SecondFactorServiceServicer):
    """Goes from OFF by BEGUN to ON."""

    def __init__(self, world: World, password: str, wrong: type[Refusal]) -> None:
        self._world, self._password, self._wrong = world, password, wrong

    async def ReadSecondFactor(self, request: Any, context: Any) -> Any:
        is_begun = self._world.second_factor == STATE.BEGUN
        shown = pb.ReadSecondFactorResponse(
            state=self._world.second_factor or STATE.OFF,
            secret=_SECRET if is_begun else "",
            setup_uri=f"otpauth://totp/ABC:dana%40example.com?secret={_SECRET}" if is_begun else "",
            recovery_code_count=2,
            is_required=self._world.second_factor_required,
        )
        shown.confirm_time.FromDatetime(self._world.clock.now())
        return shown

    async def BeginSecondFactor(self, request: Any, context: Any) -> Any:
        if request.password != self._password:
            raise self._wrong("No.")
        self._world.second_factor = STATE.BEGUN
        return pb.BeginSecondFactorResponse()

    async def ConfirmSecondFactor(self, request: Any, context: Any) -> Any:
        check(request.code)
        self._world.second_factor = STATE.ON
        return pb.ConfirmSecondFactorResponse(recovery_codes=RECOVERY_CODES)

    async def RenewRecoveryCodes(self, request: Any, context: Any) -> Any:
        check(request.code)
        return pb.RenewRecoveryCodesResponse(recovery_codes=RECOVERY_CODES)

    async def TurnOffSecondFactor(self, request: Any, context: Any) -> Any:
        if request.password != self._password:
            raise self._wrong("No.")
        check(request.code)
        self._world.second_factor = STATE.OFF
        return pb.TurnOffSecondFactorResponse()


class SecondFactorPolicies(policy_rpc.SecondFactorPolicyServiceServicer):
    """One policy, of whichever tenant asks."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def GetSecondFactorPolicy(self, request: Any, context: Any) -> Any:
        return self._told(request.name)

    async def UpdateSecondFactorPolicy(self, request: Any, context: Any) -> Any:
        asked = request.second_factor_policy
        self._world.hear(f"UpdateSecondFactorPolicy {asked.name}")
        wanted = asked.requirement == policy_pb.SecondFactorPolicy.REQUIRED
        self._world.second_factor_required = wanted
        return self._told(asked.name)

    def _told(self, name: str) -> Any:
        policy = policy_pb.SecondFactorPolicy
        is_required = self._world.second_factor_required
        return policy(name=name, requirement=policy.REQUIRED if is_required else policy.OPTIONAL)


def check(code: str) -> None:
    """Takes the code of the app, and the first recovery code."""
    if code not in (CODE, RECOVERY_CODES[0]):
        raise CodeInvalid("This code is not right, or has been used already.")
