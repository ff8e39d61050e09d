"""A request for every RPC of telephony that has a route."""

from __future__ import annotations

from tests.support.rest_requests.request import Request, delete, get, patch, post

LEAD_LIST = {"displayName": "West", "campaign": "{name}/campaigns/none", "defaultRegion": "CA"}
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
DAYS = (
    "start_date.year=2025&startDate.month=10&startDate.day=2"
    "&endDate.year=2025&endDate.month=10&endDate.day=5"
)
CAMPAIGN = {
    "displayName": "Solar leads west",
    "dialMethod": "RATIO",
    "dialLevel": {"value": "2.5"},
    "callingHours": "NOON_TO_NINE",
    "recordingMode": "ON_DEMAND",
}
AGENT = {"displayName": "María Núñez", "mayDialManually": True}

# A client of the journeys has nothing in the dialer yet: 400 DIALER_NOT_READY, or 404.
_A_CAMPAIGN = "/v1/{name}/campaigns/{campaign}"
_AN_AGENT = "/v1/{name}/agents/{agent}"
_ONCE = {"requestId": "{request_id}"}

BY_SERVICE: dict[str, dict[str, Request]] = {
    "veneer.telephony.v1.AgentService": {
        "GetAgent": get(_AN_AGENT, 404),
        "ListAgents": get("/v1/{name}/agents?pageSize=3"),
        "CreateAgent": post("/v1/{name}/agents?agentId={new}&requestId={request_id}", AGENT, 400),
        "UpdateAgent": patch(f"{_AN_AGENT}?updateMask=displayName", AGENT, 404),
        "DeactivateAgent": post(f"{_AN_AGENT}:deactivate", _ONCE, 404),
        "ReactivateAgent": post(f"{_AN_AGENT}:reactivate", _ONCE, 404),
        "ResetAgentPassword": post(f"{_AN_AGENT}:resetPassword", _ONCE, 404),
        "LogOutAgent": post(f"{_AN_AGENT}:logOut", _ONCE, 404),
    },
    "veneer.telephony.v1.CampaignService": {
        "GetCampaign": get(_A_CAMPAIGN, 404),
        "ListCampaigns": get("/v1/{name}/campaigns?showArchived=true"),
        "CreateCampaign": post(
            "/v1/{name}/campaigns?campaignId={new}&requestId={request_id}", CAMPAIGN, 400
        ),
        "UpdateCampaign": patch(f"{_A_CAMPAIGN}?updateMask=displayName", CAMPAIGN, 404),
        "PauseCampaign": post(f"{_A_CAMPAIGN}:pause", _ONCE, 404),
        "ResumeCampaign": post(f"{_A_CAMPAIGN}:resume", _ONCE, 404),
        "ArchiveCampaign": post(f"{_A_CAMPAIGN}:archive", _ONCE, 404),
    },
    "veneer.telephony.v1.LiveCallService": {
        "ListLiveCalls": get("/v1/{name}/liveCalls?pageSize=3"),
    },
    "veneer.telephony.v1.ReportService": {
        "GetReport": get(f"/v1/{{name}}/reports/dispositions?{DAYS}"),
        "DownloadReport": get(f"/v1/{{name}}/reports/agents:download?{DAYS}"),
    },
    "veneer.telephony.v1.DidService": {
        "ListDids": get("/v1/{name}/dids"),
        "CreateDid": post("/v1/{name}/dids?requestId={request_id}", DID),
        "ListAvailableDids": get("/v1/{name}/availableDids?prefix=1312&pageSize=3"),
        # Nothing is in stock there.
        "OrderDid": post("/v1/{name}/dids:order", {"prefix": "+999", **_ONCE}, 400),
        "RouteDid": post("/v1/{name}/dids/none:route", _ONCE, 404),
        "ReleaseDid": post("/v1/{name}/dids/none:release", _ONCE, 404),
    },
    "veneer.telephony.v1.StockNumberService": {
        "ListStockNumbers": get("/v1/stockNumbers?prefix=1312&pageSize=3"),
        "CreateStockNumbers": post(
            "/v1/stockNumbers:create",
            {"carrier": "carriers/instacall", "phoneNumbers": ["+1415555{digits}"]},
        ),
        "DeleteStockNumber": delete("/v1/stockNumbers/none", 404),
    },
    "veneer.telephony.v1.DncService": {
        "ListDncNumbers": get("/v1/{name}/dncNumbers?pageSize=3"),
        "CheckDncNumbers": get("/v1/{name}/dncNumbers:check?phoneNumbers=%2B13125550100"),
        "AddDncNumbers": post("/v1/{name}/dncNumbers:add", {"phoneNumbers": ["+13125550100"]}),
        "RemoveDncNumbers": post(
            "/v1/{name}/dncNumbers:remove", {"phoneNumbers": ["+13125550199"]}
        ),
        "ImportDncNumbers": Request("POST", "/v1/{name}/dncNumbers:import", "3125550101\n"),
    },
    "veneer.telephony.v1.LeadListService": {
        "GetLeadList": get("/v1/{name}/leadLists/none", 404),
        "ListLeadLists": get("/v1/{name}/leadLists?pageSize=3"),
        "CreateLeadList": post(
            "/v1/{name}/leadLists?leadListId=l-{new}&requestId={request_id}", LEAD_LIST, 400
        ),
        "UpdateLeadList": patch("/v1/{name}/leadLists/none?updateMask=displayName", LEAD_LIST, 404),
        "DeleteLeadList": delete("/v1/{name}/leadLists/none", 404),
    },
    "veneer.telephony.v1.LeadService": {
        "GetLead": get("/v1/{name}/leadLists/none/leads/00000000", 404),
        "ListLeads": get("/v1/{name}/leadLists/none/leads", 404),
        "UpdateLead": patch(
            "/v1/{name}/leadLists/none/leads/00000000?updateMask=city", {"city": "Reno"}, 404
        ),
    },
    "veneer.telephony.v1.LeadUploadService": {
        "CreateLeadUpload": post(
            "/v1/{name}/leadLists/none/uploads?requestId={request_id}",
            {"displayName": "march.csv", "duplicateScope": "CAMPAIGN"},
            400,
        ),
        "UploadLeads": Request(
            "POST", "/v1/{name}/leadLists/none/uploads/none:send", "Phone\n3125550100\n", 404
        ),
        "StartLeadUpload": post("/v1/{name}/leadLists/none/uploads/none:start", {}, 404),
        "GetLeadUpload": get("/v1/{name}/leadLists/none/uploads/none", 404),
        "ListLeadUploads": get("/v1/{name}/leadLists/none/uploads", 404),
        "CancelLeadUpload": post("/v1/{name}/leadLists/none/uploads/none:cancel", {}, 404),
        "DownloadLeadUploadReport": get("/v1/{name}/leadLists/none/uploads/none:report", 404),
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
    "veneer.telephony.v1.DriftService": {
        "ListDrifts": get("/v1/{name}/drifts?pageSize=3"),
        "RepairDrifts": post("/v1/{name}/drifts:repair", {"requestId": "{request_id}"}),
    },
    "veneer.telephony.v1.ProvisioningService": {
        "CreateProvisioningRun": post(
            "/v1/{name}/provisioningRuns?requestId={request_id}",
            {"setup": {"campaignName": "Spring offer", "agentCount": 1, "host": "10.20.0.11"}},
        ),
        "GetProvisioningRun": get("/v1/{name}/provisioningRuns/none", 404),
        "ListProvisioningRuns": get("/v1/{name}/provisioningRuns"),
        "RetryProvisioningRun": post(
            "/v1/{name}/provisioningRuns/none:retry", {"requestId": "{request_id}"}, 404
        ),
        "UndoProvisioningRun": post(
            "/v1/{name}/provisioningRuns/none:undo", {"requestId": "{request_id}"}, 404
        ),
    },
    "veneer.telephony.v1.SqlAccessService": {
        "GetSqlAccess": get("/v1/{name}/sqlAccess", 404),
        "IssueSqlAccess": post(
            "/v1/tenants/nobody/sqlAccess:issue", {"requestId": "{request_id}"}, 404
        ),
        "DeleteSqlAccess": delete("/v1/tenants/nobody/sqlAccess", 404),
    },
    "veneer.telephony.v1.ServiceStateService": {
        "GetServiceState": get("/v1/{name}/serviceState"),
        "SetServiceState": post(
            "/v1/{name}/serviceState:set",
            {"state": "NO_NEW_CAMPAIGNS", "reason": "Unpaid", "requestId": "{request_id}"},
        ),
    },
    "veneer.telephony.v1.ReconciliationService": {
        "ListReconciliations": get("/v1/reconciliations?driftsOnly=true"),
    },
    "veneer.telephony.v1.RecordingService": {
        "ListRecordings": get("/v1/{name}/recordings?startTime=2025-10-01T00:00:00Z"),
        "StreamRecording": get("/v1/{name}/recordings/00000000:stream", 404),
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
