"""The simulator's own truth: legs and billable seconds per route and local day."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulators.dialer.calls import Leg
from simulators.dialer.local_time import LocalTime, local_time
from simulators.dialer.scenario import BadLines


@dataclass(slots=True)
class Sum:
    """Legs, those of them answered, and their billable seconds."""

    legs: int = 0
    answered_legs: int = 0
    billable_seconds: int = 0

    def add(self, other: Sum) -> None:
        """Adds the other's figures to these."""
        self.legs += other.legs
        self.answered_legs += other.answered_legs
        self.billable_seconds += other.billable_seconds

    def as_json(self) -> dict[str, Any]:
        """The three figures under their names."""
        return {
            "legs": self.legs,
            "answered_legs": self.answered_legs,
            "billable_seconds": self.billable_seconds,
        }


@dataclass
class RouteTotals:
    """One route's figures by local date (YYYY-MM-DD) in its tenant's zone."""

    tenant: str
    time_zone: str
    days: dict[str, Sum] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._clock: LocalTime = local_time(self.time_zone)

    def count(self, created: int, seconds: int, *, answered: bool) -> None:
        """Counts one leg, given the epoch in its uniqueid."""
        date = self._clock.date(created)
        day = self.days.get(date)
        if day is None:
            day = self.days[date] = Sum()
        day.legs += 1
        if answered:
            day.answered_legs += 1
            day.billable_seconds += seconds

    def month(self, month: str) -> Sum:
        """The figures of a local month, YYYY-MM; zeros if there were no legs."""
        result = Sum()
        for date, day in self.days.items():
            if date.startswith(month):
                result.add(day)
        return result

    def all(self) -> Sum:
        """The figures of all days."""
        return self.month("")

    def as_json(self) -> dict[str, Any]:
        """Totals, then months, then the days in each."""
        months: dict[str, Any] = {}
        for month in sorted({date[:7] for date in self.days}):
            days = {
                date: self.days[date].as_json() for date in sorted(self.days) if date[:7] == month
            }
            months[month] = {**self.month(month).as_json(), "days": days}
        return {
            "tenant": self.tenant,
            "time_zone": self.time_zone,
            **self.all().as_json(),
            "months": months,
        }


@dataclass
class Totals:
    """Every route's figures, and the bad lines that were written on purpose."""

    routes: dict[str, RouteTotals] = field(default_factory=dict)
    bad_lines: dict[str, int] = field(default_factory=dict)

    def add_route(self, code: str, tenant: str, time_zone: str) -> RouteTotals:
        """The route's figures, made empty if there are none yet."""
        return self.routes.setdefault(code, RouteTotals(tenant, time_zone))

    def count(self, code: str, leg: Leg) -> None:
        """Counts one leg of a route that was added before."""
        self.routes[code].count(leg.created(), leg.billable_seconds(), answered=leg.answer_ms > 0)

    def count_bad(self, bad: BadLines) -> None:
        """Counts the bad lines by kind."""
        for kind, number in vars(bad).items():
            if number:
                self.bad_lines[kind] = self.bad_lines.get(kind, 0) + number

    def all(self) -> Sum:
        """The figures of all routes."""
        result = Sum()
        for route in self.routes.values():
            result.add(route.all())
        return result

    def as_json(self) -> dict[str, Any]:
        """`all`, `routes` by code, `bad_lines` by kind."""
        return {
            "all": self.all().as_json(),
            "routes": {code: route.as_json() for code, route in self.routes.items()},
            "bad_lines": self.bad_lines,
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Totals:
        """Reads back what `as_json` gave."""
        totals = cls(bad_lines=dict(content["bad_lines"]))
        for code, route in content["routes"].items():
            entry = totals.add_route(code, route["tenant"], route["time_zone"])
            for month in route["months"].values():
                for date, day in month["days"].items():
                    entry.days[date] = Sum(**day)
        return totals

    def save(self, path: Path) -> None:
        """Writes the figures as JSON, at once or not at all."""
        write_json(path, self.as_json())


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Replaces a JSON file in one step, so that a reader or a crash never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps(content, indent=1), encoding="utf-8")
    draft.replace(path)
