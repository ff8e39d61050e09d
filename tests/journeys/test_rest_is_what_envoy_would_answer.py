"""The REST API answers what Envoy's own transcoder makes of the same contracts: same request,
same JSON.

Three differences are by design: bodies of errors and files are tested as such; there are no
server-sent events yet.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import grpc
import httpx
import pytest
import pytest_asyncio
from google.protobuf.descriptor import MethodDescriptor

from simulators.dialer.journal import Journals
from tests.support.contracts import has_route, methods, rule_of
from tests.support.eventually import eventually
from tests.support.oracle import Oracle, Who, oracle_of
from tests.support.rest_requests import REQUESTS
from tests.support.rest_requests.request import Request, get, post
from tests.support.rest_requests.usage import MEASUREMENT
from tests.support.rest_spellings import CLIENTS_SPELLINGS, OPERATORS_SPELLINGS, STRICTER
from tests.support.road import PER_PERIOD, Client, Road, a_backlog, as_json
from tests.support.road_suite import OPERATOR

_FILE = "google.api.HttpBody"
_OF_THE_MOMENT = {"asOfTime", "setTime", "setBy"}


@dataclass(frozen=True, slots=True)
class Bench:
    """The same request, laid before both."""

    road: Road
    oracle: Oracle
    client: Client
    values: dict[str, str]

    def ask(self, request: Request, is_operators: bool) -> tuple[httpx.Response, httpx.Response]:
        """Gives our answer and the oracle's."""
        who = (
            Who("operator", OPERATOR.tenant_id)
            if is_operators
            else Who("client", self.client.tenant_id)
        )
        theirs = self.oracle.send(who, request.method, request.path, **request.options())
        return self.ask_us(request, is_operators), theirs

    def ask_us(self, request: Request, is_operators: bool) -> httpx.Response:
        """Gives our answer alone."""
        rest = self.road.operator if is_operators else self.client.rest
        return rest.send(request.method, request.path, **request.options())

    def filled(self, request: Request) -> Request:
        """Fills a request in."""
        fresh = uuid.uuid4()
        values = {"request_id": str(fresh), "new": f"n{fresh.hex[:10]}", "digits": "0177"}
        return request.filled({**self.values, **values})


@pytest.fixture(scope="module")
def oracle(road: Road) -> Iterator[Oracle]:
    with oracle_of(road.suite) as oracle:
        yield oracle


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def bench(road: Road, oracle: Oracle) -> Bench:
    """A client with one of everything."""
    client = road.a_client("America/Chicago", "Ångström & Söhne")
    road.prices(client, date(2025, 1, 1))
    # A change of prices, of which there is a notice.
    road.prices(client, date(2097, 3, 1))
    days = date(2025, 10, 1), date(2025, 10, 3)
    road.legs(a_backlog(client, 40, *days))
    road.legs(a_backlog(replace(client, route_code=f"z{client.tenant_id}"[:12]), 4, *days))
    road.operator.post("/v1/costBooks", _costs())
    did = {"phoneNumber": "+13125550199", "startDate": as_json(date(2025, 9, 20))}
    road.operator.post(f"/v1/{client.name}/dids", did)
    nobody = f"x{client.tenant_id}"
    at = int(datetime(2025, 10, 5, tzinfo=UTC).timestamp() * 1000)
    Journals(road.suite.dialer.journals).append(f"odd-{nobody}", "1|L|not a line\n", at)
    await eventually(lambda: int(road.month_of(client, "2025-10")["callCount"]) == 40)
    await eventually(lambda: int(road.month_of(client, "2025-10")["didCount"]) == 1)
    await eventually(lambda: road.operator.get("/v1/unassignedLegs")["unassignedLegs"])
    lines = await eventually(lambda: road.operator.get("/v1/quarantinedLines")["quarantinedLines"])
    for month in ("2025-10", "2025-08"):
        road.operator.post(f"/v1/{client.name}/draftInvoices", {}, draftInvoiceId=month)
    road.operator.post(f"/v1/{client.name}/draftInvoices/2025-10:issue")
    key = client.rest.post(f"/v1/{client.name}/apiKeys", {"displayName": "Second"})
    calls = client.rest.get(f"/v1/{client.name}/calls", pageSize=1)["calls"]
    values = {
        "name": client.name,
        "call": calls[0]["name"],
        "key": key["name"],
        "line": lines[0]["name"],
        "route": road.a_route(nobody[:12]),
    }
    return Bench(road, oracle, client, values)


def _costs() -> dict[str, Any]:
    """Costs of long ago, so that they are no other journey's."""
    items: dict[str, dict[str, Any]] = {
        "PLATFORM_LICENSE": {},
        "DIDS": {},
        "MINUTES": {"durationTariff": PER_PERIOD},
    }
    costs = [{"item": item, "unitCost": {"value": "0.01"}, **more} for item, more in items.items()]
    return {"effectiveDate": as_json(date(2020, 1, 1)), "currencyCode": "USD", "costs": costs}


def _methods() -> list[MethodDescriptor]:
    return [method for method in methods() if has_route(method)]


