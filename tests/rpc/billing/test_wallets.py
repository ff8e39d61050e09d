"""Wallets: what a client may still spend, what stops its dialing, and how it is filled up."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest
from google.type.money_pb2 import Money

from services.kit.rpc.errors import RpcProblem
from tests.support.billing import Billing, a_request_id, refused, text_of
from tests.support.card_payers import CardPayer, a_card_payer, work
from tests.support.paying import Payer, money
from tests.support.simulators.audit_intake import facts
from tests.support.simulators.directory import OPERATOR
from veneer.billing.v1 import account_gate_service_pb2 as gates
from veneer.billing.v1 import wallet_service_pb2 as pb
from veneer.billing.v1 import wallet_terms_service_pb2 as terms_pb

MINUTES = {"platform": "0", "minute": "0.60"}


async def agree(billing: Billing, tenant_id: str, **terms: Any) -> terms_pb.WalletTerms:
    """Sets terms, prepaid in dollars if nothing else is said."""
    wanted = terms_pb.WalletTerms(
        **{
            "name": f"tenants/{tenant_id}/walletTerms",
            "mode": pb.Wallet.PREPAID,
            "currency_code": "USD",
            **terms,
        }
    )
    agreed: terms_pb.WalletTerms = await billing.wallet_terms.SetWalletTerms(
        terms_pb.SetWalletTermsRequest(wallet_terms=wanted), metadata=billing.operator
    )
    return agreed


async def gate(billing: Billing, tenant_id: str, live: int = 0) -> tuple[str, str]:
    """Asks as telephony does; gives state and reason."""
    account = gates.CheckAccountsRequest.Account(
        tenant=f"tenants/{tenant_id}", live_call_count=live
    )
    answer = await billing.gates.CheckAccounts(gates.CheckAccountsRequest(accounts=[account]))
    found = answer.gates[0]
    return gates.GateState.Name(found.state), found.reason


async def wallet(billing: Billing, tenant_id: str) -> pb.Wallet:
    """Gets the wallet in the client's own name."""
    found: pb.Wallet = await billing.wallets.GetWallet(
        pb.GetWalletRequest(name=f"tenants/{tenant_id}/wallet"), metadata=billing.client(tenant_id)
    )
    return found


async def today(billing: Billing) -> date:
    """Gives the client's present day; the clock of this folder goes on by itself."""
    return billing.clock.now().date()


async def test_an_account_without_terms_is_open(billing: Billing) -> None:
    tenant_id = await billing.a_client()

    assert await gate(billing, tenant_id, 500) == ("OPEN", "")
    problem = await _refused_wallet(billing, tenant_id)
    assert problem.reason == "RESOURCE_NOT_FOUND"


async def test_a_prepaid_client_dials_until_nothing_is_left(billing: Billing) -> None:
    """What it used, what it paid, what its live calls may come to."""
    tenant_id = await billing.a_client(MINUTES)
    await agree(billing, tenant_id, reserve_seconds=60)
    assert await gate(billing, tenant_id) == ("OUTBOUND_BLOCKED", "FUNDS_EXHAUSTED")

    await Payer(billing, tenant_id).record("10")
    assert await gate(billing, tenant_id) == ("OPEN", "")
    billing.usage.store_calls(tenant_id, await today(billing), 60, 12)
    assert await gate(billing, tenant_id, 4) == ("OPEN", "")
    found = await wallet(billing, tenant_id)
    assert [text_of(each) for each in (found.balance, found.unbilled, found.reserved)] == [
        "10.00 USD",
        "7.20 USD",
        "2.40 USD",
    ]
    assert text_of(found.available) == "0.40 USD"

    assert await gate(billing, tenant_id, 5) == ("OUTBOUND_BLOCKED", "FUNDS_EXHAUSTED")
    assert await gate(billing, tenant_id, 0) == ("OPEN", "")


async def test_credit_is_given_up_to_a_limit(billing: Billing) -> None:
    tenant_id = await billing.a_client(MINUTES)
    limit = money("6")
    await agree(billing, tenant_id, mode=pb.Wallet.POSTPAID, credit_limit=limit)
    billing.usage.store_calls(tenant_id, await today(billing), 60, 9)
    assert await gate(billing, tenant_id) == ("OPEN", "")

    billing.usage.store_calls(tenant_id, await today(billing), 60, 1)

    assert await gate(billing, tenant_id) == ("OUTBOUND_BLOCKED", "FUNDS_EXHAUSTED")


