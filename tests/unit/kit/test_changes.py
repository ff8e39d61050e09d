"""A change says what differs, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest

from services.kit.audit import facts_of_message
from services.kit.changes import Change, Difference, facts_of, words_of
from services.kit.money import Money
from veneer.telephony.v1 import carrier_service_pb2


class Color(StrEnum):
    """Some words."""

    RED = "RED"


@dataclass(frozen=True, slots=True)
class Door:
    """Something with fields."""

    name: str
    color: Color = Color.RED
    is_open: bool = False


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        (True, "yes"),
        (0, "0"),
        (Decimal("1.50"), "1.50"),
        (Color.RED, "RED"),
        (date(2026, 11, 2), "2026-11-02"),
        (datetime(2026, 11, 2, 12, tzinfo=UTC), "2026-11-02T12:00:00.000000Z"),
        (("ulaw", "g729"), "ulaw, g729"),
        (Money(Decimal("5.00"), "USD"), "5 USD"),
    ],
)
def test_values_are_said_as_people_read_them(value: Any, words: str) -> None:
    assert words_of(value) == words


def test_only_what_differs_is_told() -> None:
    """New things differ from nothing, in all that they are."""
    before, after = Door("front"), Door("front", is_open=True)
    names = ("name", "color", "is_open")

    changed = Change("t", "doors.open", "d", facts_of(before, *names), facts_of(after, *names))
    made = Change("t", "doors.create", "d", facts_of(None, *names), facts_of(after, "name"))

    assert changed.differences == (Difference("is_open", "no", "yes"),)
    assert made.differences == (Difference("name", "", "front"),)


def test_a_message_is_told_by_its_paths() -> None:
    """Without what is no part of the resource, or nothing but what may be kept."""
    carrier = carrier_service_pb2.Carrier(
        name="carriers/a", etag="v1", host="sip.example", port=5060, codecs=["ulaw", "g729"]
    )
    carrier.create_time.FromDatetime(datetime(2026, 11, 2, tzinfo=UTC))

    assert facts_of_message(carrier) == {
        "host": "sip.example",
        "port": "5060",
        "codecs": "ulaw, g729",
        "create_time": "2026-11-02T00:00:00Z",
    }
    assert facts_of_message(carrier, ("host",)) == {"host": "sip.example"}
