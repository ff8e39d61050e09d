"""The whole road for journeys: a suite, its operator, and clients with routes and prices."""

from __future__ import annotations

import base64
import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from dev.suite import Suite
from simulators.dialer.backlog import Backlog, BacklogFaults, BacklogRoute, write_backlog
from simulators.dialer.calls import Leg
from simulators.dialer.journal import Journals, line
from simulators.dialer.totals import Totals
from tests.support.rest import Rest

PER_PERIOD = {"rounding": "PER_PERIOD", "firstIncrementSeconds": 60, "nextIncrementSeconds": 60}
LONGEST_TALK_SECONDS = 3000
LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4"/></svg>'
)


@dataclass(frozen=True, slots=True)
class Prices:
    """What a client pays, by item; the golden invoice's unless said otherwise."""

    platform: str = "500"
    minute: str = "0.025"
    did: str = "3"
    gigabyte: str = "1"
    support_hour: str = "100"
    tariff: dict[str, Any] = field(default_factory=lambda: PER_PERIOD)

    def as_json(self) -> list[dict[str, Any]]:
        """The prices of a price book."""
        return [
            {"item": "PLATFORM_LICENSE", "unitPrice": {"value": self.platform}},
            {
                "item": "MINUTES",
                "unitPrice": {"value": self.minute},
                "durationTariff": self.tariff,
            },
            {"item": "DIDS", "unitPrice": {"value": self.did}},
            {"item": "DATA_GIGABYTES", "unitPrice": {"value": self.gigabyte}},
            {"item": "SUPPORT_HOURS", "unitPrice": {"value": self.support_hour}},
        ]


@dataclass(frozen=True, slots=True)
class Client:
    """A client of the operator, with its door and its key."""

    tenant_id: str
    time_zone: str
    route_code: str
    rest: Rest
    password: str

    @property
    def name(self) -> str:
        """Its resource name."""
        return f"tenants/{self.tenant_id}"

    @property
    def email(self) -> str:
        """The address that its administrator logs in with."""
        return f"admin@{self.tenant_id}.example"


