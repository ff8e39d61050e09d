"""A request for every RPC that has a REST route, by service.

Braces stand for what a journey fills in: {name} the client's resource name, {new} an id that
nobody has, {request_id} a fresh one, and {call}, {key}, {line} and {route}, names of resources.
Any other name is filled in as "none".
"""

from __future__ import annotations

from tests.support.rest_requests import billing, costs, gateway, telephony, tenancy, usage
from tests.support.rest_requests.request import Request

REQUESTS: dict[str, Request] = {
    f"{service}.{method}": request
    for module in (billing, costs, gateway, telephony, tenancy, usage)
    for service, by_method in module.BY_SERVICE.items()
    for method, request in by_method.items()
}
