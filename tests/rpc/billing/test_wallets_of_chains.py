"""Wallets in a chain of resellers: every level has its own, and none dials past one above it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest_asyncio

from tests.rpc.billing.test_wallets import MINUTES, agree, gate, today, wallet
from tests.support.billing import Billing, text_of
from tests.support.builders.billing import an_id
from tests.support.paying import Payer, money
from veneer.billing.v1 import wallet_service_pb2 as pb

BOUGHT = {"platform": "0", "minute": "0.30"}


@dataclass(frozen=True, slots=True)
class Chain:
    """An enterprise, its client, and that one's client."""

    enterprise: str
    middle: str
    end: str


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def billing(own_billing: Billing) -> Billing:
    return own_billing


async def a_chain(billing: Billing) -> Chain:
    enterprise = await billing.a_client(BOUGHT)
    middle = billing.directory.add(an_id(), seller_id=enterprise)
    end = billing.directory.add(an_id(), seller_id=middle)
    await billing.set_prices(middle, MINUTES)
    await billing.set_prices(end, {"platform": "0", "minute": "0.90"})
    billing.clock.advance(minutes=1)
    return Chain(enterprise, middle, end)


async def test_calls_below_are_paid_from_every_wallet_above(billing: Billing) -> None:
    """Each at its own price."""
    chain = await a_chain(billing)
    for tenant_id in (chain.enterprise, chain.middle, chain.end):
        await agree(billing, tenant_id, reserve_seconds=60)
        await Payer(billing, tenant_id).record("100")
    billing.usage.store_calls(chain.end, await today(billing), 60, 10)
    assert await gate(billing, chain.end, 4) == ("OPEN", "")
    assert await gate(billing, chain.middle, 1) == ("OPEN", "")
    assert await gate(billing, chain.enterprise) == ("OPEN", "")

    wallets = [await wallet(billing, each) for each in (chain.enterprise, chain.middle, chain.end)]

    assert [text_of(each.unbilled) for each in wallets] == ["3.00 USD", "6.00 USD", "9.00 USD"]
    assert [text_of(each.reserved) for each in wallets] == ["1.50 USD", "3.00 USD", "3.60 USD"]


async def test_a_seller_out_of_funds_stops_everybody_below(billing: Billing) -> None:
    """Without telling them why; and its payment lets them dial again."""
    chain = await a_chain(billing)
    await agree(billing, chain.enterprise)
    assert await gate(billing, chain.enterprise) == ("OUTBOUND_BLOCKED", "FUNDS_EXHAUSTED")

    for each in (chain.middle, chain.end):
        assert await gate(billing, each) == ("OUTBOUND_BLOCKED", "SERVICE_ON_HOLD")

    await Payer(billing, chain.enterprise).record("5")
    for each in (chain.enterprise, chain.middle, chain.end):
        assert await gate(billing, each) == ("OPEN", "")


async def test_live_calls_below_shut_a_wallet_above(billing: Billing) -> None:
    chain = await a_chain(billing)
    await agree(billing, chain.enterprise, reserve_seconds=60)
    await Payer(billing, chain.enterprise).record("1")

    await gate(billing, chain.end, 3)
    assert await gate(billing, chain.enterprise) == ("OPEN", "")
    await gate(billing, chain.end, 4)
    assert await gate(billing, chain.enterprise) == ("OUTBOUND_BLOCKED", "FUNDS_EXHAUSTED")
    assert await gate(billing, chain.end, 4) == ("OUTBOUND_BLOCKED", "SERVICE_ON_HOLD")


async def test_a_client_out_of_funds_stops_nobody_above_or_beside(billing: Billing) -> None:
    chain = await a_chain(billing)
    beside = billing.directory.add(an_id(), seller_id=chain.enterprise)
    await agree(billing, chain.middle)
    billing.clock.advance(minutes=1)

    assert await gate(billing, chain.middle) == ("OUTBOUND_BLOCKED", "FUNDS_EXHAUSTED")
    assert await gate(billing, chain.enterprise) == ("OPEN", "")
    assert await gate(billing, beside) == ("OPEN", "")
    assert await gate(billing, chain.end) == ("OUTBOUND_BLOCKED", "SERVICE_ON_HOLD")


async def test_a_hold_from_above_ends_where_the_own_charge_is_unknown(billing: Billing) -> None:
    """What cannot be priced leaves a postpaid account as it was by itself."""
    chain = await a_chain(billing)
    await agree(billing, chain.enterprise)
    terms = {"mode": pb.Wallet.POSTPAID, "credit_limit": money("100")}
    client = billing.directory.add(an_id(), seller_id=chain.enterprise)
    await billing.set_prices(client, {"platform": "5"})
    await agree(billing, client, **terms)
    billing.usage.store_calls(client, await today(billing), 60, 1)
    await gate(billing, chain.enterprise)
    assert await gate(billing, client) == ("OUTBOUND_BLOCKED", "SERVICE_ON_HOLD")

    await Payer(billing, chain.enterprise).record("50")
    assert await gate(billing, chain.enterprise) == ("OPEN", "")

    assert await gate(billing, client) == ("OPEN", "")
