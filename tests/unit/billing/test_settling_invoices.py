"""Allocation, standings and schedules: laws of what settles what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain import allocation, ledger
from services.billing.domain.ledger import ON_ACCOUNT, Cause, Entry, Kind, Transaction
from services.billing.domain.payment import (
    RETRIES,
    DeclineReason,
    Method,
    Payment,
    PaymentState,
    declined,
)
from services.billing.domain.standing import InvoiceState, standing
from services.kit.money import Money

NOW = datetime(2025, 11, 3, tzinfo=UTC)
CENTS = st.integers(0, 10**7).map(lambda cents: usd(f"{Decimal(cents) / 100}"))
MONTHS = st.sampled_from([f"2025-{month:02}" for month in range(1, 13)])
CREDIT_OR_DEBT = st.integers(-(10**7), 10**7).map(lambda cents: usd(f"{Decimal(cents) / 100}"))


def usd(text: str) -> Money:
    """Dollars."""
    return Money(Decimal(text), "USD")


def total(shares: dict[str, Money]) -> Money:
    """The sum of shares."""
    return sum(shares.values(), usd("0"))


@given(st.dictionaries(MONTHS, CENTS), CREDIT_OR_DEBT, CENTS, MONTHS)
def test_a_payment_is_shared_out_whole_and_settles_nothing_twice(
    invoices: dict[str, Money], on_account: Money, amount: Money, named: str
) -> None:
    """The shares are the amount; none is below zero or beyond what is left of its invoice."""
    shares = allocation.shares({**invoices, ON_ACCOUNT: on_account}, amount, named)

    assert total(shares) == amount
    assert all(share > usd("0") for share in shares.values())
    assert all(share <= invoices[each] for each, share in shares.items() if each != ON_ACCOUNT)


@given(st.dictionaries(MONTHS, CENTS, min_size=1), CENTS)
def test_the_oldest_is_settled_first(invoices: dict[str, Money], amount: Money) -> None:
    """Nothing of a later invoice is paid while an older one is due."""
    shares = allocation.shares({**invoices, ON_ACCOUNT: usd("0")}, amount)
    paid = [each for each in sorted(invoices) if each in shares]

    left = [each for each in sorted(invoices) if shares.get(each, usd("0")) < invoices[each]]
    assert not paid or not left or paid[-1] <= left[0]


@given(st.dictionaries(MONTHS, CENTS), CREDIT_OR_DEBT)
def test_credit_settles_as_far_as_it_goes(invoices: dict[str, Money], on_account: Money) -> None:
    """And never more than there is of it; a debt settles nothing."""
    shares = allocation.applied({**invoices, ON_ACCOUNT: on_account})

    credit = max(-on_account, usd("0"))
    due = sum(invoices.values(), usd("0"))
    assert total(shares) == min(credit, due)


@given(st.lists(CREDIT_OR_DEBT, min_size=1, max_size=8))
def test_what_is_taken_back_leaves_nothing(amounts: list[Money]) -> None:
    """A reversal and its transaction add up to nothing in every account."""
    cause = Cause("abc", "seller", "x/1", Kind.PAYMENT, "")
    shares = {f"2025-{at:02}": amount for at, amount in enumerate(amounts, start=1)}
    transaction = ledger.settled(cause, ledger.BANK, shares)
    back = ledger.reversed_by(cause, transaction)

    for account in (ledger.BANK, ledger.RECEIVABLE):
        assert not transaction.in_account(account) + back.in_account(account)


def test_a_transaction_that_does_not_balance_cannot_be_made() -> None:
    """Not even in memory."""
    cause = Cause("abc", "seller", "x/1", Kind.PAYMENT, "")
    with pytest.raises(AssertionError, match="balance"):
        Transaction(cause, (Entry("bank", usd("1")), Entry("receivable", usd("-2"))))
    with pytest.raises(AssertionError, match="two sides"):
        Transaction(cause, (Entry("bank", usd("0")),))


@pytest.mark.parametrize(
    ("credited", "left", "state"),
    [
        (None, "100", InvoiceState.ISSUED),
        (None, "40", InvoiceState.PARTLY_PAID),
        (None, "0", InvoiceState.PAID),
        ("30", "70", InvoiceState.ISSUED),
        ("30", "20", InvoiceState.PARTLY_PAID),
        ("30", "0", InvoiceState.PAID),
        ("100", "0", InvoiceState.VOID),
    ],
)
def test_how_an_invoice_stands(credited: str | None, left: str, state: InvoiceState) -> None:
    """By its total, what was taken back and what is left."""
    found = standing(usd("100"), usd(credited) if credited else None, usd(left))

    assert found.state is state
    assert found.amount_due == usd(left)


def test_a_declined_card_is_tried_again_on_schedule_and_then_not() -> None:
    """One, three and five days after each decline; every attempt has an id of its own."""
    payment = a_pending_payment(is_automatic=True)
    ids, waits = [payment.attempt_id], []
    while payment.state is PaymentState.PENDING:
        payment = declined(payment, DeclineReason.INSUFFICIENT_FUNDS, NOW)
        if payment.next_attempt_time is not None:
            waits.append(payment.next_attempt_time - NOW)
            ids.append(payment.attempt_id)

    assert tuple(waits) == RETRIES == tuple(timedelta(days=days) for days in (1, 3, 5))
    assert len(set(ids)) == 4
    assert payment.decline_reason is DeclineReason.INSUFFICIENT_FUNDS


def test_a_client_who_waits_is_told_at_once() -> None:
    """What is asked for by hand is tried once."""
    payment = declined(a_pending_payment(is_automatic=False), DeclineReason.DECLINED, NOW)

    assert payment.state is PaymentState.FAILED


def a_pending_payment(*, is_automatic: bool) -> Payment:
    """A payment by card at its first attempt."""
    return Payment(
        tenant_id="abc",
        payment_id="p1",
        seller_id="seller",
        method=Method.CARD,
        amount=usd("5"),
        create_time=NOW,
        state=PaymentState.PENDING,
        is_automatic=is_automatic,
        attempt=1,
    )
