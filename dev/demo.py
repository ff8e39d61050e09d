"""Fills a running suite with the demo, through the operator's REST API at the edge.

Everything is created once: a second run finds it there. Invoices are sent when usage holds all
that the dialer has dialed in their month, since what is sent cannot be changed.
"""

from __future__ import annotations

import time
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dev import demo_content as content
from dev.demo_content import Client
from dev.dialer import DialedTotals
from dev.rest import Refused, Rest
from dev.say import say
from dev.secrets_file import Secrets

DEADLINE_SECONDS = 240


@dataclass(frozen=True)
class Seeding:
    """The operator's access to the API, and where keys and passwords are kept."""

    api: Rest
    secrets: Secrets
    keys: Secrets


def seed_before_dialing(seeding: Seeding) -> None:
    """Creates clients, prices, costs, routes, numbers and readings of October 2025."""
    _create_costs(seeding.api)
    for client in content.CLIENTS:
        _create_client(seeding, client)
        _create_prices(seeding.api, client)
        _note_agreement(seeding.api, client)
        _create_route(seeding.api, client)
        _create_dids(seeding.api, client)
        _record_readings(seeding.api, client)


def send_invoices(seeding: Seeding, dialed: Callable[[], DialedTotals]) -> None:
    """Sends the invoices of closed months once all their calls have arrived."""
    for client in content.CLIENTS:
        for month in client.invoiced:
            _send_invoice(seeding.api, client, _month(client, month), dialed)


def wait_for_this_month(seeding: Seeding, dialed: Callable[[], DialedTotals]) -> None:
    """Returns when each client's month to date is as the dialer has it, within the seconds
    that a live call takes to arrive."""
    for client in content.CLIENTS:
        month = _month(client, 0)
        wanted = dialed().billable_seconds(client.route_code, month)
        _wait_for_usage(seeding.api, client, month, wanted)


def _create_client(seeding: Seeding, client: Client) -> None:
    tenant = {
        "displayName": client.display_name,
        "tier": client.tier,
        "timeZone": client.time_zone,
        "hostNames": [client.host],
        "contactEmail": client.email,
        "brand": {
            "displayName": client.display_name,
            "tagline": client.tagline,
            "primaryColor": client.color,
            "logo": client.logo,
            "logoMediaType": "image/svg+xml",
        },
    }
    seeding.api.create("tenants", tenant, tenantId=client.tenant_id)
    user = {
        "email": client.email,
        "displayName": f"{client.display_name} administrator",
        "role": "ADMIN",
        "password": seeding.secrets.get(f"login_{client.tenant_id}"),
    }
    seeding.api.create(f"{client.name}/users", user)
    if not seeding.keys.has(client.tenant_id):
        # Its secret is told once, so this is never a repeated request.
        key = seeding.api.post(f"{client.name}/apiKeys", {"displayName": "Demo"})
        seeding.keys.set(client.tenant_id, key["secret"])


def _create_prices(api: Rest, client: Client) -> None:
    prices = [
        {"item": item, "unitPrice": {"value": price}, **_tariff(item, client.duration_tariff)}
        for item, price in client.prices.items()
    ]
    book = {
        "effectiveDate": _date(client.priced_from),
        "currencyCode": content.CURRENCY,
        "prices": prices,
    }
    api.create(f"{client.name}/priceBooks", book)


def _note_agreement(api: Rest, client: Client) -> None:
    if client.signed_by:
        note = {"signerName": client.signed_by, "note": "Signed copy in the contracts folder."}
        api.post(f"{client.name}/agreement:recordPaper", note)


def _create_costs(api: Rest) -> None:
    costs = [
        {"item": item, "unitCost": {"value": cost}, **_tariff(item, content.PER_MONTH_OF_MINUTES)}
        for item, cost in content.COSTS.items()
    ]
    book = {
        "effectiveDate": _date(content.COSTS_FROM),
        "currencyCode": content.CURRENCY,
        "costs": costs,
    }
    api.create("costBooks", book)
    overheads = {
        "effectiveDate": _date(content.COSTS_FROM),
        "fixedCosts": [
            {"displayName": name, "monthlyCost": _whole(cost)}
            for name, cost in content.FIXED_COSTS.items()
        ],
        "supportStaff": {
            "clientsPerPerson": content.CLIENTS_PER_PERSON,
            "costPerPerson": _whole(content.COST_PER_PERSON),
        },
    }
    api.create("overheadBooks", overheads)


