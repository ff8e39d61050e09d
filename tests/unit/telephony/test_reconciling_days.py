"""A day's legs against the dialer's rows: what matches, what is explained, what is a drift."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.telephony.domain.reconciliation import (
    DayLeg,
    DayRow,
    Reconciliation,
    reconcile,
)

DAY = date(2026, 11, 1)


def a_leg(number: int, code: str = "", **changes: Any) -> DayLeg:
    values: dict[str, Any] = {
        "uniqueid": f"{1000 + number}.{number}",
        "call_code": code or f"V{number:019d}",
        "direction": "o",
        "created_seconds": 1000 + number,
        "billable_seconds": 60,
        "end_is_estimated": False,
    }
    return DayLeg(**{**values, **changes})


def a_row(number: int, code: str = "", **changes: Any) -> DayRow:
    values: dict[str, Any] = {
        "uniqueid": f"{1000 + number}.{number}",
        "call_code": code or f"V{number:019d}",
        "status": "SALE",
        "seconds": 61,
    }
    return DayRow(**{**values, **changes})


def day(legs: list[DayLeg], rows: list[DayRow]) -> Reconciliation:
    return reconcile("abc", DAY, legs, rows)


def many(count: int) -> tuple[list[DayLeg], list[DayRow]]:
    return [a_leg(n) for n in range(count)], [a_row(n) for n in range(count)]


def test_the_same_calls_match() -> None:
    """A second more each is what an agent's screen adds."""
    found = day(*many(50))

    assert (found.matched_calls, found.journal_only_calls, found.table_only_calls) == (50, 0, 0)
    assert (found.journal_seconds, found.table_seconds) == (3000, 3050)
    assert not found.is_drift


def test_a_row_is_found_by_its_channel_when_its_code_was_rewritten() -> None:
    """The dialer rewrites keys; either is enough."""
    found = day([a_leg(1, "V1"), a_leg(2, "M2")], [a_row(1, "X9"), a_row(7, "M2")])

    assert found.matched_calls == 2


def test_an_incoming_call_is_known_by_its_channel() -> None:
    """Its leg has no code."""
    leg = a_leg(1, call_code="", direction="i")

    assert day([leg], [a_row(1, "Y1")]).matched_calls == 1


@pytest.mark.parametrize(
    "leg",
    [
        a_leg(2, "DC123456W0000000001W"),
        a_leg(2, f"V{1:019d}"),
        a_leg(2, "V2", end_is_estimated=True),
    ],
)
def test_legs_that_no_table_can_have_are_explained(leg: DayLeg) -> None:
    """Three-way legs, second legs of a call, and legs that the dialer's death cut off."""
    found = day([a_leg(1), leg], [a_row(1)])

    assert (found.explained_legs, found.explained_seconds) == (1, 60)
    assert (found.matched_calls, found.journal_only_calls) == (1, 0)


@pytest.mark.parametrize("row", [a_row(9, status="NA"), a_row(9, seconds=0)])
def test_rows_of_calls_that_nobody_answered_do_not_count(row: DayRow) -> None:
    """Whatever length they have."""
    assert day([], [row]).table_calls == 0


def test_a_row_that_is_there_twice_is_one_call() -> None:
    """In-groups and clean-ups leave several; the longest speaks."""
    found = day([a_leg(1)], [a_row(1, seconds=20), a_row(1, seconds=61, status="XFER")])

    assert (found.table_calls, found.table_seconds, found.matched_calls) == (1, 61, 1)


def test_calls_that_nobody_has_metered_are_a_drift() -> None:
    """Somebody dials past our routes: two of them are noise, four are not."""
    legs, rows = many(100)

    assert not day(legs[:-2], rows).is_drift
    assert day(legs[:-4], rows).reason == "The dialer has calls that no journal has."


def test_calls_that_the_dialer_does_not_know_are_a_drift() -> None:
    """Calls that no campaign made, on a tenant's route."""
    legs, rows = many(100)

    assert day(legs, rows[:-4]).reason == "Journals have calls that the dialer has not."


def test_other_seconds_of_the_same_calls_are_a_drift() -> None:
    """A clock, a unit or a meter that is wrong."""
    legs, rows = many(100)
    longer = [row._replace(seconds=75) for row in rows]

    assert day(legs, longer).reason == "The same calls have other seconds there."
