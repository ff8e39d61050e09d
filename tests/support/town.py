"""Two clients of one operator with one of everything, and a person for each role of all three."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from simulators.dialer.journal import Journals
from tests.support.eventually import eventually
from tests.support.road import PER_PERIOD, Client, Prices, Road, a_backlog, as_json
from tests.support.road_suite import OPERATOR

ROLES = ("OWNER", "ADMIN", "SUPERVISOR", "BILLING", "VIEWER")
AGENT = "toni"
MONTH = "2025-10"
FIRST, END = date(2025, 10, 1), date(2025, 10, 3)
CONSOLE = "console.localhost"
_PASSWORD = "pass-of-everybody-in-town"
_COSTS = {"PLATFORM_LICENSE": "0", "MINUTES": "0.01", "DIDS": "1"}
_WORDS = (
    "This is what {seller} and {client} agree on. {seller} gives {client} the use of a dialer and "
    "of numbers; {client} pays by the schedule below, calls nobody who does not want it, and looks "
    "after its people's keys and passwords. Both keep what they learn of each other to themselves."
)


@dataclass(frozen=True, slots=True)
class House:
    """A client, how it is called, and what of it is where."""

    client: Client
    display_name: str
    area: str
    agent_password: str
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def words(self) -> re.Pattern[str]:
        """What nobody else may ever see: its name, its ids, its numbers and its people."""
        own = (self.display_name, self.client.tenant_id, rf"1?{self.area}555\d{{4}}")
        return re.compile("|".join(own))


@dataclass(frozen=True, slots=True)
class Town:
    """The operator's suite with its two clients."""

    road: Road
    amber: House
    cobalt: House
    # It buys from Amber.
    annex: House

    def email(self, tenant_id: str, role: str) -> str:
        """The address of the person with a role."""
        return f"the.{role.lower()}@{tenant_id}.example"

    @property
    def password(self) -> str:
        """With which all of them log in."""
        return _PASSWORD

    def strangers_to(self, house: House) -> list[House]:
        """Whom a house must not hear of: those that it buys nothing from and sells nothing to."""
        if house is self.cobalt:
            return [self.amber, self.annex]
        return [self.cobalt]


async def build(road: Road) -> Town:
    """Builds it, by the operator's API and the clients' own."""
    _operators_things(road)
    amber = await a_house(road, "Amber Roofing", "773")
    cobalt = await a_house(road, "Cobalt Dental", "646")
    annex = road.a_client("America/Chicago", "Umber Annex", parent=amber.client.name)
    _people(road, annex.name)
    _people(road, f"tenants/{OPERATOR.tenant_id}")
    road.operator.post("/v1/agreementVersions", {"template": _WORDS, "note": "Shorter."})
    for house in (amber, cobalt):
        _signed(road, house.client)
        await _invoiced(road, house)
    road.operator.post("/v1/invoiceRuns", {"month": "2025-08"})
    return Town(road, amber, cobalt, House(annex, "Umber Annex", "872", ""))


def _operators_things(road: Road) -> None:
    """What belongs to no client."""
    operator = road.operator
    costs = [
        {"item": item, "unitCost": {"value": cost}, **_tariff(item)}
        for item, cost in _COSTS.items()
    ]
    book = {"effectiveDate": as_json(date(2025, 1, 2)), "currencyCode": "USD", "costs": costs}
    operator.post("/v1/costBooks", book)
    road.a_carrier("instacall")
    _a_newcomer(road)
    stock = {"carrier": "carriers/instacall", "phoneNumbers": ["+14155550101"]}
    operator.post("/v1/stockNumbers:create", stock)
    journals = Journals(road.suite.dialer.journals)
    at_ms = int(datetime(2025, 10, 5, tzinfo=UTC).timestamp() * 1000)
    journals.append("odd-town", "1|L|not a line\n", at_ms)


def _a_newcomer(road: Road) -> None:
    """A client that has been asked to sign."""
    newcomer = {
        "displayName": "Newcomer Movers",
        "tier": "BRONZE",
        "timeZone": "America/Chicago",
        "hostNames": ["newcomer.dialer.localhost"],
    }
    setup = {"planVersion": road.a_plan("town", "Town"), "campaignName": "First campaign"}
    owner = {"email": "owner@newcomer.example", "password": _PASSWORD}
    signed = {"tenantId": "newcomer", "tenant": newcomer, "owner": owner, "setup": setup}
    road.operator.post("/v1/onboardingRuns:start", signed)


def _tariff(item: str) -> dict[str, Any]:
    return {"durationTariff": PER_PERIOD} if item == "MINUTES" else {}


