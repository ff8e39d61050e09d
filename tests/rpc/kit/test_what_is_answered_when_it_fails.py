"""Refusals arrive whole; bugs arrive empty."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import redirect_stdout

import grpc
import pytest
import structlog

from services.kit.errors import Kind, NotFound, Unavailable
from services.kit.logging import configure_logging
from services.kit.rpc.errors import PartnerRefused, from_rpc_error, refusal_from
from services.kit.rpc.refusals import CODES
from tests.rpc.kit.probe_server import Prober, a_request, problem_of, requests
from tests.support.eventually import eventually

SHAPES = ["GetProbe", "WatchProbes", "CollectProbes", "ExchangeProbes"]


async def _problem(prober: Prober, act: str, shape: str = "GetProbe") -> grpc.aio.AioRpcError:
    streams_requests = shape in ("CollectProbes", "ExchangeProbes")
    request = requests(a_request(act)) if streams_requests else a_request(act)
    method = getattr(prober.stub(), shape)
    return await problem_of(method(request, metadata=prober.as_client()))


@pytest.mark.parametrize("shape", SHAPES)
async def test_a_refusal_arrives_with_its_reason(prober: Prober, shape: str) -> None:
    """Code, message, reason, domain and metadata, whatever the method's shape."""
    problem = from_rpc_error(await _problem(prober, "miss", shape))

    assert problem.code is grpc.StatusCode.NOT_FOUND
    assert problem.kind is Kind.NOT_FOUND
    assert problem.message == "The resource was not found."
    assert (problem.reason, problem.domain) == ("RESOURCE_NOT_FOUND", "usage")
    assert problem.metadata == {"resource": "tenants/abc/probes/p1"}


@pytest.mark.parametrize("shape", SHAPES)
async def test_a_bug_says_nothing(prober: Prober, shape: str) -> None:
    """The text of an exception is for the log alone."""
    error = await _problem(prober, "break", shape)

    assert error.code() is grpc.StatusCode.INTERNAL
    assert error.details() == "An internal error occurred."
    assert from_rpc_error(error).reason == ""


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What this process logs, as it would in a service."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    output = io.StringIO()
    with redirect_stdout(output):
        configure_logging("usage")
        yield output
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


async def test_a_bug_is_logged_with_the_trace_of_its_caller(
    prober: Prober, log: io.StringIO
) -> None:
    """Whoever reads the log finds the call."""
    trace_id = "0af7651916cd43dd8448eb211c80319c"
    metadata = (*prober.as_client(), ("traceparent", f"00-{trace_id}-b7ad6b7169203331-01"))

    await problem_of(prober.stub().GetProbe(a_request("break"), metadata=metadata))

    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    failed = next(line for line in lines if line["event"] == "failed")
    assert failed["trace_id"] == trace_id
    assert failed["method"] == "/probe.v1.ProbeService/GetProbe"
    assert "the secret is 42" in failed["exception"]


async def test_a_quota_says_what_is_used_up(prober: Prober) -> None:
    """RESOURCE_EXHAUSTED carries a QuotaFailure."""
    problem = from_rpc_error(await _problem(prober, "be full"))

    assert problem.reason == "PROBE_FULL"
    assert problem.metadata == {"limit": "3"}
    assert [(each.field, each.description) for each in problem.violations] == [
        ("PROBE_FULL", "There are 3 already.")
    ]


async def test_a_passing_trouble_says_when_to_retry(prober: Prober) -> None:
    """UNAVAILABLE carries a RetryInfo."""
    problem = from_rpc_error(await _problem(prober, "be away"))

    assert problem.retry_after_seconds == 2.5


async def test_however_many_violations_the_code_arrives(prober: Prober) -> None:
    """Trailing metadata has a limit, so the violations have one."""
    problem = from_rpc_error(await _problem(prober, "complain"))

    assert problem.code is grpc.StatusCode.INVALID_ARGUMENT
    assert problem.reason == "INVALID_REQUEST"
    assert len(problem.violations) == 20


@pytest.mark.parametrize("shape", SHAPES)
async def test_what_the_annotations_forbid_is_told_by_field(prober: Prober, shape: str) -> None:
    """Validation stands before methods of every shape."""
    bad = a_request(name="", others=["probes/p1"])
    streams_requests = shape in ("CollectProbes", "ExchangeProbes")
    method = getattr(prober.stub(), shape)
    call = method(requests(bad) if streams_requests else bad, metadata=prober.as_client())

    problem = from_rpc_error(await problem_of(call))

    assert [(each.field, each.description) for each in problem.violations] == [
        ("name", "Is required."),
        ("others[0]", "Must be of the form tenants/{tenant}/probes/{probe}."),
    ]


@pytest.mark.parametrize("shape", SHAPES)
async def test_a_caller_that_goes_away_ends_the_method(prober: Prober, shape: str) -> None:
    """Cancellation passes through all that stands before a method."""
    streams_requests = shape in ("CollectProbes", "ExchangeProbes")
    request = requests(a_request("wait")) if streams_requests else a_request("wait")
    call = getattr(prober.stub(), shape)(request, metadata=prober.as_client())
    if shape == "WatchProbes":
        await call.read()
    await prober.servicer.started.wait()

    call.cancel()

    await eventually(prober.servicer.cancelled.is_set)


async def test_a_partners_refusal_is_passed_on_as_it_was(prober: Prober) -> None:
    """A service that asks another one answers with the other one's reason."""
    refusal = refusal_from(await _problem(prober, "miss"))

    assert isinstance(refusal, PartnerRefused)
    assert (refusal.kind, refusal.reason) == (Kind.NOT_FOUND, NotFound.reason)
    assert refusal.metadata == {"resource": "tenants/abc/probes/p1"}


async def test_a_partner_that_does_not_answer_is_unavailable(prober: Prober) -> None:
    """Out of time or out of reach is the same for whoever waits."""
    call = prober.stub().GetProbe(a_request("wait"), metadata=prober.as_client(), timeout=0.05)

    assert isinstance(refusal_from(await problem_of(call)), Unavailable)


async def test_a_partners_bug_is_no_refusal(prober: Prober) -> None:
    """It stays an error, and so becomes our caller's INTERNAL."""
    error = await _problem(prober, "break")

    assert refusal_from(error) is error


def test_every_kind_has_a_code() -> None:
    """The one table is complete and one to one."""
    assert set(CODES) == set(Kind)
    assert [code.name for code in CODES.values()] == [kind.value for kind in CODES]