def _is_operators(method: MethodDescriptor) -> bool:
    return rule_of(method).audience == "OPERATOR"


def _name_of(value: object) -> str | None:
    return f"{value.method} {value.path} {value.body}"[:150] if isinstance(value, Request) else None


def test_every_rpc_with_a_route_has_a_request() -> None:
    """A new one is not forgotten."""
    assert set(REQUESTS) == {method.full_name for method in _methods()}


@pytest.mark.parametrize(
    "method",
    [method for method in _methods() if method.output_type.full_name != _FILE],
    ids=lambda method: method.full_name,
)
async def test_every_rpc_answers_the_same(bench: Bench, method: MethodDescriptor) -> None:
    """What is written is written by us first and then repeated to both: with the same request
    id, so that a request understood otherwise would be refused."""
    request = bench.filled(REQUESTS[method.full_name])
    if request.method != "GET":
        bench.ask_us(request, _is_operators(method))

    ours, theirs = bench.ask(request, _is_operators(method))

    assert (ours.status_code, theirs.status_code) == (request.status,) * 2, ours.text
    if not ours.is_success:
        return
    if request.method == "GET" and _timeless(ours.json()) != _timeless(theirs.json()):
        # The suite goes on by itself: something may have come between the two.
        ours, theirs = bench.ask(request, _is_operators(method))
    assert ours.headers["content-type"] == theirs.headers["content-type"] == "application/json"
    assert _timeless(ours.json()) == _timeless(theirs.json())


async def test_a_file_has_the_same_bytes_and_only_here_a_name(bench: Bench) -> None:
    """By design: a file is to be kept."""
    for method in [each for each in _methods() if each.output_type.full_name == _FILE]:
        request = bench.filled(REQUESTS[method.full_name])
        ours, theirs = bench.ask(request, _is_operators(method))

        assert (ours.status_code, theirs.status_code) == (request.status,) * 2, ours.text
        if not ours.is_success:
            continue
        assert ours.content == theirs.content
        assert ours.headers["content-type"] == theirs.headers["content-type"]
        assert ours.headers["content-disposition"].startswith("attachment; filename=")
        assert "content-disposition" not in theirs.headers


@pytest.mark.parametrize("spelling", CLIENTS_SPELLINGS, ids=_name_of)
async def test_a_question_is_read_the_same(bench: Bench, spelling: Request) -> None:
    """Names and values of parameters, paths."""
    _assert_alike(*bench.ask(bench.filled(spelling), is_operators=False))


@pytest.mark.parametrize("spelling", OPERATORS_SPELLINGS, ids=_name_of)
async def test_a_body_is_read_the_same(bench: Bench, spelling: Request) -> None:
    """Names and values of fields, and what is no JSON."""
    request = bench.filled(spelling)
    bench.ask_us(request, is_operators=True)

    _assert_alike(*bench.ask(request, is_operators=True))


@pytest.mark.parametrize(("spelling", "our_status", "their_status"), STRICTER, ids=_name_of)
async def test_what_would_be_guessed_at_is_refused(
    bench: Bench, spelling: Request, our_status: int, their_status: int
) -> None:
    """By design: a misspelt request must not succeed as another one."""
    request = bench.filled(spelling)

    ours, theirs = bench.ask(request, is_operators=":record" in request.path)

    assert (ours.status_code, theirs.status_code) == (our_status, their_status)


async def test_what_the_path_names_is_what_is_written_to(bench: Bench) -> None:
    """By design: a body that names somebody else changes nothing there."""
    request = bench.filled(
        post(
            "/v1/{name}/measurements:record", {"parent": "tenants/x", "measurements": [MEASUREMENT]}
        )
    )

    ours = bench.ask_us(request, is_operators=True)

    assert ours.json()["measurements"][0]["name"].startswith(f"{bench.client.name}/")


async def test_an_error_says_the_same_in_the_form_of_errors(bench: Bench) -> None:
    """By design: code is HTTP's, the canonical one is spelled out; message and details are those
    of the service."""
    request = bench.filled(get("/v1/{name}/calls?pageToken=x"))

    ours, theirs = bench.ask(request, is_operators=False)

    error, status = ours.json()["error"], theirs.json()
    assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")
    assert status["code"] == grpc.StatusCode.INVALID_ARGUMENT.value[0]
    # A map that is empty need not be printed in an error: nobody looks for its entries.
    assert (error["message"], error["details"]) == (
        status["message"],
        _without_empty(status["details"]),
    )


def _assert_alike(ours: httpx.Response, theirs: httpx.Response) -> None:
    assert ours.status_code == theirs.status_code, f"{ours.text}\n{theirs.text}"
    assert ours.status_code < 500, ours.text
    if ours.is_success:
        assert _timeless(ours.json()) == _timeless(theirs.json())


def _without_empty(details: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in each.items() if value} for each in details]


def _timeless(value: Any) -> Any:
    """Leaves out up to when was counted, and who set something when: the two are asked one after
    the other, by two who ask."""
    if isinstance(value, dict):
        return {key: _timeless(item) for key, item in value.items() if key not in _OF_THE_MOMENT}
    return [_timeless(item) for item in value] if isinstance(value, list) else value