async def a_house(road: Road, display_name: str, area: str) -> House:
    """A client with people, prices, a campaign, leads and whatever a client makes by itself."""
    client = road.a_client("America/Chicago", display_name, tier="ENTERPRISE")
    _people(road, client.name)
    road.prices(client, date(2025, 1, 1), Prices())
    later = {
        "effectiveDate": as_json(road.today(client.time_zone) + timedelta(days=60)),
        "currencyCode": "USD",
        "prices": Prices(did="4").as_json(),
    }
    road.operator.post(f"/v1/{client.name}/priceBooks", later)
    number = f"+1{area}5550188"
    did = {"phoneNumber": number, "startDate": as_json(FIRST)}
    road.operator.post(f"/v1/{client.name}/dids", did)
    _signed(road, client)
    setup = {
        "campaignName": f"{display_name} autumn",
        "agentCount": 1,
        "callerIds": [number.removeprefix("+")],
    }
    run = road.operator.post(f"/v1/{client.name}/provisioningRuns", {"setup": setup})
    await eventually(
        lambda: road.operator.get(f"/v1/{run['name']}")["state"] == "SUCCEEDED",
        deadline_seconds=60, what="the dialer",
    )  # fmt: skip
    return await _furnished(House(client, display_name, area, _an_agent(client)))


def _signed(road: Road, client: Client) -> None:
    paper = {"signerName": "The Boss", "note": "In the folder."}
    road.operator.post(f"/v1/{client.name}/agreement:recordPaper", paper)


def _people(road: Road, name: str) -> None:
    tenant_id = name.removeprefix("tenants/")
    for role in ROLES:
        person = {
            "email": f"the.{role.lower()}@{tenant_id}.example",
            "displayName": f"{role.title()} of {tenant_id}",
            "role": role,
            "password": _PASSWORD,
        }
        road.operator.post(f"/v1/{name}/users", person)


def _an_agent(client: Client) -> str:
    agents = f"/v1/{client.name}/agents"
    made = client.rest.post(agents, {"displayName": "Toni Reyes"}, agentId=AGENT)
    return str(made["password"])


async def _furnished(house: House) -> House:
    """With what a client makes by itself."""
    rest, name = house.client.rest, house.client.name
    campaign = rest.get(f"/v1/{name}/campaigns")["campaigns"][0]["name"]
    leads = {"displayName": f"{house.display_name} leads", "campaign": campaign}
    rest.post(f"/v1/{name}/leadLists", leads, leadListId="spring")
    uploads = f"/v1/{name}/leadLists/spring/uploads"
    upload = rest.post(uploads, {"displayName": "spring.csv"})["name"]
    rows = "".join(f"{house.area}5550{number},Ann,Ash\n" for number in range(100, 105))
    rest.send("POST", f"/v1/{upload}:send", content=f"phone,first name,last name\n{rows}x,,\n")
    rest.post(f"/v1/{upload}:start")
    await eventually(lambda: rest.get(f"/v1/{upload}")["state"] == "SUCCEEDED", 60, "the leads")
    lead = rest.get(f"/v1/{name}/leadLists/spring/leads")["leads"][0]["name"]
    rest.post(f"/v1/{name}/dncNumbers:add", {"phoneNumbers": [f"+1{house.area}5550199"]})
    hook = {
        "displayName": f"{house.display_name} events",
        "url": "https://127.0.0.1:9/events",
        "eventTypes": ["call.finished"],
    }
    webhook = rest.post(f"/v1/{name}/webhookEndpoints", hook)
    invited = {"email": f"new@{house.client.tenant_id}.example", "role": "BILLING"}
    invitation = rest.post(f"/v1/{name}/invitations", invited)
    made = (campaign, upload, lead, webhook["name"], invitation["name"])
    ids = {each.split("/")[-2]: each.split("/")[-1] for each in made}
    house.ids.update(ids | {"leadLists": "spring", "agents": AGENT})
    return house


async def _invoiced(road: Road, house: House) -> None:
    """With calls, an invoice of them, a note on it and a payment."""
    client, operator = house.client, road.operator
    road.legs(a_backlog(client, 60, FIRST, END))
    await eventually(lambda: int(road.month_of(client, MONTH)["callCount"]) == 60, 60, "calls")
    operator.post(f"/v1/{client.name}/draftInvoices", {}, draftInvoiceId=MONTH)
    operator.post(f"/v1/{client.name}/draftInvoices/{MONTH}:issue")
    note = {
        "invoice": f"{client.name}/invoices/{MONTH}",
        "reason": "A day of trouble.",
        "lines": [{"position": 1, "amount": {"currencyCode": "USD", "units": "5"}}],
    }
    credit = operator.post(f"/v1/{client.name}/creditNotes", note)
    paid = {"method": "CHEQUE", "amount": {"currencyCode": "USD", "units": "20"}}
    payment = operator.post(f"/v1/{client.name}/payments", paid)
    call = client.rest.get(f"/v1/{client.name}/calls")["calls"][0]
    standing = client.rest.get(f"/v1/{client.name}/priceNotices")["priceNotices"][0]
    acceptance = client.rest.get(f"/v1/{client.name}/agreementAcceptances")
    key = client.rest.get(f"/v1/{client.name}/apiKeys")["apiKeys"][0]
    made = (
        credit["name"],
        payment["name"],
        call["name"],
        standing["name"],
        acceptance["agreementAcceptances"][0]["name"],
        key["name"],
    )
    house.ids.update({each.split("/")[-2]: each.split("/")[-1] for each in made})
    months = ("invoices", "statements", "usageSummaries", "chains", "resaleSummaries")
    house.ids.update(dict.fromkeys(months, MONTH) | {"draftInvoices": "2025-09"})
