"""Of all who want a tenant to be stopped, the strictest is heard."""

from __future__ import annotations

import pytest

from services.telephony.domain.provisioning.blocking import State
from services.telephony.domain.wish import Source, Wish, strictest

OPEN = Wish(Source.ACCOUNT, keep_inbound=True)
UNPAID = Wish(Source.ACCOUNT, State.OUTBOUND_BLOCKED, "PAYMENT_OVERDUE", keep_inbound=True)
ABUSE = Wish(Source.OPERATOR, State.SUSPENDED, "Abuse")
PAUSED = Wish(Source.OPERATOR, State.SUSPENDED, "Asked for", keep_inbound=True)


@pytest.mark.parametrize(
    ("wishes", "heard"),
    [
        ([], State.ACTIVE),
        ([OPEN], State.ACTIVE),
        ([OPEN, ABUSE], State.SUSPENDED),
        ([UNPAID, Wish(Source.OPERATOR)], State.OUTBOUND_BLOCKED),
        ([ABUSE, UNPAID], State.SUSPENDED),
    ],
)
def test_the_strictest_wish_counts(wishes: list[Wish], heard: State) -> None:
    assert strictest(wishes).state is heard


def test_calls_come_in_only_if_nobody_wants_them_stopped() -> None:
    unpaid = Wish(Source.ACCOUNT, State.SUSPENDED, "PAYMENT_OVERDUE")

    assert strictest([PAUSED, unpaid]) == unpaid


def test_of_equals_the_operators_reason_is_given() -> None:
    unpaid = Wish(Source.ACCOUNT, State.SUSPENDED, "PAYMENT_OVERDUE")

    assert strictest([unpaid, ABUSE]) == ABUSE
