"""Refusals say what is so, to people and to programs."""

from __future__ import annotations

from services.kit.errors import (
    FieldViolation,
    InvalidRequest,
    Kind,
    NotFound,
    QuotaExceeded,
    Refusal,
)


class CupIsEmpty(Refusal):
    kind = Kind.FAILED_PRECONDITION
    reason = "CUP_EMPTY"


def test_a_refusal_keeps_what_varies_as_text() -> None:
    """Metadata goes over the wire as strings."""
    refusal = CupIsEmpty("There are 0 of 3 cups left.", left=0, of=3)

    assert (refusal.message, refusal.metadata) == (
        "There are 0 of 3 cups left.",
        {"left": "0", "of": "3"},
    )


def test_a_bad_request_names_every_field() -> None:
    """The message tells the first and how many more there are."""
    refusal = InvalidRequest([FieldViolation("a", "Is required."), FieldViolation("b.c", "No.")])

    assert refusal.message == "The request is invalid: a: Is required. (1 more)"
    assert [violation.field for violation in refusal.violations] == ["a", "b.c"]


def test_what_is_missing_is_always_said_alike() -> None:
    """Otherwise the words would tell whose it is."""
    assert NotFound(resource="tenants/a").message == NotFound(resource="tenants/b/x/y").message


def test_an_exceeded_quota_names_what_is_limited() -> None:
    """Its caller learns which limit it is and how high."""
    refusal = QuotaExceeded(subject="campaigns", limit=10)

    assert refusal.kind is Kind.RESOURCE_EXHAUSTED
    assert refusal.metadata == {"subject": "campaigns", "limit": "10"}
    assert [each.field for each in refusal.violations] == ["campaigns"]
