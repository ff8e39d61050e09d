"""What a scenario says: hosts, tenants' routes, the history to make, the pace of live dialing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Host:
    """One Asterisk host: the name of its journal directory, and its address in the tables."""

    name: str
    address: str


@dataclass(frozen=True)
class History:
    """One local month of a route.

    `month` is "YYYY-MM", or "0" for the month of the first run up to that instant, "-1" for the
    month before it, and so on. Exactly one of the two amounts is given: `billable_seconds` for the
    whole history, or `seconds_per_day` of elapsed local time.
    """

    month: str
    billable_seconds: int = 0
    seconds_per_day: int = 0
    average_talk_seconds: int = 105


@dataclass(frozen=True)
class Live:
    """Dialing in real time: legs begun per second and the mean talk of those answered."""

    legs_per_second: float
    average_talk_seconds: int


@dataclass(frozen=True)
class BadLines:
    """Lines to put among a route's good ones, how many of each kind."""

    malformed: int = 0
    truncated: int = 0
    bad_check: int = 0
    future_dated: int = 0
    duplicates: int = 0

    def total(self) -> int:
        """The number of bad lines of all kinds."""
        return (
            self.malformed + self.truncated + self.bad_check + self.future_dated + self.duplicates
        )


@dataclass(frozen=True)
class Route:
    """A tenant's way to a carrier, and what the tenant has in the dialer.

    `code` is what the journal says; `tenant` is empty for a route that nobody owns. Everything in
    the dialer's tables bears `prefix`. `dids` are the tenant's numbers, digits with country code.
    """

    code: str
    tenant: str
    time_zone: str
    prefix: str
    dial_prefix: str
    dids: tuple[str, ...]
    host: Host
    campaigns: int = 2
    agents: int = 8
    leads: int = 2000
    opening_hour: int = 9
    closing_hour: int = 21
    unanswered_per_answered: float = 0.4
    histories: tuple[History, ...] = ()
    live: Live | None = None
    bad_lines: BadLines = BadLines()

    def campaign(self, number: int) -> str:
        """Id of the campaign with this number, from 1; at most 8 characters."""
        return f"{self.prefix}{number:02d}"

    def inbound_group(self) -> str:
        """Id of the queue that takes the route's inbound calls."""
        return f"{self.prefix}_IN"

    def agent(self, number: int) -> str:
        """Login of the agent with this number, from 1."""
        return f"{self.prefix.lower()}{100 + number}"


@dataclass(frozen=True)
class Scenario:
    """A cluster with its routes. The dialer's own clock, and so its tables, are in `time_zone`."""

    name: str
    cluster: str
    time_zone: str
    routes: tuple[Route, ...]
    full_tables_days: int = 3

    def hosts(self) -> tuple[Host, ...]:
        """Every host once, in the order of the routes."""
        return tuple(dict.fromkeys(route.host for route in self.routes))

    def route(self, code: str) -> Route:
        """The route with this code; KeyError if there is none."""
        for route in self.routes:
            if route.code == code:
                return route
        raise KeyError(code)
