"""What a client uses at the moment, beside what it may use at most."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final, TypeVar

import grpc

from services.gateway.portal.figures import plain
from services.gateway.portal.visit import Visit
from services.kit.money_wire import decimal_from_wire
from veneer.billing.v1 import price_pb2
from veneer.telephony.v1 import agent_service_pb2 as agents_pb
from veneer.telephony.v1 import did_service_pb2 as dids_pb
from veneer.telephony.v1 import live_call_service_pb2 as calls_pb
from veneer.tenancy.v1 import brand_pb2
from veneer.tenancy.v1 import profile_service_pb2 as profiles_pb

if TYPE_CHECKING:
    from veneer.billing.v1.statement_service_pb2 import Statement

A = TypeVar("A")
_READ: Final = 500
_NEAR_PERCENT: Final = 90
_NOT_NOW: Final = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that is used: how much, of how much; `most` is None without a limit."""

    label: str
    path: str
    used: str
    most: str | None
    percent: int
    note: str = ""

    @property
    def is_near(self) -> bool:
        """Tells whether the limit is near."""
        return self.percent >= _NEAR_PERCENT


async def standing(visit: Visit, statement: Statement | None) -> list[Use]:
    """Gives what this visitor may see, as far as it can be told now."""
    limits, calls, agents, dids = await asyncio.gather(
        _limits(visit), _calls(visit), _agents(visit), _dids(visit)
    )
    uses = []
    if calls is not None:
        note = f"{plain(calls.queued_count)} waiting for an agent" if calls.queued_count else ""
        most = _limit(limits, "max_concurrent_calls")
        uses.append(_use("Calls up", "/live", calls.total_size, most, note))
    if agents is not None:
        here = sum(agent.HasField("presence") for agent in agents)
        active = sum(agent.state == agents_pb.Agent.ACTIVE for agent in agents)
        most = _limit(limits, "max_agents")
        uses.append(_use("Agents", "/agents", active, most, f"{plain(here)} logged in"))
    if dids is not None:
        held = sum(not did.HasField("end_date") for did in dids)
        uses.append(_use("Numbers", "/numbers", held, _limit(limits, "max_dids")))
    stored = _stored(statement)
    if stored is not None:
        most = _limit(limits, "max_storage_gigabytes")
        uses.append(_use("Gigabytes stored", "/recordings", stored, most))
    return uses


def _use(label: str, path: str, used: Decimal | int, most: int | None, note: str = "") -> Use:
    percent = min(100, int(100 * used / most)) if most else 0
    return Use(label, path, plain(used), None if most is None else plain(most), percent, note)


def _limit(limits: brand_pb2.Limits | None, name: str) -> int | None:
    if limits is None or not limits.HasField(name):  # type: ignore[arg-type]
        return None
    most: int = getattr(limits, name)
    return most


def _stored(statement: Statement | None) -> Decimal | None:
    lines = statement.lines if statement else ()
    stored = [
        decimal_from_wire(line.quantity)
        for line in lines
        if line.item == price_pb2.DATA_GIGABYTES and line.unit == "gigabyte"
    ]
    return sum(stored, Decimal(0)) if stored else None


async def _limits(visit: Visit) -> brand_pb2.Limits | None:
    if not visit.caller.may("profile.read"):
        return None
    request = profiles_pb.GetProfileRequest(name=f"{visit.site.tenant}/profile")
    asked = visit.services.profiles.GetProfile(request, metadata=visit.metadata)
    profile = await _told(asked)
    return profile.limits if profile else None


async def _calls(visit: Visit) -> calls_pb.ListLiveCallsResponse | None:
    if not visit.caller.may("calls.read"):
        return None
    request = calls_pb.ListLiveCallsRequest(parent=visit.site.tenant, page_size=1)
    return await _told(visit.services.live_calls.ListLiveCalls(request, metadata=visit.metadata))


async def _agents(visit: Visit) -> Sequence[agents_pb.Agent] | None:
    if not visit.caller.may("agents.read"):
        return None
    request = agents_pb.ListAgentsRequest(parent=visit.site.tenant, page_size=_READ)
    answer = await _told(visit.services.agents.ListAgents(request, metadata=visit.metadata))
    return answer.agents if answer else None


async def _dids(visit: Visit) -> Sequence[dids_pb.Did] | None:
    if not visit.caller.may("dids.read"):
        return None
    request = dids_pb.ListDidsRequest(parent=visit.site.tenant, page_size=_READ)
    answer = await _told(visit.services.dids.ListDids(request, metadata=visit.metadata))
    return answer.dids if answer else None


async def _told(asked: Awaitable[A]) -> A | None:
    """The month's figures stand without those of the moment."""
    try:
        return await asked
    except grpc.aio.AioRpcError as error:
        if error.code() in _NOT_NOW:
            return None
        raise
