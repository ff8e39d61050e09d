"""Refusals get their HTTP status and AIP-193's body; all else gets neither text nor cause."""

from __future__ import annotations

import json
from typing import Any

import grpc
import pytest
from google.protobuf.any_pb2 import Any as AnyMessage
from google.rpc import error_details_pb2 as details
from google.rpc.status_pb2 import Status

from services.gateway.auth.callers import CredentialsInvalid
from services.gateway.rest.errors import MethodNotAllowed, Problem, problem_of
from services.kit.errors import Aborted, FieldViolation, InvalidRequest, Kind, NotFound, Refusal
from services.kit.rpc.refusals import DETAILS_KEY

CODES = [
    ("INVALID_ARGUMENT", 400),
    ("FAILED_PRECONDITION", 400),
    ("OUT_OF_RANGE", 400),
    ("UNAUTHENTICATED", 401),
    ("PERMISSION_DENIED", 403),
    ("NOT_FOUND", 404),
    ("ALREADY_EXISTS", 409),
    ("ABORTED", 409),
    ("RESOURCE_EXHAUSTED", 429),
    ("UNAVAILABLE", 503),
    ("DEADLINE_EXCEEDED", 504),
]


class TooOften(Refusal):
    """Somebody asks too often."""

    kind = Kind.RESOURCE_EXHAUSTED
    reason = "TOO_OFTEN"
    retry_after_seconds = 2.5


def _rpc_error(code: str, text: str, *told: Any, message: str = "Told.") -> grpc.aio.AioRpcError:
    status = Status(message=message)
    for detail in told:
        packed = AnyMessage()
        packed.Pack(detail)
        status.details.append(packed)
    trailing = ((DETAILS_KEY, status.SerializeToString()),) if told else ()
    return grpc.aio.AioRpcError(
        grpc.StatusCode[code], grpc.aio.Metadata(), grpc.aio.Metadata(*trailing), details=text
    )


def _body(problem: Problem) -> dict[str, Any]:
    error: dict[str, Any] = json.loads(problem.json())["error"]
    return error


@pytest.mark.parametrize(("code", "http_status"), CODES)
def test_each_code_has_its_status(code: str, http_status: int) -> None:
    """The one table, and the code by name beside it."""
    info = details.ErrorInfo(reason="WHY", domain="billing")

    problem = problem_of(_rpc_error(code, "raw", info))

    body = _body(problem)
    assert (problem.http_status, body["code"], body["status"]) == (http_status, http_status, code)
    assert body["message"] == "Told."
    assert body["details"][0]["reason"] == "WHY"


@pytest.mark.parametrize("code", ["UNKNOWN", "INTERNAL", "DATA_LOSS", "UNIMPLEMENTED"])
def test_a_bug_is_500_and_says_nothing(code: str) -> None:
    """Whatever text came with it."""
    info = details.ErrorInfo(reason="WHY", domain="billing")

    body = _body(problem_of(_rpc_error(code, "secret detail", info, message="secret detail")))

    assert body == {"code": 500, "message": "An internal error occurred.", "status": "INTERNAL"}


@pytest.mark.parametrize("code", ["UNAVAILABLE", "DEADLINE_EXCEEDED"])
def test_the_transports_own_texts_are_not_passed_on(code: str) -> None:
    """They name hosts and ports."""
    text = "failed to connect to all addresses; last error: ipv4:10.1.2.3:50051"

    assert b"10.1.2.3" not in problem_of(_rpc_error(code, text)).json()


def test_an_unknown_exception_is_500_and_says_nothing() -> None:
    """Not even its class."""
    assert b"secret" not in problem_of(RuntimeError("secret detail")).json()


def test_details_that_are_not_for_callers_are_dropped() -> None:
    """Stack traces, for one."""
    info = details.ErrorInfo(reason="WHY", domain="billing")
    debug = details.DebugInfo(detail="secret detail")

    assert b"secret" not in problem_of(_rpc_error("NOT_FOUND", "", info, debug)).json()


def test_field_violations_are_told() -> None:
    """All of them, with their paths."""
    refusal = InvalidRequest([FieldViolation("a.b", "Wrong."), FieldViolation("c", "Too.")])

    problem = problem_of(refusal)

    assert problem.field_violations == [("a.b", "Wrong."), ("c", "Too.")]
    assert _body(problem)["details"][1]["fieldViolations"][0] == {
        "field": "a.b",
        "description": "Wrong.",
    }


def test_when_to_try_again_is_a_header_too() -> None:
    """In whole seconds, rounded up."""
    problem = problem_of(TooOften("Not so often."))

    assert (b"retry-after", b"3") in problem.headers
    kinds = [each["@type"].rpartition(".")[2] for each in _body(problem)["details"]]
    assert kinds == ["ErrorInfo", "QuotaFailure", "RetryInfo"]


def test_who_is_not_known_is_told_how_to_log_in() -> None:
    """As HTTP demands of a 401."""
    assert (b"www-authenticate", b"Bearer") in problem_of(CredentialsInvalid()).headers


def test_a_method_that_is_not_allowed_is_405_with_those_that_are() -> None:
    """As HTTP demands of a 405."""
    problem = problem_of(MethodNotAllowed(("GET", "POST")))

    assert problem.http_status == 405
    assert (b"allow", b"GET, POST") in problem.headers


@pytest.mark.parametrize(
    ("refusal", "status"), [(NotFound(resource="x"), 404), (Aborted("Again."), 409)]
)
def test_refusals_of_the_gateways_own_look_the_same(refusal: Refusal, status: int) -> None:
    """A caller cannot tell where it was refused, and need not."""
    body = _body(problem_of(refusal))

    assert (body["code"], body["details"][0]["reason"]) == (status, refusal.reason)
