"""What the dialer's tables say of a leg, though their keys move."""

from __future__ import annotations

from typing import Any

import pytest

from services.telephony.domain.call_code import CallCode, parse
from services.telephony.domain.describing import CallRows, CodeRow, LegToDescribe, LogRow, changed
from services.telephony.domain.leg import Description

BEGAN = 1_762_183_800
CODE = "V1030930000000100007"
LEAD = 100_007
ADDRESS = "10.20.0.11"


def a_leg(**changes: Any) -> LegToDescribe:
    """Gives an outbound leg that was answered after 9 seconds and talked for 95."""
    fields: dict[str, Any] = {
        "cluster": "east",
        "host": "dialer-1",
        "uniqueid": f"{BEGAN}.10421",
        "direction": "o",
        "call_code": CODE,
        "created_seconds": BEGAN,
        "answer_time_millis": (BEGAN + 9) * 1000,
        "end_time_millis": (BEGAN + 104) * 1000,
        "described": False,
        "campaign": "",
        "list": "",
        "agent": "",
        "disposition": "",
    }
    return LegToDescribe(**{**fields, **changes})


def a_row(**changes: Any) -> LogRow:
    """Gives the row of that call's log."""
    fields: dict[str, Any] = {
        "uniqueid": f"{BEGAN}.10421",
        "lead_id": LEAD,
        "list_id": 7101001,
        "campaign_id": "ABC01",
        "status": "SALE",
        "user": "abc103",
        "start_seconds": BEGAN + 9,
    }
    return LogRow(**{**fields, **changes})


def a_code(**changes: Any) -> CodeRow:
    fields = {"uniqueid": f"{BEGAN}.10421", "address": ADDRESS, "caller_code": CODE}
    return CodeRow(**{**fields, **changes})


def described(leg: LegToDescribe, **rows: Any) -> Description | None:
    found = CallRows(rows.get("log", ()), rows.get("queues", ()), rows.get("codes", ()))
    return found.describe(leg, ADDRESS)


SALE = Description("ABC01", "7101001", "abc103", "SALE")


@pytest.mark.parametrize(
    ("code", "parsed"),
    [
        (CODE, CallCode(LEAD, is_beside=False)),
        ("M1030930000000100007", CallCode(LEAD, is_beside=False)),
        ("DC093000W0000100007W", CallCode(LEAD, is_beside=True)),
        ("", None),
        ("18005550100", None),
        ("V103093000", None),
    ],
)
def test_a_code_names_a_lead(code: str, parsed: CallCode | None) -> None:
    """If it is of a form that is known."""
    assert parse(code) == parsed


def test_a_leg_is_found_by_its_channel() -> None:
    """When nobody has changed the key."""
    assert described(a_leg(), log=[a_row()]) == SALE


def test_a_leg_is_found_by_its_code() -> None:
    """When its row has another key."""
    row, code = a_row(uniqueid=f"{BEGAN}.{LEAD}"), a_code(uniqueid=f"{BEGAN}.{LEAD}")

    assert described(a_leg(), log=[row], codes=[code]) == SALE


def test_a_leg_is_found_by_lead_and_time() -> None:
    """When the agent's browser has made up a key."""
    row = a_row(uniqueid=f"{BEGAN + 1}.4711")
    other = a_row(uniqueid="1.1", start_seconds=BEGAN - 4000, status="NA")

    assert described(a_leg(), log=[other, row], codes=[a_code()]) == SALE


def test_of_two_tries_of_a_lead_the_nearer_one_is_meant() -> None:
    """A lead may be dialled again at once."""
    near = a_row(uniqueid="1.1", start_seconds=BEGAN + 10)
    again = a_row(uniqueid="1.2", start_seconds=BEGAN + 120, status="NA")

    assert described(a_leg(), log=[again, near]) == SALE


def test_a_code_of_another_host_is_another_call() -> None:
    """Codes are not unique."""
    codes = [a_code(uniqueid=f"{BEGAN}.99", address="10.20.0.12")]
    log = [a_row(uniqueid=f"{BEGAN}.99", start_seconds=BEGAN + 5000)]

    assert described(a_leg(), log=log, codes=codes) is None


def test_the_row_of_another_lead_is_another_call() -> None:
    """Two hosts can mint the same uniqueid, and the tables keep one of them."""
    assert described(a_leg(), log=[a_row(lead_id=5)]) is None


def test_a_leg_beside_a_call_is_described_as_the_call() -> None:
    """The one of its lead that had begun last."""
    leg = a_leg(call_code=f"DC093000W{LEAD:010d}W", uniqueid=f"{BEGAN + 60}.9",
                created_seconds=BEGAN + 60)  # fmt: skip
    earlier = a_row(uniqueid="1.1", start_seconds=BEGAN - 600, status="N")
    later = a_row(uniqueid="1.2", start_seconds=BEGAN + 600, status="N")

    assert described(leg, log=[earlier, a_row(), later]) == SALE


def test_an_inbound_leg_is_described_by_its_last_queue() -> None:
    """A call may be handed from one to another."""
    leg = a_leg(direction="i", call_code=f"Y103093000{LEAD:010d}")
    first = a_row(campaign_id="ABC_IN", user="VDCL", status="XFER", start_seconds=BEGAN + 1)
    last = a_row(campaign_id="ABC_UP", start_seconds=BEGAN + 40)

    assert described(leg, queues=[last, first], log=[a_row(campaign_id="WRONG")]) == Description(
        "ABC_UP", "7101001", "abc103", "SALE"
    )


def test_an_inbound_leg_of_another_year_is_another_call() -> None:
    """Keys start anew when a host does."""
    leg = a_leg(direction="i", call_code="")

    assert described(leg, queues=[a_row(start_seconds=BEGAN + 90_000)]) is None


@pytest.mark.parametrize("status", ["QUEUE", "INCALL", "DISPO", ""])
def test_a_call_that_nobody_has_disposed_of_has_no_disposition(status: str) -> None:
    """Yet: it may come hours later."""
    found = described(a_leg(), log=[a_row(status=status, user="VDAD", list_id=0)])

    assert found == Description("ABC01", "", "", "")


def test_only_what_changes_is_told() -> None:
    """And nothing is taken back when rows are gone."""
    same = a_leg(campaign="ABC01", list="7101001", agent="abc103", disposition="SALE")
    gone = a_leg(call_code="V1030930000000999999", uniqueid="1.5", campaign="ABC01")
    new = a_leg()
    rows = CallRows([a_row()], [], [])

    found = changed([same, gone, new], rows, {("east", "dialer-1"): ADDRESS})

    assert found == [(new, SALE)]
