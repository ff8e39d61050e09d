"""Laws 5 and 6 at the edge: another tenant's resource is as if it did not exist."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import date

import pytest
import pytest_asyncio
from google.api import annotations_pb2
from google.protobuf.descriptor import MethodDescriptor

from tests.support.contracts import methods, rule_of
from tests.support.eventually import eventually
from tests.support.rest_requests import REQUESTS
from tests.support.road import Client, Road, a_backlog

# What has no resource of the other's here: that its owner gets it is shown by its own tests.
_SEEN_ELSEWHERE: frozenset[str] = frozenset(
    {
        "veneer.billing.v1.CreditNoteService.DownloadCreditNote",
        "veneer.billing.v1.CreditNoteService.GetCreditNote",
        # Asked without the number of a line.
        "veneer.billing.v1.InvoiceExplanationService.ExplainInvoiceLine",
        "veneer.billing.v1.PaymentService.GetCard",
        "veneer.billing.v1.PaymentService.GetPayment",
        "veneer.billing.v1.ResellerService.ListClientPriceBooks",
        "veneer.telephony.v1.AgentService.GetAgent",
        "veneer.telephony.v1.CampaignService.GetCampaign",
        "veneer.billing.v1.WalletService.GetWallet",
        "veneer.gateway.v1.WebhookEndpointService.GetWebhookEndpoint",
        "veneer.tenancy.v1.HostNameService.GetHostName",
        # Asked without a number.
        "veneer.telephony.v1.DncService.CheckDncNumbers",
        "veneer.telephony.v1.LeadListService.GetLeadList",
        "veneer.telephony.v1.LeadService.GetLead",
        "veneer.telephony.v1.LeadService.ListLeads",
        "veneer.telephony.v1.LeadUploadService.DownloadLeadUploadReport",
        "veneer.telephony.v1.LeadUploadService.GetLeadUpload",
        "veneer.telephony.v1.LeadUploadService.ListLeadUploads",
        "veneer.telephony.v1.RecordingService.StreamRecording",
        "veneer.telephony.v1.ReportService.DownloadReport",
        "veneer.telephony.v1.ReportService.GetReport",
    }
)


def _client_methods() -> list[MethodDescriptor]:
    return [method for method in methods() if rule_of(method).audience == "CLIENT"]


def _route(method: MethodDescriptor) -> tuple[str, str]:
    rule = method.GetOptions().Extensions[annotations_pb2.http]
    verb = rule.WhichOneof("pattern")
    return verb.upper(), getattr(rule, verb)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two clients, the second with one of everything."""

    mine: Client
    other: Client
    ids: dict[str, str]

    def path(self, method: MethodDescriptor, tenant_id: str) -> str:
        """Gives the path of an RPC with a tenant's id and ids of the other's resources."""
        _, template = _route(method)
        inner = re.sub(r"\{[a-z_.]+=([^}]+)\}", r"\1", template)
        return re.sub(r"([A-Za-z]+)/\*", lambda found: self._named(found[1], tenant_id), inner)

    def _named(self, collection: str, tenant_id: str) -> str:
        if collection == "tenants":
            return f"tenants/{tenant_id}"
        return f"{collection}/{self.ids.get(collection, 'none')}"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pair(road: Road) -> Pair:
    mine, other = road.a_client(), road.a_client()
    road.prices(other, date(2025, 1, 1))
    # A second book is a change of prices, of which it has notice.
    road.prices(other, date(2025, 6, 1))
    road.legs(a_backlog(other, 20, date(2025, 10, 1), date(2025, 10, 2)))
    await eventually(lambda: int(road.month_of(other, "2025-10")["callCount"]) == 20)
    draft = road.operator.post(f"/v1/{other.name}/draftInvoices", {}, draftInvoiceId="2025-10")
    road.operator.post(f"/v1/{draft['name']}:issue")
    signed = {"signerName": "Ann", "note": "In the folder."}
    accepted = road.operator.post(f"/v1/{other.name}/agreement:recordPaper", signed)
    calls = other.rest.get(f"/v1/{other.name}/calls")["calls"]
    keys = other.rest.get(f"/v1/{other.name}/apiKeys")["apiKeys"]
    ids = {
        "agreementAcceptances": accepted["name"].split("/")[-1],
        "calls": calls[0]["name"].split("/")[-1],
        "apiKeys": keys[0]["name"].split("/")[-1],
        "invoices": "2025-10",
        "priceNotices": "2025-06-01",
        "resaleSummaries": "2025-10",
        "statements": "2025-10",
        "usageSummaries": "2025-10",
    }
    return Pair(mine, other, ids)


@pytest.mark.parametrize("method", _client_methods(), ids=lambda method: method.full_name)
async def test_another_tenants_resource_answers_as_one_that_is_not_there(
    pair: Pair, method: MethodDescriptor
) -> None:
    """Status and body are those of a tenant that has never been, but for its name."""
    verb, _ = _route(method)
    filled = REQUESTS[method.full_name].filled({"request_id": str(uuid.uuid4()), "new": "nobody"})

    answers = [
        (answer.status_code, answer.text.replace(tenant_id, "SOMEBODY"))
        for tenant_id in (pair.other.tenant_id, "never-been")
        for answer in [pair.mine.rest.send(verb, pair.path(method, tenant_id), **filled.options())]
    ]

    assert answers[0] == answers[1]
    assert answers[0][0] == 404


@pytest.mark.parametrize(
    "method",
    [
        method
        for method in _client_methods()
        if _route(method)[0] == "GET" and method.full_name not in _SEEN_ELSEWHERE
    ],
    ids=lambda method: method.full_name,
)
async def test_its_owner_gets_the_very_same_resource(pair: Pair, method: MethodDescriptor) -> None:
    """So that the test above would notice: the resource is there."""
    answer = pair.other.rest.send("GET", pair.path(method, pair.other.tenant_id))

    assert answer.status_code == 200


async def test_a_key_does_not_open_another_tenants_host(pair: Pair) -> None:
    """Not even for its own resources."""
    elsewhere = pair.other.rest.with_key(pair.mine.rest.key)

    answer = elsewhere.send("GET", f"/v1/{pair.mine.name}/calls")

    assert answer.status_code == 401


async def test_the_operators_rpcs_are_not_on_the_public_listener(road: Road, pair: Pair) -> None:
    """Neither with a client's key nor with the operator's."""
    operators = pair.mine.rest.with_key(road.operator.key)

    assert pair.mine.rest.send("GET", "/v1/tenants").status_code in (403, 404)
    assert operators.send("GET", "/v1/tenants").status_code in (401, 404)
