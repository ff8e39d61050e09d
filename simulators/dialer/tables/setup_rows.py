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
            tables.setdefault("vicidial_inbound_groups", []).append(self._inbound_group(route))
            tables.setdefault("vicidial_inbound_dids", []).extend(self._dids(route))
        return tables

    def _campaigns(self, route: Route) -> list[Row]:
        shown = route.dids[0] if route.dids else "0000000000"
        return [
            full_row(
                "vicidial_campaigns",
                {
                    "campaign_id": route.campaign(1 + n),
                    "campaign_name": _CAMPAIGN_NAMES[n % len(_CAMPAIGN_NAMES)],
                    "active": "Y",
                    "lead_order": "DOWN",
                    "hopper_level": 200,
                    "auto_dial_level": "3",
                    "dial_timeout": 30,
                    "dial_prefix": route.dial_prefix,
                    "three_way_dial_prefix": route.dial_prefix,
                    "manual_dial_prefix": route.dial_prefix,
                    "campaign_cid": shown,
                    "campaign_vdad_exten": _VDAD_EXTENSION,
                    "campaign_recording": "ALLCALLS",
                    "closer_campaigns": f" {route.inbound_group()} -",
                    "dial_method": "RATIO",
                    "dial_statuses": " NEW NA AB -",
                    "manual_dial_list_id": list_of(route, 1 + n),
                    "user_group": route.prefix,
                },
            )
            for n in range(route.campaigns)
        ]

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
            rows.append(full_row("vicidial_lists", named))
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
        return [
            full_row(
                "vicidial_users",
                {
                    "user_id": (number + 1) * 1_000 + n,
                    "user": route.agent(n),
                    "pass": "",
                    "full_name": f"{route.prefix} agent {n}",
                    "user_group": route.prefix,
                    "phone_login": f"{route.prefix.lower()}p{n}",
                    "phone_pass": "",
                    "agentcall_manual": "1",
                    "active": "Y",
                },
            )
            for n in range(1, route.agents + 1)
        ]

    def _inbound_group(self, route: Route) -> Row:
        return full_row(
            "vicidial_inbound_groups",
            {
                "group_id": route.inbound_group(),
                "group_name": f"{route.prefix} inbound",
                "active": "Y",
                "user_group": route.prefix,
            },
        )

    def _dids(self, route: Route) -> list[Row]:
        return [
            full_row(
                "vicidial_inbound_dids",
                {
                    "did_id": int(f"{route.dial_prefix}{n:02d}"),
                    "did_pattern": did,
                    "did_description": f"{route.prefix} number {n}",
                    "did_route": "IN_GROUP",
                    "group_id": route.inbound_group(),
                    "list_id": list_of(route, 1),
                    "campaign_id": route.campaign(1),
                    "phone_code": "1",
                    "user_group": route.prefix,
                },
            )
            for n, did in enumerate(route.dids, start=1)
        ]


def full_row(table: str, named: dict[str, object]) -> Row:
    """A row of a wide table: the named values, and DEFAULT for the rest."""
    return tuple(named.get(column, DEFAULT) for column in load_schema()[table].column_names())
