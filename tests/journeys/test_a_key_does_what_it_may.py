"""A key does what its permissions say, for every RPC that has a route, and nothing else."""

from __future__ import annotations

import json
import uuid

import pytest
from google.protobuf.descriptor import MethodDescriptor

from tests.support.contracts import has_route, methods, rule_of
from tests.support.rest import Rest
from tests.support.rest_requests import REQUESTS
from tests.support.road import Client, Road
from tests.support.road_suite import OPERATOR

CLIENTS_ONLY = "profile.read"
OPERATORS_ONLY = "tenants.read"


@pytest.fixture(scope="module")
def client(road: Road) -> Client:
    return road.a_client()


def _methods() -> list[MethodDescriptor]:
    return [method for method in methods() if has_route(method) and rule_of(method).permission]


def _keys(road: Road, client: Client) -> dict[str, Rest]:
    """One key for each audience, with one permission."""
    clients = {"displayName": "Narrow", "permissions": [CLIENTS_ONLY]}
    operators = {"displayName": "Narrow", "permissions": [OPERATORS_ONLY]}
    made = client.rest.post(f"/v1/{client.name}/apiKeys", clients)
    operator = road.operator.post(f"/v1/tenants/{OPERATOR.tenant_id}/apiKeys", operators)
    return {
        "CLIENT": client.rest.with_key(made["secret"]),
        "OPERATOR": road.operator.with_key(operator["secret"]),
    }


@pytest.fixture(scope="module")
def keys(road: Road, client: Client) -> dict[str, Rest]:
    return _keys(road, client)


@pytest.mark.parametrize("method", _methods(), ids=lambda method: method.full_name)
async def test_a_permission_that_is_missing_is_named(
    client: Client, keys: dict[str, Rest], method: MethodDescriptor
) -> None:
    """Before anything is looked up."""
    rule = rule_of(method)
    values = {
        "name": client.name,
        "call": f"{client.name}/calls/none",
        "key": f"{client.name}/apiKeys/none",
        "line": "quarantinedLines/1",
        "route": "routes/none",
        "new": "nobody",
        "digits": "0199",
        "request_id": str(uuid.uuid4()),
    }
    request = REQUESTS[method.full_name].filled(values)

    answer = keys[rule.audience].send(request.method, request.path, **request.options())

    if rule.permission in (CLIENTS_ONLY, OPERATORS_ONLY):
        assert answer.status_code != 403
    else:
        assert answer.status_code == 403, answer.text
        assert rule.permission in json.dumps(answer.json()["error"]["details"])