def _whole(units: str) -> dict[str, str]:
    return {"currencyCode": content.CURRENCY, "units": units}


def _create_route(api: Rest, client: Client) -> None:
    carrier = f"carriers/{client.carrier}"
    route = {"code": client.route_code, "tenant": client.name, "carrier": carrier}
    api.create("carriers", {"displayName": client.carrier}, carrierId=client.carrier)
    api.create("routes", route, routeId=client.route_code)


def _create_dids(api: Rest, client: Client) -> None:
    for number in client.dids:
        did = {"phoneNumber": number, "startDate": _date(_first_day(client))}
        api.create(f"{client.name}/dids", did)


def _record_readings(api: Rest, client: Client) -> None:
    """Readings are known by what they are of, so recording them again changes nothing."""
    readings = [
        _reading("STORAGE_GIGABYTES", "recordings", day, gigabytes)
        for month, gigabytes in (client.stored_gigabytes or {}).items()
        for day in _days(month)
    ]
    readings += [
        _reading("SUPPORT_HOURS", occasion, day, hours)
        for occasion, (day, hours) in (client.support_hours or {}).items()
    ]
    if readings:
        api.post(f"{client.name}/measurements:record", {"measurements": readings})


def _send_invoice(
    api: Rest, client: Client, month: str, dialed: Callable[[], DialedTotals]
) -> None:
    try:
        api.get(f"{client.name}/invoices/{month}")
    except Refused as refused:
        if refused.status != 404:
            raise
    else:
        return
    wanted = dialed().billable_seconds(client.route_code, month)
    _wait_for_usage(api, client, month, wanted)
    api.post(f"{client.name}/draftInvoices", {}, draftInvoiceId=month)
    invoice = api.post(f"{client.name}/draftInvoices/{month}:issue", {})
    total = invoice["total"]
    amount = f"{total.get('units', '0')}.{total.get('nanos', 0) // 10_000_000:02}"
    say(f"demo: sent {client.display_name} the invoice of {month}, {amount} {content.CURRENCY}")


def _wait_for_usage(api: Rest, client: Client, month: str, seconds: int) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while True:
        summary = api.get(f"{client.name}/usageSummaries/{month}")
        arrived = int(summary.get("billableSeconds", "0"))
        numbers = int(summary.get("didCount", "0"))
        if arrived >= seconds and numbers == len(client.dids):
            return
        if time.monotonic() > deadline:
            raise TimeoutError(
                f"{client.display_name}: {arrived} of {seconds} billable seconds and {numbers}"
                f" of {len(client.dids)} numbers of {month} arrived in {DEADLINE_SECONDS} s"
            )
        time.sleep(0.5)


def _month(client: Client, month: str | int) -> str:
    """A month's id; a number counts back from the client's current month."""
    if isinstance(month, str):
        return month
    first = datetime.now(UTC).astimezone(ZoneInfo(client.time_zone)).date().replace(day=1)
    for _ in range(month):
        first = (first - timedelta(days=1)).replace(day=1)
    return f"{first:%Y-%m}"


def _first_day(client: Client) -> date:
    """Its numbers are held from the first month that is invoiced on, or from this one."""
    return _days(_month(client, client.invoiced[0] if client.invoiced else 0))[0]


def _days(month: str) -> list[date]:
    year, number = (int(part) for part in month.split("-"))
    return [date(year, number, day + 1) for day in range(monthrange(year, number)[1])]


def _reading(meter: str, subject: str, day: date, quantity: object) -> dict[str, Any]:
    value = {"value": str(quantity)}
    return {"meter": meter, "subject": subject, "date": _date(day), "quantity": value}


def _tariff(item: str, tariff: dict[str, Any]) -> dict[str, Any]:
    return {"durationTariff": tariff} if item == "MINUTES" else {}


def _date(day: date) -> dict[str, int]:
    return {"year": day.year, "month": day.month, "day": day.day}
