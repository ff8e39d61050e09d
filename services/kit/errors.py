"""Refusals: what a caller is told, and can act on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

INVALID_REQUEST = "INVALID_REQUEST"
RESOURCE_NOT_FOUND = "RESOURCE_NOT_FOUND"


class Kind(StrEnum):
    """What a caller can do about a refusal; each is one canonical status code."""

    INVALID_ARGUMENT = "INVALID_ARGUMENT"
    FAILED_PRECONDITION = "FAILED_PRECONDITION"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    PERMISSION_DENIED = "PERMISSION_DENIED"
    NOT_FOUND = "NOT_FOUND"
    ALREADY_EXISTS = "ALREADY_EXISTS"
    ABORTED = "ABORTED"
    RESOURCE_EXHAUSTED = "RESOURCE_EXHAUSTED"
    UNAVAILABLE = "UNAVAILABLE"


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """What is wrong with one field; `field` is its path from the request, `a.b[2].c`."""

    field: str
    description: str


Violation = FieldViolation


class Refusal(Exception):
    """Refuses a request for a reason that its caller can act on.

    Subclasses say `kind` and `reason` (UPPER_SNAKE, at most 63 characters, unique in the project).
    The message is read by clients. Whatever varies in it is in `metadata` too, as text.
    """

    kind: ClassVar[Kind]
    reason: ClassVar[str]
    violations: tuple[FieldViolation, ...] = ()
    retry_after_seconds: float | None = None

    def __init__(self, message: str, **metadata: object) -> None:
        super().__init__(message)
        self.message = message
        self.metadata = {key: str(value) for key, value in metadata.items()}


class InvalidRequest(Refusal):
    """A request that no state of the world would make right; says all that is wrong with it."""

    kind = Kind.INVALID_ARGUMENT
    reason = INVALID_REQUEST

    def __init__(self, violations: Iterable[FieldViolation]) -> None:
        self.violations = tuple(violations)
        first = self.violations[0]
        more = len(self.violations) - 1
        rest = f" ({more} more)" if more else ""
        super().__init__(f"The request is invalid: {first.field}: {first.description}{rest}")

    @classmethod
    def at(cls, field: str, description: str) -> InvalidRequest:
        """Says what is wrong with the one field."""
        return cls([FieldViolation(field, description)])


class NotFound(Refusal):
    """A resource that is not there, or is another tenant's: the caller can't tell which."""

    kind = Kind.NOT_FOUND
    reason = RESOURCE_NOT_FOUND

    def __init__(self, *, resource: object) -> None:
        super().__init__("The resource was not found.", resource=resource)


class AlreadyExists(Refusal):
    """A resource of the same identity is there already."""

    kind = Kind.ALREADY_EXISTS
    reason = "RESOURCE_ALREADY_EXISTS"


class Aborted(Refusal):
    """Somebody else changed the resource meanwhile: read it again, then retry."""

    kind = Kind.ABORTED
    reason = "CONCURRENT_CHANGE"


class Unavailable(Refusal):
    """Something that the answer depends on can't be reached at the moment."""

    kind = Kind.UNAVAILABLE
    reason = "TEMPORARILY_UNAVAILABLE"

    def __init__(
        self,
        message: str = "The service is temporarily unavailable.",
        *,
        retry_after_seconds: float = 1,
        **metadata: object,
    ) -> None:
        super().__init__(message, **metadata)
        self.retry_after_seconds = retry_after_seconds


class QuotaExceeded(Refusal):
    """One more would be beyond a limit. Told as QuotaFailure, its `subject` as a field is named."""

    kind = Kind.RESOURCE_EXHAUSTED
    reason = "QUOTA_EXCEEDED"

    def __init__(self, *, subject: str, limit: int) -> None:
        message = f"The limit of {subject} is reached: {limit}."
        super().__init__(message, subject=subject, limit=limit)
        self.violations = (FieldViolation(subject, message),)