@pytest.mark.parametrize(
    ("cap", "reason"),
    [("daily_cap", "DAILY_CAP_REACHED"), ("monthly_cap", "MONTHLY_CAP_REACHED")],
)
async def test_a_cap_stops_dialing(billing: Billing, cap: str, reason: str) -> None:
    tenant_id = await billing.a_client(MINUTES)
    await agree(billing, tenant_id, mode=pb.Wallet.POSTPAID, **{cap: money("3")})
    billing.usage.store_calls(tenant_id, await today(billing), 60, 4)
    assert await gate(billing, tenant_id) == ("OPEN", "")

    billing.usage.store_calls(tenant_id, await today(billing), 60, 1)

    assert await gate(billing, tenant_id) == ("OUTBOUND_BLOCKED", reason)


async def test_a_days_cap_is_for_a_day(own_billing: Billing) -> None:
    """What was spent before the client's midnight does not count."""
    billing = own_billing
    tenant_id = await billing.a_client(MINUTES)
    await agree(billing, tenant_id, mode=pb.Wallet.POSTPAID, daily_cap=money("3"))
    billing.usage.store_calls(tenant_id, await today(billing), 60, 50)
    assert await gate(billing, tenant_id) == ("OUTBOUND_BLOCKED", "DAILY_CAP_REACHED")

    billing.clock.advance(days=1)

    assert await gate(billing, tenant_id) == ("OPEN", "")


async def test_what_cannot_be_priced_stops_who_pays_ahead(billing: Billing) -> None:
    """A prepaid client would talk for nothing; another is billed when there is a price."""
    ahead, later = (
        await billing.a_client({"platform": "5"}),
        await billing.a_client({"platform": "5"}),
    )
    await Payer(billing, ahead).record("100")
    await agree(billing, ahead)
    await agree(billing, later, mode=pb.Wallet.POSTPAID, credit_limit=money("100"))
    for tenant_id in (ahead, later):
        billing.usage.store_calls(tenant_id, await today(billing), 60, 1)

    assert await gate(billing, ahead) == ("OUTBOUND_BLOCKED", "CHARGE_UNKNOWN")
    assert await gate(billing, later) == ("OPEN", "")


async def test_every_opening_and_shutting_is_kept(billing: Billing) -> None:
    tenant_id = await billing.a_client(MINUTES)
    await agree(billing, tenant_id)
    for amount in ("", "1", ""):
        if amount:
            await Payer(billing, tenant_id).record(amount)
        await gate(billing, tenant_id)

    listed = await billing.wallet_terms.ListGateChanges(
        terms_pb.ListGateChangesRequest(parent=f"tenants/{tenant_id}", page_size=1),
        metadata=billing.operator,
    )

    assert [each.reason for each in listed.gate_changes] == [""]
    rest = await billing.wallet_terms.ListGateChanges(
        terms_pb.ListGateChangesRequest(
            parent=f"tenants/{tenant_id}", page_size=1, page_token=listed.next_page_token
        ),
        metadata=billing.operator,
    )
    assert [each.reason for each in rest.gate_changes] == ["FUNDS_EXHAUSTED"]


async def test_a_wallet_is_filled_up_by_its_client(billing: Billing) -> None:
    """Once, however often it is asked for."""
    payer = await a_card_payer(billing)
    await agree(billing, payer.tenant_id)
    request = pb.TopUpWalletRequest(
        name=f"{payer.name}/wallet", amount=money("50"), request_id=a_request_id()
    )
    first = await billing.wallets.TopUpWallet(request, metadata=payer.client)
    again = await billing.wallets.TopUpWallet(request, metadata=payer.client)

    await work(billing)

    assert first == again
    assert payer.charged == [5000]
    assert text_of((await wallet(billing, payer.tenant_id)).balance) == "50.00 USD"


async def a_payer_who_fills_up(billing: Billing) -> CardPayer:
    """Has a card, a wallet, and 2,000 put into it whenever less than 100 is left."""
    payer = await a_card_payer(billing)
    await agree(billing, payer.tenant_id)
    await billing.wallets.SetAutomaticTopUp(
        pb.SetAutomaticTopUpRequest(
            name=f"{payer.name}/wallet",
            automatic_top_up=pb.AutomaticTopUp(below=money("100"), amount=money("2000")),
        ),
        metadata=payer.client,
    )
    return payer


