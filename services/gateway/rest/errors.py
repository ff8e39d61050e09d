"""Refusals as HTTP: the one table of statuses, and the body that AIP-193 shows."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, ClassVar

import grpc
import orjson
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import DecodeError, Message
from google.rpc import error_details_pb2 as details
from google.rpc.status_pb2 import Status

from services.kit.errors import Kind, Refusal
from services.kit.rpc.refusals import CODES, DETAILS_KEY, INTERNAL_MESSAGE, status_of

DOMAIN = "gateway"

HTTP_STATUS: dict[grpc.StatusCode, int] = {
    grpc.StatusCode.INVALID_ARGUMENT: 400,
    grpc.StatusCode.FAILED_PRECONDITION: 400,
    grpc.StatusCode.OUT_OF_RANGE: 400,
    grpc.StatusCode.UNAUTHENTICATED: 401,
    grpc.StatusCode.PERMISSION_DENIED: 403,
    grpc.StatusCode.NOT_FOUND: 404,
    grpc.StatusCode.ALREADY_EXISTS: 409,
    grpc.StatusCode.ABORTED: 409,
    grpc.StatusCode.RESOURCE_EXHAUSTED: 429,
    grpc.StatusCode.CANCELLED: 499,
    grpc.StatusCode.UNAVAILABLE: 503,
    grpc.StatusCode.DEADLINE_EXCEEDED: 504,
}
_RANGE_REASON = "RANGE_NOT_SATISFIABLE"
_PLAIN_MESSAGES = {
    503: "The service is temporarily unavailable.",
    504: "The answer took too long.",
    499: "The request was cancelled.",
}
# Whatever else a status carries stays inside.
_TOLD: tuple[type[Message], ...] = (
    details.ErrorInfo,
    details.BadRequest,
    details.QuotaFailure,
    details.RetryInfo,
)


class HttpRefusal(Refusal):
    """A refusal of the gateway's own, whose HTTP status says more than its kind."""

    http_status: ClassVar[int]


class RouteNotFound(Refusal):
    """No RPC of this listener has this path."""

    kind = Kind.NOT_FOUND
    reason = "ROUTE_NOT_FOUND"


class MethodNotAllowed(HttpRefusal):
    """The path is there, but not for this HTTP method."""

    kind = Kind.INVALID_ARGUMENT
    reason = "METHOD_NOT_ALLOWED"
    http_status = 405

    def __init__(self, allowed: tuple[str, ...]) -> None:
        methods = ", ".join(allowed)
        super().__init__(f"This path takes {methods}.", allowed=methods)
        self.allowed = methods


class BodyTooLarge(HttpRefusal):
    """More was sent than is taken."""

    kind = Kind.INVALID_ARGUMENT
    reason = "BODY_TOO_LARGE"
    http_status = 413


class BodyTooSlow(HttpRefusal):
    """The request did not arrive in time."""

    kind = Kind.INVALID_ARGUMENT
    reason = "BODY_TOO_SLOW"
    http_status = 408


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, as HTTP tells it. `code` is the canonical name, such as NOT_FOUND."""

    http_status: int
    code: str
    message: str
    details: tuple[Message, ...] = ()
    headers: tuple[tuple[bytes, bytes], ...] = field(default=())

    @property
    def reason(self) -> str:
        """The ErrorInfo's reason; empty if nobody gave one."""
        infos = [each.reason for each in self.details if isinstance(each, details.ErrorInfo)]
        return infos[0] if infos else ""

    @property
    def metadata(self) -> dict[str, str]:
        """The ErrorInfo's metadata."""
        infos = [each.metadata for each in self.details if isinstance(each, details.ErrorInfo)]
        return dict(infos[0]) if infos else {}

    @property
    def field_violations(self) -> list[tuple[str, str]]:
        """What is wrong with which field."""
        return [
            (violation.field, violation.description)
            for each in self.details
            if isinstance(each, details.BadRequest)
            for violation in each.field_violations
        ]

    def json(self) -> bytes:
        """Writes the body that AIP-193 shows."""
        error: dict[str, Any] = {
            "code": self.http_status,
            "message": self.message,
            "status": self.code,
        }
        if self.details:
            error["details"] = [_detail_json(each) for each in self.details]
        return orjson.dumps({"error": error})


def problem_of(error: BaseException) -> Problem:
    """Tells of any exception what its caller may know; nothing at all of a bug."""
    if isinstance(error, grpc.aio.AioRpcError):
        return _problem_of_rpc(error)
    if isinstance(error, Refusal):
        status = status_of(error, DOMAIN)
        http_status = getattr(error, "http_status", None) or HTTP_STATUS[CODES[error.kind]]
        return _problem(http_status, CODES[error.kind], status)
    return Problem(500, "INTERNAL", INTERNAL_MESSAGE)


def _problem_of_rpc(error: grpc.aio.AioRpcError) -> Problem:
    code = error.code()
    http_status = HTTP_STATUS.get(code, 500)
    for key, value in error.trailing_metadata() or ():
        if key == DETAILS_KEY and http_status != 500 and isinstance(value, bytes):
            try:
                return _problem(http_status, code, Status.FromString(value))
            except DecodeError:
                break
    # Without details it is no refusal of ours but the transport's own text, which names hosts.
    if http_status in _PLAIN_MESSAGES:
        headers = ((b"retry-after", b"1"),) if http_status == 503 else ()
        return Problem(http_status, code.name, _PLAIN_MESSAGES[http_status], headers=headers)
    return Problem(500, "INTERNAL", INTERNAL_MESSAGE)


def _problem(http_status: int, code: grpc.StatusCode, status: Status) -> Problem:
    told = tuple(message for each in status.details if (message := _unpacked(each)) is not None)
    headers: list[tuple[bytes, bytes]] = []
    waits = [each.retry_delay for each in told if isinstance(each, details.RetryInfo)]
    if waits:
        seconds = max(1, math.ceil(waits[0].seconds + waits[0].nanos / 1e9))
        headers.append((b"retry-after", str(seconds).encode()))
    elif http_status == 429:
        headers.append((b"retry-after", b"60"))
    infos = [each for each in told if isinstance(each, details.ErrorInfo)]
    if infos and infos[0].reason == _RANGE_REASON:
        # HTTP has a status of its own for a range, and clients that seek wait for it.
        http_status = 416
        file_bytes = infos[0].metadata["file_bytes"]
        headers.append((b"content-range", f"bytes */{file_bytes}".encode()))
    if http_status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    if http_status == 405:
        headers.append((b"allow", infos[0].metadata["allowed"].encode()))
    return Problem(http_status, code.name, status.message, told, tuple(headers))


def _unpacked(wrapped: AnyMessage) -> Message | None:
    for kind in _TOLD:
        if wrapped.type_url.endswith(f"/{kind.DESCRIPTOR.full_name}"):
            message = kind()
            wrapped.Unpack(message)
            return message
    return None


def _detail_json(message: Message) -> dict[str, Any]:
    return {
        "@type": f"type.googleapis.com/{message.DESCRIPTOR.full_name}",
        **MessageToDict(message),
    }
