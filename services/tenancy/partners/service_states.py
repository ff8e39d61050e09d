"""Asks the telephony service to stop a client's dialing, and to let it go on."""

from __future__ import annotations

from typing import Final

import grpc

from services.kit.rpc.errors import refusal_from
from services.tenancy.domain.lifecycle import state_after
from services.tenancy.domain.lifecycle_run import LifecycleRun, StepName
from services.tenancy.domain.tenant import State
from veneer.telephony.v1 import service_state_service_pb2 as pb
from veneer.telephony.v1 import service_state_service_pb2_grpc as rpc

_DEADLINE_SECONDS: Final = 10.0


class ServiceStates:
    """The telephony service, as far as clients are stopped by it."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = rpc.ServiceStateServiceStub(channel)

    async def follow(self, run: LifecycleRun) -> bool:
        """Has the client dial as its run wants it; True when the dialer has it.

        May be repeated.
        """
        lets_dial = state_after(run.kind) is State.ACTIVE
        asked = pb.SetServiceStateRequest(
            name=f"tenants/{run.tenant_id}/serviceState",
            state=pb.ServiceState.ACTIVE if lets_dial else pb.ServiceState.SUSPENDED,
            reason=run.reason,
            request_id=run.request_id(StepName.DIALER),
        )
        try:
            await self._stub.SetServiceState(asked, timeout=_DEADLINE_SECONDS)
            # A repeated request is answered as the first was: how it stands by now is asked for.
            get = pb.GetServiceStateRequest(name=asked.name)
            found = await self._stub.GetServiceState(get, timeout=_DEADLINE_SECONDS)
        except grpc.aio.AioRpcError as error:
            raise refusal_from(error) from error
        return bool(found.HasField("apply_time"))
