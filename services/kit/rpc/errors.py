"""Reads what another service answered instead of a response."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import grpc
from google.rpc import error_details_pb2 as details
from google.rpc.status_pb2 import Status

from services.kit.errors import FieldViolation, Kind, Refusal, Unavailable
from services.kit.rpc.refusals import CODES, DETAILS_KEY

_KINDS = {code: kind for kind, code in CODES.items()}

# Our caller may try again: the partner has not answered, whatever it may have done.
_PASSING = (
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.CANCELLED,
)


@dataclass(frozen=True, slots=True)
class RpcProblem:
    """A status with its details; `reason` and `kind` are empty for bugs and broken connections."""

    code: grpc.StatusCode
    message: str
    kind: Kind | None = None
    reason: str = ""
    domain: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    violations: tuple[FieldViolation, ...] = ()
    retry_after_seconds: float | None = None


class PartnerRefused(Refusal):
    """Another service's refusal, passed on as it was."""

    def __init__(self, problem: RpcProblem) -> None:
        super().__init__(problem.message, **problem.metadata)
        assert problem.kind is not None
        # The class says both for every other refusal; this one repeats what it was told.
        self.__dict__.update(kind=problem.kind, reason=problem.reason)
        self.violations = problem.violations
        self.retry_after_seconds = problem.retry_after_seconds


def from_rpc_error(error: grpc.aio.AioRpcError) -> RpcProblem:
    """Gives the problem in an error of a call."""
    code = error.code()
    message = error.details() or ""
    packed = dict(error.trailing_metadata() or ()).get(DETAILS_KEY)
    if not isinstance(packed, bytes):
        return RpcProblem(code, message, _KINDS.get(code))
    return _problem(code, Status.FromString(packed))


def refusal_from(error: grpc.aio.AioRpcError) -> Exception:
    """Gives what to raise in place of the error: the same refusal, Unavailable, or the error.

    For `partners/`: `except grpc.aio.AioRpcError as error: raise refusal_from(error) from error`.
    """
    problem = from_rpc_error(error)
    if problem.code in _PASSING:
        return Unavailable()
    if problem.kind is None or not problem.reason:
        return error
    return PartnerRefused(problem)


def _problem(code: grpc.StatusCode, status: Status) -> RpcProblem:
    info, bad, quota = details.ErrorInfo(), details.BadRequest(), details.QuotaFailure()
    retry = details.RetryInfo()
    for packed in status.details:
        for wanted in (info, bad, quota, retry):
            if packed.Is(wanted.DESCRIPTOR):
                packed.Unpack(wanted)
    wrong = [FieldViolation(each.field, each.description) for each in bad.field_violations]
    over = [FieldViolation(each.subject, each.description) for each in quota.violations]
    has_retry = retry.HasField("retry_delay")
    return RpcProblem(
        code=code,
        message=status.message,
        kind=_KINDS.get(code),
        reason=info.reason,
        domain=info.domain,
        metadata=dict(info.metadata),
        violations=tuple(wrong + over),
        retry_after_seconds=retry.retry_delay.ToMilliseconds() / 1000 if has_retry else None,
    )
