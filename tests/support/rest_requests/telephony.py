"""A request for every RPC of telephony that has a route."""

from __future__ import annotations

from tests.support.rest_requests.request import Request, get, patch, post

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

BY_SERVICE: dict[str, dict[str, Request]] = {
    "veneer.telephony.v1.DidService": {
        "ListDids": get("/v1/{name}/dids"),
        "CreateDid": post("/v1/{name}/dids?requestId={request_id}", DID),
    },
    "veneer.telephony.v1.LegService": {
        "ListUnassignedLegs": get("/v1/unassignedLegs?pageSize=3"),
        "SummarizeUnassignedLegs": get("/v1/unassignedLegs:summarize"),
        "ListOpenLegs": get("/v1/openLegs?state=OPEN"),
        "ListQuarantinedLines": get("/v1/quarantinedLines?page_size=2"),
        "ReplayQuarantinedLine": post("/v1/{line}:replay", {"request_id": "{request_id}"}),
    },
    "veneer.telephony.v1.CarrierService": {
        "GetCarrier": get("/v1/carriers/instacall"),
        "ListCarriers": get("/v1/carriers?pageSize=5"),
        "CreateCarrier": post(
            "/v1/carriers?carrierId=c-{new}&requestId={request_id}",
            {"host": "198.51.100.7", "codecs": ["ulaw", "alaw"], "callerIdFormat": "PLUS"},
        ),
        "UpdateCarrier": patch(
            "/v1/carriers/instacall?updateMask=displayName", {"displayName": "Instacall"}
        ),
    },
    "veneer.telephony.v1.RouteService": {
        "ListRoutes": get("/v1/routes"),
        "CreateRoute": post(
            "/v1/routes?routeId=r-{new}&request_id={request_id}",
            {"code": "{new}", "carrier": "carriers/instacall"},
        ),
        "AssignRoute": post(
            "/v1/{route}:assign", {"tenant": "{name}", "requestId": "{request_id}"}
        ),
    },
}
