"""LedgerService and AccountService: the same money, as the operator and as the client see it."""

from __future__ import annotations

from tests.support.billing import Billing, refused, text_of
from tests.support.builders.billing import an_id
from tests.support.paying import OCTOBER, SEPTEMBER, Payer, a_payer
from veneer.billing.v1 import account_service_pb2 as accounts
from veneer.billing.v1 import ledger_service_pb2 as pb


async def test_transactions_are_listed_page_by_page(billing: Billing) -> None:
    """Latest first, each with both of its sides."""
    payer = await a_payer(billing, OCTOBER)
    for amount in ("10", "20"):
        billing.clock.advance(seconds=1)
        await payer.record(amount)

    request = pb.ListLedgerTransactionsRequest(parent=payer.name, page_size=2)
    first = await billing.ledger.ListLedgerTransactions(request, metadata=billing.operator)
    request.page_token = first.next_page_token
    second = await billing.ledger.ListLedgerTransactions(request, metadata=billing.operator)

    kinds = [
        [pb.LedgerTransaction.Kind.Name(each.kind) for each in page.ledger_transactions]
        for page in (first, second)
    ]
    assert kinds == [["PAYMENT", "PAYMENT"], ["INVOICE"]]
    (invoice,) = second.ledger_transactions
    assert invoice.source == "invoice/2025-10"
    assert [(entry.account, text_of(entry.amount)) for entry in invoice.entries] == [
        ("receivable", "530.00 USD"),
        ("revenue/PLATFORM_LICENSE", "-500.00 USD"),
        ("revenue/MINUTES", "0.00 USD"),
        ("revenue/DIDS", "-30.00 USD"),
    ]
    assert not second.next_page_token


async def test_the_trial_balance_of_all_is_zero(billing: Billing) -> None:
    """Over all tenants that these tests ever made."""
    await a_payer(billing, OCTOBER)

    found = await billing.ledger.GetTrialBalance(
        pb.GetTrialBalanceRequest(), metadata=billing.operator
    )

    assert {text_of(total).split()[0] for total in found.totals} == {"0.00"}


async def test_a_statement_of_account_runs_over_pages(billing: Billing) -> None:
    """Its balance is what was due after each entry; credit that was set off is not in it."""
    payer = await a_payer(billing, SEPTEMBER)
    billing.clock.advance(seconds=1)
    await payer.record("600")
    billing.clock.advance(seconds=1)
    await payer.issue(OCTOBER)

    request = accounts.ListAccountEntriesRequest(parent=f"{payer.name}/account", page_size=1)
    found: list[tuple[str, str]] = []
    while True:
        page = await billing.accounts.ListAccountEntries(request, metadata=payer.client)
        found += [(text_of(entry.amount), text_of(entry.balance)) for entry in page.entries]
        request.page_token = page.next_page_token
        if not page.next_page_token:
            break

    assert found == [
        ("500.00 USD", "430.00 USD"),
        ("-600.00 USD", "-70.00 USD"),
        ("530.00 USD", "530.00 USD"),
    ]


async def test_the_ledger_is_the_operators(billing: Billing) -> None:
    """A client has its account, and nobody else's."""
    payer = await a_payer(billing, OCTOBER)
    stranger = Payer(billing, billing.directory.add(an_id()))

    ledger = await refused(
        billing.ledger.ListLedgerTransactions(
            pb.ListLedgerTransactionsRequest(parent=payer.name), metadata=payer.client
        )
    )
    account = await refused(
        billing.accounts.GetAccount(
            accounts.GetAccountRequest(name=f"{payer.name}/account"), metadata=stranger.client
        )
    )

    assert ledger.kind == "PERMISSION_DENIED"
    assert account.reason == "RESOURCE_NOT_FOUND"
