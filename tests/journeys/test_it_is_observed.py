"""Every program shows its metrics, and the alerts of the cluster find in them what they ask for."""

from __future__ import annotations

from typing import Any

import httpx

from dev.ports import LOOPBACK
from tests.support.eventually import eventually
from tests.support.road import Road

STORES = {"tenancy", "telephony", "usage", "billing", "gateway"}
PROGRAMS = {*STORES, "shipper"}


async def test_every_program_is_asked_and_every_rule_can_be_read(road: Road) -> None:
    """Prometheus asks all of them, and gets what is in their stores and how they answer."""
    up = await eventually(lambda: _all_up(road))

    assert {each["metric"]["member"] for each in up} == PROGRAMS
    groups = _get(road, "rules")["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert [rule["name"] for rule in rules if rule.get("lastError")] == []
    await eventually(lambda: len(_query(road, "outbox_given_up")) == len(STORES))
    assert _query(road, "telephony_lines_quarantined")
    assert _query(road, 'rpc_server_duration_seconds_count{rpc_method!=""}')


def _all_up(road: Road) -> list[Any]:
    found = _query(road, "up")
    return found if len(found) == len(PROGRAMS) and all(_is_one(each) for each in found) else []


def _is_one(sample: Any) -> bool:
    return bool(sample["value"][1] == "1")


def _query(road: Road, query: str) -> list[Any]:
    found: list[Any] = _get(road, "query", query=query)["result"]
    return found


def _get(road: Road, path: str, **parameters: str) -> Any:
    address = f"http://{LOOPBACK}:{road.suite.ports.prometheus}/api/v1/{path}"
    answer = httpx.get(address, params=parameters, trust_env=False, timeout=30)
    return answer.raise_for_status().json()["data"]
