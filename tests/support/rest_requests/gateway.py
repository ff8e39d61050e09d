"""A request for every RPC of the gateway's own that has a route."""

from __future__ import annotations

from tests.support.rest_requests.request import Request, get, post

BY_SERVICE: dict[str, dict[str, Request]] = {
    "veneer.gateway.v1.LeakAlarmService": {
        "ListLeakAlarms": get("/v1/leakAlarms"),
        "DismissLeakAlarm": post("/v1/leakAlarms/none:dismiss", {}, status=404),
    },
}
