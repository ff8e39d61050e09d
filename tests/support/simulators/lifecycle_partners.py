"""A telephony and a billing that clients are stopped and leave by, as a test wants them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from services.kit.errors import Unavailable
from services.kit.rpc.server import Service
from veneer.billing.v1 import final_invoice_service_pb2 as finals_pb
from veneer.billing.v1 import final_invoice_service_pb2_grpc as finals_rpc
from veneer.telephony.v1 import service_state_service_pb2 as states_pb
from veneer.telephony.v1 import service_state_service_pb2_grpc as states_rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_ACTIVE = states_pb.ServiceState(state=states_pb.ServiceState.ACTIVE)


@dataclass
class Partners:
    """What they know, and how far last invoices are.

    `away` has the methods that do what they are asked and cannot say so.
    """

    states: dict[str, states_pb.ServiceState] = field(default_factory=dict)
    asked: dict[str, list[str]] = field(default_factory=dict)
    away: set[str] = field(default_factory=set)
    invoice: finals_pb.MakeFinalInvoiceResponse = field(
        default_factory=finals_pb.MakeFinalInvoiceResponse
    )
    billed: list[str] = field(default_factory=list)

    def services(self) -> Mapping[str, list[Service]]:
        """What each partner serves."""
        add = states_rpc.add_ServiceStateServiceServicer_to_server
        add_finals = finals_rpc.add_FinalInvoiceServiceServicer_to_server
        return {
            "telephony": [(add, _ServiceStates(self))],
            "billing": [(add_finals, _FinalInvoices(self))],
        }

    def state_of(self, tenant: str) -> str:
        """How a tenant stands in the dialer."""
        found = self.states.get(f"{tenant}/serviceState", _ACTIVE)
        return states_pb.ServiceState.State.Name(found.state)

    def say(self, method: str) -> None:
        """Fails to answer what has been done already, once."""
        if method in self.away:
            self.away.remove(method)
            raise Unavailable


class _ServiceStates(states_rpc.ServiceStateServiceServicer):
    """The dialer has a state when it has been asked for once."""

    def __init__(self, partners: Partners) -> None:
        self._partners = partners

    async def SetServiceState(
        self, request: states_pb.SetServiceStateRequest, context: Context
    ) -> states_pb.ServiceState:
        asked = self._partners.asked.setdefault(request.name, [])
        state = states_pb.ServiceState(
            name=request.name, state=request.state, reason=request.reason
        )
        if request.request_id not in asked:
            asked.append(request.request_id)
            self._partners.states[request.name] = state
        self._partners.say("SetServiceState")
        return state

    async def GetServiceState(
        self, request: states_pb.GetServiceStateRequest, context: Context
    ) -> states_pb.ServiceState:
        state = self._partners.states[request.name]
        answer = states_pb.ServiceState()
        answer.CopyFrom(state)
        state.apply_time.GetCurrentTime()
        return answer


class _FinalInvoices(finals_rpc.FinalInvoiceServiceServicer):
    def __init__(self, partners: Partners) -> None:
        self._partners = partners

    async def MakeFinalInvoice(
        self, request: finals_pb.MakeFinalInvoiceRequest, context: Context
    ) -> finals_pb.MakeFinalInvoiceResponse:
        self._partners.billed.append(request.tenant)
        self._partners.say("MakeFinalInvoice")
        return self._partners.invoice