async def test_a_wallet_fills_itself_up_when_little_is_left(billing: Billing) -> None:
    """Once for each time that it runs low, not at each look."""
    payer = await a_payer_who_fills_up(billing)
    for _ in range(3):
        await gate(billing, payer.tenant_id)
    await work(billing)
    # Three months that have no invoice yet, of 500 each.
    assert text_of((await wallet(billing, payer.tenant_id)).available) == "500.00 USD"

    assert await gate(billing, payer.tenant_id) == ("OPEN", "")
    await work(billing)
    assert payer.charged == [200000]


async def test_money_that_comes_during_a_look_is_not_asked_for_again(billing: Billing) -> None:
    """What is looked up takes a while; a card that was charged meanwhile is not charged twice."""
    payer = await a_payer_who_fills_up(billing)
    await gate(billing, payer.tenant_id)
    billing.usage.hold()
    look = asyncio.create_task(gate(billing, payer.tenant_id))
    await billing.usage.wait_for_somebody()
    await work(billing)
    billing.usage.let_go()
    await look

    await work(billing)

    assert payer.charged == [200000]


async def test_one_that_nobody_knows_keeps_no_other_from_being_checked(billing: Billing) -> None:
    """It is left out of the answer."""
    tenant_id = await billing.a_client(MINUTES)
    accounts = [
        gates.CheckAccountsRequest.Account(tenant=f"tenants/{each}")
        for each in ("nobody-here", tenant_id)
    ]

    answer = await billing.gates.CheckAccounts(gates.CheckAccountsRequest(accounts=accounts))

    assert [each.tenant for each in answer.gates] == [f"tenants/{tenant_id}"]


async def test_a_client_is_told_once_that_little_is_left(billing: Billing) -> None:
    tenant_id = await billing.a_client(MINUTES)
    await agree(billing, tenant_id, alert_below=money("5"))
    for _ in range(3):
        await gate(billing, tenant_id)

    await billing.letters.run_due()

    told = [each for each in billing.notices.of(tenant_id) if each.values.get("threshold")]
    assert [each.values["threshold"] for each in told] == ["5 USD"]


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        ({"daily_cap": Money(currency_code="EUR", units=5)}, "INVALID_REQUEST"),
        ({"credit_limit": Money(currency_code="USD", units=5)}, "INVALID_REQUEST"),
        ({"currency_code": "EUR"}, "CURRENCY_MISMATCH"),
        ({"currency_code": "XXY"}, "UNKNOWN_CURRENCY"),
        ({"mode": 0}, "INVALID_REQUEST"),
        ({"name": "tenants/never-been/walletTerms"}, "RESOURCE_NOT_FOUND"),
    ],
)
async def test_terms_that_cannot_be_are_refused(
    billing: Billing, terms: dict[str, Any], reason: str
) -> None:
    tenant_id = await billing.a_client(MINUTES)

    problem = await refused(agree(billing, tenant_id, **terms))

    assert problem.reason == reason


async def test_without_a_card_a_wallet_is_not_filled_up(billing: Billing) -> None:
    tenant_id = await billing.a_client(MINUTES)
    await agree(billing, tenant_id)
    request = pb.TopUpWalletRequest(name=f"tenants/{tenant_id}/wallet", amount=money("50"))

    problem = await refused(
        billing.wallets.TopUpWallet(request, metadata=billing.client(tenant_id))
    )

    assert problem.reason == "CARD_NOT_ON_FILE"


async def _refused_wallet(billing: Billing, tenant_id: str) -> RpcProblem:
    return await refused(wallet(billing, tenant_id))


async def test_who_changed_the_terms_is_told_for_the_audit_log(billing: Billing) -> None:
    """What the operator agrees is in its own log; what a client sets is in the client's."""
    tenant_id = await billing.a_client(MINUTES)
    await agree(billing, tenant_id)
    await agree(billing, tenant_id, alert_below=money("7.00"))

    await billing.teller.run_due()

    name = f"tenants/{tenant_id}/walletTerms"
    told = [each for each in billing.audit.of(OPERATOR) if each.resource == name]
    assert {each.action for each in told} == {"walletTerms.set"}
    # Of one instant: nothing says which of them comes first.
    assert {"alert_below": ("", "7 USD")} in [facts(each) for each in told]
    assert billing.audit.of(tenant_id) == []
