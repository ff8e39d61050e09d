"""A request for every RPC of usage that has a route."""

from __future__ import annotations

from typing import Any

from tests.support.rest_requests.request import Request, get, post

MEASUREMENT = {
    "meter": "SUPPORT_HOURS",
    "subject": "ticket-2",
    "date": {"year": 2025, "month": 10, "day": 3},
    "quantity": {"value": "1.50"},
}


def record(**changes: Any) -> Request:
    """A reading of a client's, with something else about it."""
    return post("/v1/{name}/measurements:record", {"measurements": [{**MEASUREMENT, **changes}]})


BY_SERVICE: dict[str, dict[str, Request]] = {
    "veneer.usage.v1.CallCorrectionService": {
        "WithdrawCall": post(
            "/v1/{call}:withdraw", {"reason": "A test call", "requestId": "{request_id}"}
        ),
        "ReinstateCall": post(
            "/v1/{call}:reinstate", {"reason": "No test", "requestId": "{request_id}"}
        ),
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
