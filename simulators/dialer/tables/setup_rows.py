"""What stands in the tables before the first call: campaigns, lists, leads, agents, DIDs."""

from __future__ import annotations

from simulators.dialer.dialing import LEADS_PER_ROUTE, lead_phone, list_of
from simulators.dialer.scenario import Route, Scenario
from simulators.dialer.tables.schema import load_schema
from simulators.dialer.tables.stage import DEFAULT, NULL, Row, Writer

_VDAD_EXTENSION = "8368"
_CAMPAIGN_NAMES = ("Autumn offer", "Renewals", "Win back", "Referrals")


class SetupRows(Writer):
    """Makes the rows of a scenario's routes; `started` is the epoch of the first run."""

    def __init__(self, scenario: Scenario, started: int) -> None:
        super().__init__(scenario.time_zone)
        self._scenario = scenario
        self._now = self.at(started * 1000)

    def rows(self) -> dict[str, list[Row]]:
        """Rows by table, columns in the schema's order."""
        tables: dict[str, list[Row]] = {}
        for number, route in enumerate(self._scenario.routes):
            tables.setdefault("vicidial_campaigns", []).extend(self._campaigns(route))
            tables.setdefault("vicidial_lists", []).extend(self._lists(route))
            tables.setdefault("vicidial_list", []).extend(self._leads(route, number))
            tables.setdefault("vicidial_users", []).extend(self._users(route, number))
            tables.setdefault("vicidial_inbound_groups", []).append(
                (route.inbound_group(), f"{route.prefix} inbound", "Y", route.prefix)
            )
            tables.setdefault("vicidial_inbound_dids", []).extend(self._dids(route))
        return tables

    def _campaigns(self, route: Route) -> list[Row]:
        shown = route.dids[0] if route.dids else "0000000000"
        return [(
            route.campaign(1 + n), _CAMPAIGN_NAMES[n % len(_CAMPAIGN_NAMES)], "Y", "DOWN", 200, "3",
            "9am-9pm", 30, route.dial_prefix, shown, _VDAD_EXTENSION, "ALLCALLS", 5, "AUDIO",
            f" {route.inbound_group()} -", "N", "RATIO", " NEW NA AB -", list_of(route, 1 + n),
            route.dial_prefix, route.dial_prefix, route.prefix,
        ) for n in range(route.campaigns)]  # fmt: skip

    def _lists(self, route: Route) -> list[Row]:
        rows = []
        for n in range(1, route.campaigns + 1):
            named: dict[str, object] = {
                "list_id": list_of(route, n),
                "list_name": f"{route.prefix} list {n}",
                "campaign_id": route.campaign(n),
                "active": "Y",
                "list_changedate": self._now,
            }
            rows.append(_full_row("vicidial_lists", named))
        return rows

    def _leads(self, route: Route, number: int) -> list[Row]:
        rows: list[Row] = []
        for lead in range(route.leads):
            phone = lead_phone(route, lead)
            lead_id = (number + 1) * LEADS_PER_ROUTE + lead
            rows.append((
                lead_id, self._now, self._now, "NEW", "", f"{route.prefix}{lead:06d}", "",
                list_of(route, 1 + lead % route.campaigns), -5, "N", "1", phone[1:], "",
                "Contact", "", f"{lead:06d}", "", "", "", "", "", "", "", "USA",
                "U", NULL, "", "", "", "", 0, NULL, 0, "", 0,
            ))  # fmt: skip
        return rows

    def _users(self, route: Route, number: int) -> list[Row]:
        return [(
            (number + 1) * 1_000 + n, route.agent(n), "", f"{route.prefix} agent {n}", 1,
            route.prefix, f"{route.prefix.lower()}p{n}", "", "1", "Y",
        ) for n in range(1, route.agents + 1)]  # fmt: skip

    def _dids(self, route: Route) -> list[Row]:
        return [(
            int(f"{route.dial_prefix}{n:02d}"), did, f"{route.prefix} number {n}", "Y", "IN_GROUP",
            "9998811112", route.inbound_group(), list_of(route, 1), route.campaign(1), "1",
            route.prefix, "",
        ) for n, did in enumerate(route.dids, start=1)]  # fmt: skip


def _full_row(table: str, named: dict[str, object]) -> Row:
    """A row of a wide table: the named values, and DEFAULT for the rest."""
    return tuple(named.get(column, DEFAULT) for column in load_schema()[table].column_names())
