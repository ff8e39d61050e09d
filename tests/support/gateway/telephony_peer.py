"""A scripted telephony, with legs that wait and lines that were put aside."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.support.gateway.agent_seats_peer import AgentSeats
from tests.support.gateway.campaigns_peer import campaign_services
from tests.support.gateway.console_dialer_peer import console_dialer_services
from tests.support.gateway.file_peer import file_services
from tests.support.gateway.lead_lists_peer import LeadLists, Leads
from tests.support.gateway.numbers_peer import number_services
from tests.support.gateway.world import World
from veneer.telephony.v1 import (
    agent_seat_service_pb2_grpc,
    lead_list_service_pb2_grpc,
    lead_service_pb2_grpc,
    leg_service_pb2,
    leg_service_pb2_grpc,
    route_service_pb2,
    route_service_pb2_grpc,
    secret_word_service_pb2,
    secret_word_service_pb2_grpc,
)

# The last is a word that our own pages say, so that it cannot be guarded.
CARRIER_WORDS = ("zephyrine", "sip.zephyrine.example", "Invoices")

TRUNCATED = b"1|L|abc1|o|1761998400.1|1761998400.1||M11011|12125550199|130555501"


class Legs(leg_service_pb2_grpc.LegServiceServicer):
    """What waits."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ListOpenLegs(self, request: Any, context: Any) -> Any:
        raise NotImplementedError("no page asks for it")

    async def SummarizeUnassignedLegs(self, request: Any, context: Any) -> Any:
        answer = leg_service_pb2.SummarizeUnassignedLegsResponse()
        for number, code in enumerate(("new7", "spare2")):
            summary = answer.route_summaries.add(
                route_code=code, leg_count=412 // (number + 1), billable_seconds=30_211
            )
            summary.first_start_time.FromDatetime(self._world.clock.now() - timedelta(hours=5))
            summary.last_start_time.FromDatetime(self._world.clock.now())
        return answer

    async def ListUnassignedLegs(self, request: Any, context: Any) -> Any:
        answer = leg_service_pb2.ListUnassignedLegsResponse(next_page_token="more")
        for number in range(4):
            leg = answer.unassigned_legs.add(
                name=f"unassignedLegs/l{number}",
                route_code="new7",
                cluster="east",
                host="dialer1",
                called_number=f"1212555010{number}",
                billable_seconds=37 * number,
            )
            leg.start_time.FromDatetime(self._world.clock.now() - timedelta(minutes=number))
        return answer

    async def ListQuarantinedLines(self, request: Any, context: Any) -> Any:
        kind = leg_service_pb2.QuarantinedLine
        answer = leg_service_pb2.ListQuarantinedLinesResponse()
        for number, reason in enumerate((kind.TRUNCATED, kind.CHECK_FAILED)):
            line = answer.quarantined_lines.add(
                name=f"quarantinedLines/q{number}",
                cluster="east",
                host="dialer1",
                file="legs-20251014.journal",
                offset=4_812_331,
                line=TRUNCATED if number == 0 else b"<script>alert(1)</script>\xff",
                reason=reason,
                detail="It has 8 of 15 fields." if number == 0 else "The check does not fit.",
                state=kind.QUARANTINED,
            )
            line.create_time.FromDatetime(self._world.clock.now())
        return answer

    async def ReplayQuarantinedLine(self, request: Any, context: Any) -> Any:
        self._world.hear(f"ReplayQuarantinedLine {request.name}")
        return leg_service_pb2.QuarantinedLine(name=request.name)


class SecretWords(secret_word_service_pb2_grpc.SecretWordServiceServicer):
    """The carriers that no client hears of."""

    async def ListSecretWords(self, request: Any, context: Any) -> Any:
        return secret_word_service_pb2.ListSecretWordsResponse(words=CARRIER_WORDS)


class Routes(route_service_pb2_grpc.RouteServiceServicer):
    """One route that is nobody's."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ListRoutes(self, request: Any, context: Any) -> Any:
        route = route_service_pb2.Route(
            name="routes/spare2", code="spare2", carrier="carriers/northline"
        )
        return route_service_pb2.ListRoutesResponse(routes=[route])

    async def AssignRoute(self, request: Any, context: Any) -> Any:
        self._world.hear(f"AssignRoute {request.name} {request.tenant}")
        return route_service_pb2.Route(name=request.name)

    async def CreateRoute(self, request: Any, context: Any) -> Any:
        self._world.hear(f"CreateRoute {request.route.code} {request.route.tenant}")
        return route_service_pb2.Route(name=f"routes/{request.route_id}")


def telephony_services(world: World) -> list[Any]:
    """Gives what a scripted telephony serves."""
    return [
        (leg_service_pb2_grpc.add_LegServiceServicer_to_server, Legs(world)),
        (route_service_pb2_grpc.add_RouteServiceServicer_to_server, Routes(world)),
        (secret_word_service_pb2_grpc.add_SecretWordServiceServicer_to_server, SecretWords()),
        *campaign_services(world),
        *console_dialer_services(world),
        *number_services(world),
        (lead_service_pb2_grpc.add_LeadServiceServicer_to_server, Leads(world)),  # type: ignore[abstract]
        (lead_list_service_pb2_grpc.add_LeadListServiceServicer_to_server, LeadLists(world)),  # type: ignore[abstract]
        *file_services(world),
        (agent_seat_service_pb2_grpc.add_AgentSeatServiceServicer_to_server, AgentSeats(world)),
    ]
