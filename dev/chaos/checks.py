"""What must hold when everything runs again: laws 1, 2, 5 and 7 of the architecture."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg

from dev import demo_content as content
from dev.chaos.payer import REFERENCE
from dev.demo_content import Client
from dev.dialer import DialedTotals
from dev.rest import Refused, Rest
from dev.suite import Suite
from services.kit.db.urls import driver_dsn, with_database

_STORES = ("tenancy", "telephony", "usage", "billing", "gateway")
_PAGE = 500


@dataclass(frozen=True)
class Finding:
    """One thing that holds or does not, in words."""

    law: int
    holds: bool
    said: str


@dataclass(frozen=True)
class Ground:
    """What the checks look at."""

    suite: Suite
    operator: Rest
    dialed: DialedTotals
    paid_for: Client
    payments: int


def findings(ground: Ground) -> Iterator[Finding]:
    """Looks at everything; an iterator, so that a reader sees how far it is."""
    for client in content.CLIENTS:
        yield _calls(ground, client)
    yield _payments(ground)
    yield _balance(ground)
    yield _apart(ground)
    yield asyncio.run(_intents(ground.suite))


def month_of(client: Client) -> str:
    """The client's present month, `yyyy-mm`."""
    return f"{datetime.now(UTC).astimezone(ZoneInfo(client.time_zone)):%Y-%m}"


def as_dialed(dialed: DialedTotals, client: Client) -> tuple[int, int]:
    """Legs and billable seconds of the client's month by the simulator's own books."""
    months = dialed.content["routes"].get(client.route_code, {}).get("months", {})
    month = months.get(month_of(client), {})
    return int(month.get("legs", 0)), int(month.get("billable_seconds", 0))


def as_charged(operator: Rest, client: Client) -> tuple[int, int]:
    """The same as the suite has it."""
    summary = operator.get(f"{client.name}/usageSummaries/{month_of(client)}")
    return int(summary.get("callCount", "0")), int(summary.get("billableSeconds", "0"))


def _calls(ground: Ground, client: Client) -> Finding:
    dialed, charged = as_dialed(ground.dialed, client), as_charged(ground.operator, client)
    said = f"{client.display_name}: {charged[0]:,} calls and {charged[1]:,} billable seconds"
    if charged != dialed:
        said += f", but the dialer has {dialed[0]:,} and {dialed[1]:,}"
    return Finding(1, charged == dialed, said)


def _payments(ground: Ground) -> Finding:
    found, token = 0, ""
    while True:
        page = ground.operator.get(
            f"{ground.paid_for.name}/payments", pageSize=_PAGE, pageToken=token
        )
        found += sum(each.get("reference") == REFERENCE for each in page.get("payments", []))
        token = page.get("nextPageToken", "")
        if not token:
            break
    said = f"{found:,} payments are there, {ground.payments:,} were answered"
    return Finding(7, found == ground.payments, said)


def _balance(ground: Ground) -> Finding:
    totals = ground.operator.get("trialBalance").get("totals", [])
    crooked = [each for each in totals if each.get("units", "0") != "0" or each.get("nanos", 0)]
    said = f"the ledger adds up to nothing in {len(totals)} currencies"
    return Finding(2, not crooked, said if not crooked else f"the ledger is off by {crooked}")


def _apart(ground: Ground) -> Finding:
    """Each client's key, at its own host, asks for each other client's calls."""
    suite, leaks, asked = ground.suite, [], 0
    for client in content.CLIENTS:
        key = suite.keys.get(client.tenant_id)
        with Rest(client.host, suite.ports.public, suite.edge_ca, key) as api:
            for other in content.CLIENTS:
                if other is client:
                    continue
                asked += 1
                if _answers(api, f"{other.name}/calls"):
                    leaks.append(f"{client.tenant_id} saw {other.tenant_id}")
    said = ", ".join(leaks) or f"{asked} questions about others were answered as about nobody"
    return Finding(5, not leaks, said)


def _answers(api: Rest, path: str) -> bool:
    try:
        api.get(path)
    except Refused as refused:
        return refused.status != 404
    return True


async def _intents(suite: Suite) -> Finding:
    open_ones: dict[str, Any] = {}
    for store in _STORES:
        connection = await asyncpg.connect(
            driver_dsn(with_database(suite.postgres.admin_url, store))
        )
        try:
            count = await connection.fetchval("SELECT count(*) FROM outbox WHERE done_time IS NULL")
        finally:
            await connection.close()
        if count:
            open_ones[store] = count
    said = f"intents that are not done: {open_ones}" if open_ones else "no intent is left undone"
    return Finding(7, not open_ones, said)
