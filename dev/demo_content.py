"""What the demo is about: one operator and its three clients. Names and figures are invented."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

CURRENCY = "USD"
PER_MONTH_OF_MINUTES = {
    "rounding": "PER_PERIOD",
    "firstIncrementSeconds": 60,
    "nextIncrementSeconds": 60,
}
PER_CALL_OF_SIX_SECONDS = {
    "rounding": "PER_CALL",
    "firstIncrementSeconds": 6,
    "nextIncrementSeconds": 6,
}


@dataclass(frozen=True)
class Client:
    """A client of the operator. `prices` are unit prices by item; `invoiced` are the closed
    months, as `yyyy-mm` or as months before this one."""

    tenant_id: str
    display_name: str
    tagline: str
    color: str
    letters: str
    tier: str
    time_zone: str
    email: str
    route_code: str
    carrier: str
    prices: dict[str, str]
    duration_tariff: dict[str, Any]
    dids: tuple[str, ...]
    priced_from: date
    invoiced: tuple[str | int, ...] = ()
    stored_gigabytes: dict[str, Decimal] | None = None
    support_hours: dict[str, tuple[date, Decimal]] | None = None
    # Who has signed the agreement on paper; whoever has not is asked in its portal.
    signed_by: str = ""

    @property
    def name(self) -> str:
        """Resource name."""
        return f"tenants/{self.tenant_id}"

    @property
    def host(self) -> str:
        """Host name of its portal and API."""
        return f"{self.tenant_id}.dialer.localhost"

    @property
    def logo(self) -> str:
        """Its logo, an SVG in base64."""
        drawing = (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64">'
            f'<rect width="64" height="64" rx="14" fill="{self.color}"/>'
            '<text x="32" y="42" text-anchor="middle" font-family="Helvetica,Arial,sans-serif"'
            f' font-size="28" font-weight="700" fill="#ffffff">{self.letters}</text></svg>'
        )
        return base64.b64encode(drawing.encode()).decode()


def _dids(area: str, first: int, count: int) -> tuple[str, ...]:
    """Of the block 555-0100 to 555-0199, which is kept free for fiction."""
    return tuple(f"+1{area}5550{first + n}" for n in range(count))


OPERATOR_ID = "northgate"
OPERATOR_DISPLAY_NAME = "Northgate Voice"
OPERATOR_EMAIL = "admin@northgate.example"
OPERATOR_TIME_ZONE = "America/New_York"

ABC_SOLAR = Client(
    tenant_id="abc-solar",
    display_name="ABC Solar Company",
    tagline="Sunlight, delivered.",
    color="#d97706",
    letters="AS",
    tier="SILVER",
    time_zone="America/New_York",
    email="admin@abc-solar.example",
    route_code="abc1",
    carrier="harbor-tel",
    prices={
        "PLATFORM_LICENSE": "500",
        "MINUTES": "0.025",
        "DIDS": "3",
        "DATA_GIGABYTES": "1",
        "SUPPORT_HOURS": "100",
    },
    duration_tariff=PER_MONTH_OF_MINUTES,
    dids=_dids("212", 140, 10),
    priced_from=date(2025, 10, 1),
    invoiced=("2025-10",),
    stored_gigabytes={"2025-10": Decimal(50)},
    support_hours={
        "campaign-set-up": (date(2025, 10, 6), Decimal("3.5")),
        "agent-training": (date(2025, 10, 20), Decimal("1.5")),
    },
    signed_by="Dana Rivers",
)
MERIDIAN_HVAC = Client(
    tenant_id="meridian-hvac",
    display_name="Meridian HVAC",
    tagline="Comfort in every season.",
    color="#0f766e",
    letters="MH",
    tier="BRONZE",
    time_zone="America/Chicago",
    email="admin@meridian-hvac.example",
    route_code="mer1",
    carrier="harbor-tel",
    prices={"PLATFORM_LICENSE": "500", "MINUTES": "0.025", "DIDS": "1"},
    duration_tariff=PER_MONTH_OF_MINUTES,
    dids=_dids("312", 150, 10),
    priced_from=date(2025, 10, 1),
    signed_by="Luis Ortega",
)
COASTLINE_INSURANCE = Client(
    tenant_id="coastline-insurance",
    display_name="Coastline Insurance",
    tagline="Covered, wherever you are.",
    color="#1d4ed8",
    letters="CI",
    tier="GOLD",
    time_zone="America/Los_Angeles",
    email="admin@coastline-insurance.example",
    route_code="cst1",
    carrier="lakeside-carrier",
    prices={"PLATFORM_LICENSE": "999", "MINUTES": "0.02", "DIDS": "2"},
    duration_tariff=PER_CALL_OF_SIX_SECONDS,
    dids=_dids("415", 160, 6),
    priced_from=date(2025, 10, 1),
    invoiced=(2, 1),
)
AGENT_ID = "toni"
"""ABC Solar's, whose password is shown."""
CLIENTS = (ABC_SOLAR, MERIDIAN_HVAC, COASTLINE_INSURANCE)

COSTS: dict[str, str] = {
    "PLATFORM_LICENSE": "0",
    "MINUTES": "0.01",
    "DIDS": "1",
    "DATA_GIGABYTES": "0.10",
    "SUPPORT_HOURS": "37",
    "SETUP_FEE": "200",
}
COSTS_FROM = date(2025, 10, 1)

# What each month costs besides, and the people who support the clients.
FIXED_COSTS: dict[str, str] = {
    "Servers": "2000",
    "Database": "1000",
    "Backup": "500",
    "Monitoring": "300",
}
CLIENTS_PER_PERSON = 15
COST_PER_PERSON = "4000"
