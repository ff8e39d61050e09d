"""Asks a host's Asterisk what it has of a tenant's trunk, and sets its limits at once."""

from __future__ import annotations

import time

from services.kit.telemetry import counter
from services.telephony.domain.dialplan.accounts import peer_name
from services.telephony.domain.dialplan.entry import SHARED_CONTEXT, version_variable
from services.telephony.domain.dialplan.guard import DIGITS_MIN, open_variable
from services.telephony.domain.dialplan.meter import cap_variable, refused_variable
from services.telephony.domain.dialplan.plan import Plan
from services.telephony.partners.ami import (
    ActionRefused,
    Manager,
    ManagerAddress,
    ManagerAway,
    manager,
)
from services.telephony.partners.growth import Growth

_SOME_NUMBER = "0" * (DIGITS_MIN + 4)
_over_cap = counter("telephony.calls.over_cap", "{call}", "Calls that a client's cap has refused.")


class HostCheck:
    """One host. Each question is a login of its own: they are few, and a host may restart."""

    def __init__(self, address: ManagerAddress) -> None:
        self._address, self._refused = address, Growth()

    async def problem(self, plan: Plan, version: int, *, is_open: bool) -> str:
        """Says what is the matter with the trunk on the host; empty if nothing is."""
        try:
            async with manager(self._address) as client:
                await self._count_refused(client, plan)
                return await _problem(client, plan, version, is_open=is_open)
        except ManagerAway:
            return "The host's manager does not answer."
        except ActionRefused:
            return "The host's manager refuses what it is asked."

    async def set_limits(self, plan: Plan, *, is_open: bool) -> bool:
        """Sets cap and opening without a reload; says whether the host has them now."""
        try:
            async with manager(self._address) as client:
                for name, value in _limits(plan, is_open=is_open).items():
                    await client.set_variable(name, value)
                return True
        except (ManagerAway, ActionRefused):
            return False

    async def set_cap(self, plan: Plan, calls_max: int) -> bool:
        """Sets the host's share of the cap; says whether it was seen to have it."""
        name = cap_variable(plan)
        try:
            async with manager(self._address) as client:
                await client.set_variable(name, str(calls_max))
                return await client.variable(name) == str(calls_max)
        except (ManagerAway, ActionRefused):
            return False

    async def is_gone(self, prefix: str) -> bool:
        """Says whether the host has been seen without the prefix."""
        try:
            async with manager(self._address) as client:
                return not await client.is_extension(SHARED_CONTEXT, prefix + _SOME_NUMBER)
        except (ManagerAway, ActionRefused):
            return False

    async def life(self) -> tuple[str, list[str]] | None:
        """Gives when it was started and the uniqueids of its channels; None without an answer."""
        try:
            async with manager(self._address) as client:
                return await client.start_time(), await client.channels()
        except (ManagerAway, ActionRefused):
            return None

    async def _count_refused(self, client: Manager, plan: Plan) -> None:
        told = await client.variable(refused_variable(plan))
        count = int(told) if told.isdecimal() else 0
        _over_cap.add(self._refused.since_last(plan.code, count, time.monotonic()))


async def _problem(client: Manager, plan: Plan, version: int, *, is_open: bool) -> str:
    if await client.variable(version_variable(plan)) != str(version):
        return "The host's dialplan is not the one that was written."
    for prefix in (plan.prefix, plan.three_way_prefix):
        if not await client.is_extension(SHARED_CONTEXT, prefix + _SOME_NUMBER):
            return "The host's dialplan does not have the prefixes."
    for name, value in _limits(plan, is_open=is_open).items():
        if await client.variable(name) != value:
            # Somebody has set it by hand, or it was set before a reload that took it back.
            await client.set_variable(name, value)
            return "The host had other limits; they are set anew."
    for number, carrier in enumerate(plan.carriers):
        is_reachable = await client.is_peer_reachable(
            plan.technology.value, peer_name(plan, number)
        )
        if is_reachable is None:
            return f"The host has no account for route code {carrier.route_code}."
        if not is_reachable:
            return f"The carrier of route code {carrier.route_code} does not answer the host."
    return ""


def _limits(plan: Plan, *, is_open: bool) -> dict[str, str]:
    return {cap_variable(plan): str(plan.calls_max), open_variable(plan): str(int(is_open))}
