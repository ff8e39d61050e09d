"""A request for every RPC of the gateway's own that has a route."""

from __future__ import annotations

from tests.support.rest_requests.request import Request, delete, get, patch, post

_ENDPOINT = "/v1/{name}/webhookEndpoints/none"
# No name of the internet is asked for in a test: an address inside is refused at once.
INSIDE = {"url": "https://10.0.0.1/events", "eventTypes": ["call.finished"]}

BY_SERVICE: dict[str, dict[str, Request]] = {
    "veneer.gateway.v1.LeakAlarmService": {
        "ListLeakAlarms": get("/v1/leakAlarms"),
        "DismissLeakAlarm": post("/v1/leakAlarms/none:dismiss", {}, status=404),
    },
    "veneer.gateway.v1.WebhookEndpointService": {
        "ListWebhookEndpoints": get("/v1/{name}/webhookEndpoints"),
        "GetWebhookEndpoint": get(_ENDPOINT, status=404),
        "CreateWebhookEndpoint": post("/v1/{name}/webhookEndpoints", INSIDE, status=400),
        "UpdateWebhookEndpoint": patch(_ENDPOINT, {"displayName": "Events"}, status=404),
        "DeleteWebhookEndpoint": delete(_ENDPOINT, status=404),
        "RotateWebhookSecret": post(f"{_ENDPOINT}:rotateSecret", {}, status=404),
        "TestWebhookEndpoint": post(f"{_ENDPOINT}:test", {}, status=404),
        "ListWebhookDeliveries": get(f"{_ENDPOINT}/deliveries"),
        "ReplayWebhookDelivery": post(f"{_ENDPOINT}/deliveries/none:replay", {}, status=404),
    },
}
