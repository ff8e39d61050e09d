"""The processor's client against localstripe, a server of other hands, where it can follow.

It knows neither the parameter that keeps a charge from being sent to a page, nor lists of a
customer's charges, nor pages for cards; those are shown against our own simulator.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from aiohttp import web

from services.billing.domain.card import Refund, RefundState
from services.billing.partners.payments import (
    ChargeState,
    CustomerDetails,
    EventKind,
    EventNotSigned,
)
from services.billing.partners.stripe import Stripe, StripeAccount
from services.kit.money import Money
from tests.support.eventually import eventually

_KEY, _SECRET = "sk_test_local", "whsec_local"
_PROGRAM = Path(sys.executable).with_name("localstripe")


def a_free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket(socket.AF_INET6) as free:
        free.bind(("::", 0))
        port: int = free.getsockname()[1]
        return port


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def url(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """A localstripe of its own, in its own process and folder."""
    port = a_free_port()
    process = await asyncio.create_subprocess_exec(
        str(_PROGRAM),
        *("--port", str(port), "--from-scratch"),
        cwd=tmp_path_factory.mktemp("localstripe"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    address = f"http://localhost:{port}"

    async def answers() -> bool:
        try:
            async with httpx.AsyncClient() as client:
                return (await client.get(f"{address}/v1/balance")).status_code < 500
        except httpx.TransportError:
            return False

    await eventually(answers)
    yield address
    process.terminate()
    await process.wait()


@pytest.fixture
def processor(url: str) -> Stripe:
    return Stripe(StripeAccount(_KEY, _SECRET, url))


async def a_charge(url: str, customer_id: str, **metadata: str) -> dict[str, Any]:
    """A charge that was made otherwise."""
    headers = {"authorization": f"Bearer {_KEY}"}
    async with httpx.AsyncClient(base_url=url, headers=headers) as client:
        card = {
            "type": "card",
            "card[number]": "4242424242424242",
            "card[exp_month]": "12",
            "card[exp_year]": "2031",
            "card[cvc]": "123",
        }
        method = (await client.post("/v1/payment_methods", data=card)).json()["id"]
        attach = {"customer": customer_id}
        await client.post(f"/v1/payment_methods/{method}/attach", data=attach)
        form = {
            "amount": "53000",
            "currency": "usd",
            "customer": customer_id,
            "payment_method": method,
            "confirm": "true",
            "off_session": "true",
            **{f"metadata[{name}]": value for name, value in metadata.items()},
        }
        made: dict[str, Any] = (await client.post("/v1/payment_intents", data=form)).json()
        return made


def a_refund() -> Refund:
    """Thirty dollars to give back."""
    return Refund(
        tenant_id="abc",
        refund_id="r-1",
        payment_id="p-1",
        amount=Money(Decimal("30.00"), "USD"),
        state=RefundState.PENDING,
        create_time=datetime(2025, 11, 3, tzinfo=UTC),
    )


async def test_a_refund_is_made_once(processor: Stripe, url: str) -> None:
    """Asked for again it is found."""
    customer_id = await processor.create_customer(CustomerDetails("abc", "ABC Solar Company"))
    charge = await a_charge(url, customer_id, tenant="abc", payment="p-1", attempt="p-1-1")

    first = await processor.refund(a_refund(), charge["id"])
    again = await processor.refund(a_refund(), charge["id"])

    headers = {"authorization": f"Bearer {_KEY}"}
    async with httpx.AsyncClient(base_url=url, headers=headers) as client:
        query = {"payment_intent": charge["id"]}
        made = (await client.get("/v1/refunds", params=query)).json()["data"]
    assert first is again is RefundState.DONE
    assert [each["amount"] for each in made] == [3000]


async def test_a_charge_names_its_payment(processor: Stripe, url: str) -> None:
    """And what is not there names none."""
    customer_id = await processor.create_customer(CustomerDetails("abc", "ABC Solar Company"))
    charge = await a_charge(url, customer_id, tenant="abc", payment="p-1")

    assert await processor.payment_of(charge["id"]) == ("abc", "p-1")
    assert await processor.payment_of("pi_none") == ("", "")


async def test_an_event_of_other_hands_is_read(processor: Stripe, url: str) -> None:
    """Signed by them, verified by us; with another secret it is refused."""
    heard: list[tuple[bytes, str]] = []

    async def hear(request: web.Request) -> web.Response:
        heard.append((await request.read(), request.headers["Stripe-Signature"]))
        return web.Response()

    application = web.Application()
    application.router.add_post("/", hear)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    async with httpx.AsyncClient(base_url=url) as client:
        hook = {"url": f"http://127.0.0.1:{port}/", "secret": _SECRET}
        await client.post("/_config/webhooks/ours", json=hook)
    customer_id = await processor.create_customer(CustomerDetails("abc", "ABC Solar Company"))
    charge = await a_charge(url, customer_id, tenant="abc", payment="p-1", attempt="p-1-1")

    def paid() -> list[tuple[bytes, str]]:
        return [each for each in heard if charge["id"].encode() in each[0]]

    await eventually(lambda: any(b"payment_intent.succeeded" in body for body, _ in paid()))
    body, signature = next(each for each in paid() if b"payment_intent.succeeded" in each[0])
    event = processor.read_event(body, signature)
    await runner.cleanup()

    assert event.kind is EventKind.ATTEMPTED
    assert (event.tenant_id, event.payment_id, event.attempt_id) == ("abc", "p-1", "p-1-1")
    assert event.outcome is not None
    assert event.outcome.state is ChargeState.CHARGED
    with pytest.raises(EventNotSigned):
        Stripe(StripeAccount(_KEY, "whsec_other", url)).read_event(body, signature)
