"""A request for every RPC of billing on costs, carriers and margins that has a route."""

from __future__ import annotations

import base64

from tests.support.rest_requests.request import Request, get, post

_SHEET = base64.b64encode(b"zone,rate,increments\nUS,0.0045,6/6\nGB,0.0125,30/6\n").decode()
_USD_500 = {"currencyCode": "USD", "units": "500"}

RATE_SHEET = {
    "carrier": "{new}",
    "csv": _SHEET,
    "currencyCode": "USD",
    "effectiveDate": {"year": 2019, "month": 6, "day": 1},
    "validateOnly": True,
    "keepMarginPercent": {"value": "30"},
    "requestId": "{request_id}",
}
OVERHEAD_BOOK = {
    "effectiveDate": {"year": 2019, "month": 5, "day": 1},
    "fixedCosts": [{"displayName": "backup", "monthlyCost": _USD_500}],
    "supportStaff": {"clientsPerPerson": 15, "costPerPerson": _USD_500},
}
PROJECTION = {
    "clientCount": 3,
    "revenuePerClient": _USD_500,
    "clientUses": [{"item": "DIDS", "quantity": {"value": "10"}, "unitCost": {"value": "1"}}],
}
RECONCILIATION = {
    "carrier": "blue",
    "startTime": "2025-10-01T00:00:00Z",
    "endTime": "2025-11-01T00:00:00Z",
    "currencyCode": "USD",
    "timeZone": "America/New_York",
}
_BILL = "/v1/carrierReconciliations/{unknown}"

BY_SERVICE: dict[str, dict[str, Request]] = {
    "veneer.billing.v1.MarginService": {
        "QueryMargins": get(
            "/v1/margins:query?tenant={name}&startMonth=2025-10&groupBy=ITEM&groupBy=ZONE"
        ),
    },
    "veneer.billing.v1.CostBookService": {
        "ListRouteCarriers": get("/v1/routeCarriers?pageSize=2"),
    },
    "veneer.billing.v1.RateSheetService": {
        "ImportRateSheet": post("/v1/rateSheets:import", RATE_SHEET),
    },
    "veneer.billing.v1.LossPolicyService": {
        "GetLossPolicy": get("/v1/lossPolicy"),
        "SetLossPolicy": post(
            "/v1/lossPolicy:set",
            {
                "lossPolicy": {"mode": "WARN", "basis": "EVERY_DURATION"},
                "requestId": "{request_id}",
            },
        ),
        "CheckLosses": post("/v1/{name}:checkLosses", {"requestId": "{request_id}"}),
        "ListLossChecks": get("/v1/lossChecks?findingsOnly=true&pageSize=2"),
    },
    "veneer.billing.v1.OverheadBookService": {
        "ListOverheadBooks": get("/v1/overheadBooks"),
        "CreateOverheadBook": post("/v1/overheadBooks?requestId={request_id}", OVERHEAD_BOOK),
    },
    "veneer.billing.v1.ProfitAndLossService": {
        # Nobody told the overheads of that month.
        "GetProfitAndLoss": get("/v1/profitAndLosses/2001-01", status=400),
        "ComputeProjection": post("/v1/projections:compute", PROJECTION),
        "ComputeUnitEconomics": get("/v1/{name}/unitEconomics:compute?date=2025-10-31"),
    },
    "veneer.billing.v1.CarrierReconciliationService": {
        "CreateCarrierReconciliation": post(
            "/v1/carrierReconciliations?carrierReconciliationId={new}&requestId={request_id}",
            RECONCILIATION,
        ),
        "AddCarrierCalls": post(f"{_BILL}:addCalls", {"part": 1, "csv": _SHEET}, status=404),
        "ReconcileCarrier": post(f"{_BILL}:reconcile", {}, status=404),
        "GetCarrierReconciliation": get(_BILL, status=404),
        "DownloadCarrierDispute": get(f"{_BILL}:downloadDispute", status=404),
    },
}
