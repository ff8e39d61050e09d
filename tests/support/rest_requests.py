"""A request that succeeds for every RPC that has a REST route.

Braces stand for what a journey fills in: {name} the client's resource name, {new} an id that
nobody has, {request_id} a fresh one, and {call}, {key}, {line} and {route}, names of resources.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.support.road import PER_PERIOD


@dataclass(frozen=True, slots=True)
class Request:
    """A method, a path with its query, and the JSON of a body."""

    method: str
    path: str
    body: str | None = None

    def filled(self, values: dict[str, str]) -> Request:
        """Puts the values where their names stand in braces."""
        path, body = self.path, self.body
        for name, value in values.items():
            path = path.replace(f"{{{name}}}", value)
            body = body.replace(f"{{{name}}}", value) if body is not None else None
        return Request(self.method, path, body)

    def options(self) -> dict[str, Any]:
        """What an HTTP client is told of the body."""
        if self.body is None:
            return {}
        return {"content": self.body.encode(), "headers": {"content-type": "application/json"}}


def get(path: str) -> Request:
    """A GET."""
    return Request("GET", path)


def post(path: str, body: dict[str, Any]) -> Request:
    """A POST of JSON."""
    return Request("POST", path, json.dumps(body))


def record(**changes: Any) -> Request:
    """A reading of a client's, with something else about it."""
    return post("/v1/{name}/measurements:record", {"measurements": [{**MEASUREMENT, **changes}]})


COST_BOOK = {
    "effectiveDate": {"year": 2019, "month": 5, "day": 1},
    "currencyCode": "USD",
    "costs": [{"item": "MINUTES", "unitCost": {"value": "0.012"}, "durationTariff": PER_PERIOD}],
}
PLAN_VERSION = {
    "plan": "{new}",
    "displayName": "Platinum",
    "currencyCode": "USD",
    "prices": [{"item": "DIDS", "unitPrice": {"value": "2.5"}}],
}
PRICE_BOOK = {
    "effectiveDate": {"year": 2096, "month": 2, "day": 29},
    "currencyCode": "USD",
    "prices": [{"item": "DIDS", "unitPrice": {"value": "3.000"}}],
}
MEASUREMENT = {
    "meter": "SUPPORT_HOURS",
    "subject": "ticket-2",
    "date": {"year": 2025, "month": 10, "day": 3},
    "quantity": {"value": "1.50"},
}
DID = {"phoneNumber": "+1312555{digits}", "startDate": {"year": 2025, "month": 10, "day": 2}}
TENANT = {
    "displayName": "Öresund & <Co>",
    "tier": "GOLD",
    "timeZone": "Europe/Stockholm",
    "hostNames": ["{new}.dialer.localhost"],
    "brand": {"displayName": "Öresund", "primaryColor": "#123456"},
    "limits": {"maxConcurrentCalls": 7, "maxAgents": 0},
    "internalNotes": 'a tab\t, a "quote" and \u2028',
}
USER = {"email": "viewer@{new}.example", "role": "VIEWER", "password": "a-long-password"}
API_KEY = {"displayName": "Import", "permissions": ["calls.read", "usage.read"]}

_BY_SERVICE: dict[str, dict[str, Request]] = {
    "veneer.billing.v1.CostBookService": {
        "ListCostBooks": get("/v1/costBooks"),
        "CreateCostBook": post("/v1/costBooks?requestId={request_id}", COST_BOOK),
    },
    "veneer.billing.v1.StatementService": {
        "GetStatement": get("/v1/{name}/statements/2025-10"),
    },
    "veneer.billing.v1.InvoiceService": {
        "GetInvoice": get("/v1/{name}/invoices/2025-10"),
        "ListInvoices": get("/v1/{name}/invoices"),
        "DownloadInvoice": get("/v1/{name}/invoices/2025-10:download"),
    },
    "veneer.billing.v1.DraftInvoiceService": {
        "ListDraftInvoices": get("/v1/{name}/draftInvoices"),
        "CreateDraftInvoice": post(
            "/v1/{name}/draftInvoices?draft_invoice_id=2025-09&requestId={request_id}", {}
        ),
        "IssueDraftInvoice": post(
            "/v1/{name}/draftInvoices/2025-08:issue", {"requestId": "{request_id}"}
        ),
    },
    "veneer.billing.v1.MarginService": {
        "GetMargin": get("/v1/{name}/margins/2025-10"),
        "ListMargins": get("/v1/margins?month=2025-10"),
    },
    "veneer.billing.v1.PlanService": {
        "ListPlanVersions": get("/v1/planVersions?pageSize=2"),
        "CreatePlanVersion": post("/v1/planVersions?requestId={request_id}", PLAN_VERSION),
    },
    "veneer.billing.v1.PriceBookService": {
        "ListPriceBooks": get("/v1/{name}/priceBooks"),
        "CreatePriceBook": post("/v1/{name}/priceBooks?requestId={request_id}", PRICE_BOOK),
    },
    "veneer.telephony.v1.DidService": {
        "ListDids": get("/v1/{name}/dids"),
        "CreateDid": post("/v1/{name}/dids?requestId={request_id}", DID),
    },
    "veneer.telephony.v1.LegService": {
        "ListUnassignedLegs": get("/v1/unassignedLegs?pageSize=3"),
        "SummarizeUnassignedLegs": get("/v1/unassignedLegs:summarize"),
        "ListQuarantinedLines": get("/v1/quarantinedLines?page_size=2"),
        "ReplayQuarantinedLine": post("/v1/{line}:replay", {"request_id": "{request_id}"}),
    },
    "veneer.telephony.v1.RouteService": {
        "ListRoutes": get("/v1/routes"),
        "CreateRoute": post(
            "/v1/routes?routeId=r-{new}&request_id={request_id}",
            {"code": "{new}", "carrier": "harbor-tel"},
        ),
        "AssignRoute": post(
            "/v1/{route}:assign", {"tenant": "{name}", "requestId": "{request_id}"}
        ),
    },
    "veneer.tenancy.v1.ApiKeyService": {
        "ListApiKeys": get("/v1/{name}/apiKeys"),
        "CreateApiKey": post("/v1/{name}/apiKeys?requestId={request_id}", API_KEY),
        "RevokeApiKey": post("/v1/{key}:revoke", {}),
    },
    "veneer.tenancy.v1.TenantService": {
        "GetTenant": get("/v1/{name}"),
        "ListTenants": get("/v1/tenants?pageSize=1000"),
        "CreateTenant": post("/v1/tenants?tenantId={new}&requestId={request_id}", TENANT),
    },
    "veneer.tenancy.v1.ProfileService": {
        "GetProfile": get("/v1/{name}/profile"),
    },
    "veneer.tenancy.v1.UserService": {
        "ListUsers": get("/v1/{name}/users"),
        "CreateUser": post("/v1/{name}/users?requestId={request_id}", USER),
    },
    "veneer.usage.v1.CallService": {
        "GetCall": get("/v1/{call}"),
        "ListCalls": get("/v1/{name}/calls"),
    },
    "veneer.usage.v1.MeasurementService": {
        "RecordMeasurements": post(
            "/v1/{name}/measurements:record", {"measurements": [MEASUREMENT]}
        ),
        "ListMeasurements": get("/v1/{name}/measurements"),
    },
    "veneer.usage.v1.UsageSummaryService": {
        "GetUsageSummary": get("/v1/{name}/usageSummaries/2025-10"),
    },
}

REQUESTS = {
    f"{service}.{method}": request
    for service, by_method in _BY_SERVICE.items()
    for method, request in by_method.items()
}
