"""A request for every RPC of billing that has a route."""

from __future__ import annotations

from tests.support.rest_requests.request import Request, get, patch, post
from tests.support.road import PER_PERIOD

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

BY_SERVICE: dict[str, dict[str, Request]] = {
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
        "ReleaseDraftInvoice": post(
            "/v1/{name}/draftInvoices/2025-08:release",
            {"note": "Agreed by phone.", "requestId": "{request_id}"},
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
    "veneer.billing.v1.PriceNoticeService": {
        "ListPriceNotices": get("/v1/{name}/priceNotices"),
        "GetPriceNotice": get("/v1/{name}/priceNotices/2096-02-29", status=404),
        "AcknowledgePriceNotice": post(
            "/v1/{name}/priceNotices/2096-02-29:acknowledge",
            {"requestId": "{request_id}"},
            status=404,
        ),
    },
    "veneer.billing.v1.PriceNoticeRecordService": {
        "ListPriceNoticeEvents": get("/v1/{name}/priceNotices/2096-02-29/events", status=404),
        "GetPriceNoticeTerms": get("/v1/{name}/priceNoticeTerms"),
        "UpdatePriceNoticeTerms": patch("/v1/{name}/priceNoticeTerms", {"noticeDays": 30}),
    },
    "veneer.billing.v1.PriceBookService": {
        "ListPriceBooks": get("/v1/{name}/priceBooks"),
        "CreatePriceBook": post("/v1/{name}/priceBooks?requestId={request_id}", PRICE_BOOK),
    },
}
