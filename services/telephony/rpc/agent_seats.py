"""AgentSeatService: where agents sit in the dialer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.kit.aip.resource_name import possible_tenant_id, tenant_id_of
from services.telephony.domain.seat import Seat
from services.telephony.rpc.names import AgentName
from services.telephony.usecases.seat_agents import (
    SeatDesk,
    authenticated_seat,
    check_lead,
    release_seat,
    seat_of,
)
from veneer.telephony.v1 import agent_seat_service_pb2 as pb
from veneer.telephony.v1 import agent_seat_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class AgentSeatService(rpc.AgentSeatServiceServicer):
    """veneer.telephony.v1.AgentSeatService."""

    def __init__(self, desk: SeatDesk) -> None:
        self._desk = desk

    async def AuthenticateAgent(
        self, request: pb.AuthenticateAgentRequest, context: Context
    ) -> pb.AgentSeat:
        return _seat(await authenticated_seat(self._desk, _key(request.agent), request.password))

    async def RenewAgentSeat(
        self, request: pb.RenewAgentSeatRequest, context: Context
    ) -> pb.AgentSeat:
        return _seat(await seat_of(self._desk, _key(request.agent)))

    async def CheckAgentLead(
        self, request: pb.CheckAgentLeadRequest, context: Context
    ) -> pb.CheckAgentLeadResponse:
        tenant_id = tenant_id_of(request.tenant, "tenant")
        await check_lead(self._desk, tenant_id, request.lead_number)
        return pb.CheckAgentLeadResponse()

    async def ReleaseAgentSeat(
        self, request: pb.ReleaseAgentSeatRequest, context: Context
    ) -> pb.ReleaseAgentSeatResponse:
        await release_seat(self._desk, _key(request.agent))
        return pb.ReleaseAgentSeatResponse()


def _key(text: str) -> tuple[str, str]:
    name = AgentName.parse(text, "agent")
    return possible_tenant_id(name.tenant, text), name.agent


def _seat(seat: Seat) -> pb.AgentSeat:
    tenant = f"tenants/{seat.agent.tenant_id}"
    return pb.AgentSeat(
        agent=f"{tenant}/agents/{seat.agent.agent_id}",
        display_name=seat.agent.display_name,
        user=seat.login.user,
        password=seat.login.password,
        phone_login=seat.login.phone_login,
        phone_password=seat.login.phone_password,
        may_dial_manually=seat.agent.may_dial_manually,
        choices=[
            pb.AgentSeat.Choice(
                campaign=f"{tenant}/campaigns/{campaign.campaign_id}",
                display_name=campaign.display_name,
                dialer_campaign=dialer_campaign,
            )
            for campaign, dialer_campaign in seat.choices
        ],
        prefixes=seat.prefixes,
        caller_numbers=seat.caller_numbers,
    )
