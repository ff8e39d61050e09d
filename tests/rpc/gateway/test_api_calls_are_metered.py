"""Requests made by key are metered; pages, strangers and the operator's requests are not."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from services.kit.money_wire import decimal_from_wire
from tests.support.gateway.running import Browser, Running
from veneer.usage.v1 import measurement_service_pb2

SUMMARY = "/v1/tenants/abc-solar/usageSummaries/2025-10"


async def _metered(gateway: Running, tenant: str) -> dict[tuple[int, int], int]:
    """Hands the counts in, and gives them by day."""
    await gateway.gateway.api_call_meter.record()
    return {
        (each.date.month, each.date.day): int(decimal_from_wire(each.quantity))
        for (name, _), each in gateway.world.readings.items()
        if name == tenant and each.meter == measurement_service_pb2.API_CALLS
    }


async def test_each_request_by_key_counts_on_the_tenants_own_day(
    gateway: Running, sunny: Browser
) -> None:
    """Whatever it is answered, and only if the key is good."""
    before = await _metered(gateway, "tenants/abc-solar")
    day = gateway.clock.now().astimezone(ZoneInfo("America/New_York")).date()
    for path in (SUMMARY, "/v1/tenants/meridian/calls", "/v1/tenants/abc-solar/calls?pageSize=x"):
        await sunny.get(path, authorization="Bearer key-abc-solar")
    await sunny.get(SUMMARY, authorization="Bearer key-nobody")
    await sunny.get("/login")

    after = await _metered(gateway, "tenants/abc-solar")

    today = (day.month, day.day)
    assert after[today] - before.get(today, 0) == 3


async def test_a_reading_is_the_whole_count_so_that_it_may_come_twice(
    gateway: Running, sunny: Browser
) -> None:
    """Handed in again after an answer that was lost, it is the same reading."""
    await sunny.get(SUMMARY, authorization="Bearer key-abc-solar")
    first = await _metered(gateway, "tenants/abc-solar")
    names = set(gateway.world.readings)

    await sunny.get(SUMMARY, authorization="Bearer key-abc-solar")
    second = await _metered(gateway, "tenants/abc-solar")

    assert set(gateway.world.readings) == names
    assert sum(second.values()) == sum(first.values()) + 1


async def test_the_operators_requests_are_nobodys(gateway: Running, console: Browser) -> None:
    """They cost nothing."""
    answer = await console.get("/v1/tenants", authorization="Bearer key-northgate")

    assert answer.status_code != 401
    assert await _metered(gateway, "tenants/northgate") == {}