class Road:
    """A running suite and its operator."""

    def __init__(self, suite: Suite, operator_key: str) -> None:
        self.suite = suite
        self._operator_key = operator_key
        self._live = 0

    @cached_property
    def operator(self) -> Rest:
        """The operator's REST API on the private listener."""
        return self.rest("console.localhost", self._operator_key, port=self.suite.ports.private)

    def rest(self, host: str, key: str = "", port: int | None = None) -> Rest:
        """Gives a host name at the edge; the public listener unless a port is said."""
        return Rest(port or self.suite.ports.public, host, self.suite.edge_ca, key)

    def a_client(
        self, time_zone: str = "America/New_York", display_name: str = "Sunny", **terms: Any
    ) -> Client:
        """Signs a client with a user, a key and a route; `terms` are more of its record."""
        tenant_id = f"c{uuid.uuid4().hex[:10]}"
        host = f"{tenant_id}.dialer.localhost"
        tenant = {
            "displayName": display_name,
            "tier": "SILVER",
            "timeZone": time_zone,
            "hostNames": [host],
            # Journeys and measurements ask as fast as they can.
            "maxRequestsPerMinute": 1_000_000,
            "brand": {
                "displayName": f"{display_name} Dialer",
                "primaryColor": "#b45309",
                "logo": base64.b64encode(LOGO).decode(),
                "logoMediaType": "image/svg+xml",
            },
            **terms,
        }
        self.operator.post("/v1/tenants", tenant, tenantId=tenant_id)
        key = self.operator.post(f"/v1/tenants/{tenant_id}/apiKeys", {"displayName": "Journey"})
        password = f"pass-{uuid.uuid4().hex}"
        user = {"email": f"admin@{tenant_id}.example", "role": "ADMIN", "password": password}
        self.operator.post(f"/v1/tenants/{tenant_id}/users", user)
        code = tenant_id[:12]
        self.a_route(code, tenant_id)
        return Client(tenant_id, time_zone, code, self.rest(host, key["secret"]), password)

    def a_route(self, code: str, tenant_id: str = "") -> str:
        """Creates a route, nobody's unless a tenant is said, and gives its name."""
        self.a_carrier("instacall")
        route = {"code": code, "carrier": "carriers/instacall"}
        if tenant_id:
            route["tenant"] = f"tenants/{tenant_id}"
        created = self.operator.post("/v1/routes", route, routeId=f"route-{code}")
        return str(created["name"])

    def a_carrier(self, carrier_id: str) -> None:
        """Creates a carrier that calls are measured by, if it is not there."""
        answer = self.operator.send(
            "POST", f"/v1/carriers?carrierId={carrier_id}", json={"displayName": "Some"}
        )
        assert answer.status_code in (200, 409), answer.text

    def prices(self, client: Client, first_day: date, prices: Prices = Prices()) -> None:
        """Sets what a client pays from a day on."""
        book = {
            "effectiveDate": as_json(first_day),
            "currencyCode": "USD",
            "prices": prices.as_json(),
        }
        self.operator.post(f"/v1/{client.name}/priceBooks", book, noticeWaivedReason="Agreed.")

    def a_plan(self, plan: str, display_name: str) -> str:
        """Publishes a plan that clients can come in by, and gives the name of its version."""
        version = {
            "plan": plan,
            "displayName": display_name,
            "currencyCode": "USD",
            "prices": Prices().as_json(),
        }
        return str(self.operator.post("/v1/planVersions", version)["name"])

    def measure(self, client: Client, *measurements: dict[str, Any]) -> None:
        """Records readings of a client."""
        self.operator.post(
            f"/v1/{client.name}/measurements:record", {"measurements": list(measurements)}
        )

    def legs(self, backlog: Backlog) -> Totals:
        """Writes legs into the journals that the shipper reads, and gives their totals."""
        return write_backlog(self.suite.dialer.journals, backlog)

    def talk(self, client: Client, seconds: int, day: date) -> None:
        """Writes legs of one client, begun on one local day, that last `seconds` together."""
        journals = Journals(self.suite.dialer.journals)
        noon_ms = (_midnight(day, client.time_zone) + 12 * 3600) * 1000
        number = 0
        while seconds > 0:
            start_ms, spoken = noon_ms + number * 1000, min(seconds, LONGEST_TALK_SECONDS)
            leg = _a_leg(number, start_ms, spoken)
            text = line(client.route_code, leg)
            journals.append(f"talk-{client.route_code}", text, leg.end_ms)
            seconds, number = seconds - spoken, number + 1

    def end_leg_now(self, client: Client) -> None:
        """Writes a leg of ten seconds that ends at this moment."""
        self._live += 1
        end_ms = int(datetime.now(UTC).timestamp() * 1000)
        leg = _a_leg(self._live, end_ms - 12_000, 10)
        Journals(self.suite.dialer.journals).append(
            f"live-{client.route_code}", line(client.route_code, leg), leg.end_ms
        )

    def today(self, time_zone: str) -> date:
        """Gives the local date by the suite's clock."""
        return datetime.now(ZoneInfo(time_zone)).date()

    def month_of(self, client: Client, month: str) -> dict[str, Any]:
        """Gives a client's usage of a month, as it sees it."""
        return client.rest.get(f"/v1/{client.name}/usageSummaries/{month}")

    def seconds_of(self, client: Client, month: str) -> int:
        """Gives the billable seconds of a client's month, as it sees them."""
        return int(self.month_of(client, month)["billableSeconds"])


def a_backlog(
    client: Client, legs: int, first_day: date, last_day: date, **changes: Any
) -> Backlog:
    """Gives legs of one client spread over whole days of its zone; `last_day` is not included."""
    options: dict[str, Any] = {
        "routes": [BacklogRoute(client.route_code, client.time_zone, client.tenant_id)],
        # A host of its own: two backlogs may make the same channel ids.
        "hosts": [f"dialer-{client.route_code}"],
        "first": _midnight(first_day, client.time_zone),
        "last": _midnight(last_day, client.time_zone),
    }
    return Backlog(legs=legs, **{**options, **changes})


def faults(**changes: Any) -> BacklogFaults:
    """Gives what goes wrong in a backlog."""
    return BacklogFaults(**changes)


def as_json(day: date) -> dict[str, int]:
    """Gives a date as google.type.Date is written in JSON."""
    return {"year": day.year, "month": day.month, "day": day.day}


def _midnight(day: date, time_zone: str) -> int:
    return int(datetime.combine(day, time(), ZoneInfo(time_zone)).timestamp())


def _a_leg(number: int, start_ms: int, seconds: int) -> Leg:
    uniqueid = f"{start_ms // 1000}.{number}"
    return Leg(
        direction="o",
        uniqueid=uniqueid,
        linkedid=uniqueid,
        caller="",
        code="",
        dialled="12125550123",
        caller_id="12125550199",
        start_ms=start_ms,
        answer_ms=start_ms + 2000,
        end_ms=start_ms + 2000 + seconds * 1000,
        cause=16,
    )
