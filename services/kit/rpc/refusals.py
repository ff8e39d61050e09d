"""Answers refusals with their status and details, and bugs with nothing at all."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from types import TracebackType

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc import error_details_pb2 as details
from google.rpc.status_pb2 import Status

from services.kit.errors import Kind, Refusal
from services.kit.logging import get_logger
from services.kit.rpc.interceptor import Context, MethodInterceptor

CODES: dict[Kind, grpc.StatusCode] = {
    Kind.INVALID_ARGUMENT: grpc.StatusCode.INVALID_ARGUMENT,
    Kind.FAILED_PRECONDITION: grpc.StatusCode.FAILED_PRECONDITION,
    Kind.OUT_OF_RANGE: grpc.StatusCode.OUT_OF_RANGE,
    Kind.UNAUTHENTICATED: grpc.StatusCode.UNAUTHENTICATED,
    Kind.PERMISSION_DENIED: grpc.StatusCode.PERMISSION_DENIED,
    Kind.NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    Kind.ALREADY_EXISTS: grpc.StatusCode.ALREADY_EXISTS,
    Kind.ABORTED: grpc.StatusCode.ABORTED,
    Kind.RESOURCE_EXHAUSTED: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Kind.UNAVAILABLE: grpc.StatusCode.UNAVAILABLE,
}
DETAILS_KEY = "grpc-status-details-bin"
INTERNAL_MESSAGE = "An internal error occurred."

# gRPC refuses metadata beyond 8 KiB, and then the caller would not even get the code.
_LONGEST_MESSAGE = 500
_LONGEST_VALUE = 200
_MOST_VIOLATIONS = 20

log = get_logger(__name__)


class RefusalsInterceptor(MethodInterceptor):
    """Turns what a method raises into the status that its caller gets.

    The one place that catches everything: grpc.aio would send the text of any exception.
    """

    def __init__(self, domain: str) -> None:
        super().__init__()
        self._domain = domain

    def around(self, method: str, context: Context) -> AbstractAsyncContextManager[None]:
        return _Answering(self._domain, method, context)


class _Answering(AbstractAsyncContextManager[None]):
    def __init__(self, domain: str, method: str, context: Context) -> None:
        self._domain = domain
        self._method = method
        self._context = context

    async def __aenter__(self) -> None:
        return None

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, Refusal):
            log.info("refused", method=self._method, reason=error.reason, kind=error.kind.value)
            status = status_of(error, self._domain)
            await self._context.abort(
                CODES[error.kind], status.message, ((DETAILS_KEY, status.SerializeToString()),)
            )
        # Cancellation is no Exception, so it passes; an abort has been answered already.
        elif isinstance(error, Exception) and not isinstance(error, grpc.aio.AbortError):
            log.error("failed", method=self._method, exc_info=error)
            await self._context.abort(grpc.StatusCode.INTERNAL, INTERNAL_MESSAGE)


def status_of(refusal: Refusal, domain: str) -> Status:
    """Gives the rich status of a refusal; `domain` is the plain name of the service."""
    status = Status(code=CODES[refusal.kind].value[0], message=refusal.message[:_LONGEST_MESSAGE])
    metadata = {key: value[:_LONGEST_VALUE] for key, value in refusal.metadata.items()}
    packed = [details.ErrorInfo(reason=refusal.reason, domain=domain, metadata=metadata)]
    for message in (*packed, *_more_details(refusal)):
        wrapped = AnyMessage()
        wrapped.Pack(message)
        status.details.append(wrapped)
    return status


def _more_details(refusal: Refusal) -> list[Message]:
    more: list[Message] = []
    told = refusal.violations[:_MOST_VIOLATIONS]
    if refusal.kind is Kind.RESOURCE_EXHAUSTED:
        more.append(details.QuotaFailure(violations=_quotas(refusal)))
    elif told:
        more.append(
            details.BadRequest(
                field_violations=[
                    details.BadRequest.FieldViolation(
                        field=violation.field[:_LONGEST_VALUE],
                        description=violation.description[:_LONGEST_VALUE],
                    )
                    for violation in told
                ]
            )
        )
    if refusal.retry_after_seconds is not None:
        delay = Duration()
        delay.FromMilliseconds(round(refusal.retry_after_seconds * 1000))
        more.append(details.RetryInfo(retry_delay=delay))
    return more


def _quotas(refusal: Refusal) -> list[details.QuotaFailure.Violation]:
    if not refusal.violations:
        message = refusal.message[:_LONGEST_VALUE]
        return [details.QuotaFailure.Violation(subject=refusal.reason, description=message)]
    return [
        details.QuotaFailure.Violation(
            subject=violation.field[:_LONGEST_VALUE],
            description=violation.description[:_LONGEST_VALUE],
        )
        for violation in refusal.violations[:_MOST_VIOLATIONS]
    ]
