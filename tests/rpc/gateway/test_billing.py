"""A client sees what it owes on one page, and pays from there."""

from __future__ import annotations

import re

from tests.support.gateway.money_peer import SETUP_URI
from tests.support.gateway.pages import text_of
from tests.support.gateway.purses import Purse, usd
from tests.support.gateway.running import Browser, Running

TENANT = "tenants/abc-solar"
INVOICE = f"{TENANT}/invoices/2025-09"
PAGE = "/billing"
REQUEST = "4f0c9f7e-8f0e-4b57-9b0f-2f6f5a3a1c11"


def _owing(gateway: Running, with_card: bool = True) -> Purse:
    purse = gateway.world.purse(TENANT)
    purse.left[INVOICE] = 164_075
    if with_card:
        purse.put_card()
    return purse


async def test_the_page_tells_what_is_owed_and_what_is_there(
    gateway: Running, visitor: Browser
) -> None:
    """The month so far, what is open, the wallet with its limits, the card."""
    _owing(gateway).agree_on_wallet(daily_cap=usd(20_000))

    text = text_of((await visitor.get(PAGE)).text)

    assert "October 2025 so far $1,640.75 not invoiced yet" in text
    assert "To pay $1,640.75" in text
    assert "Available $370.00" in text
    assert "Set aside for live calls $6.55" in text
    assert "Limit a day $200.00 Limit a month none Automatic top-up off" in text
    assert "4242 good until 04/2029" in text


async def test_an_open_invoice_is_paid_with_the_card(gateway: Running, visitor: Browser) -> None:
    """First it is under way; then it is paid, and there is nothing left to press."""
    purse = _owing(gateway)

    answer = await visitor.submit(PAGE, f"{PAGE}/invoices/2025-09/pay", request_id=REQUEST)
    under_way = (await visitor.get(answer.headers["location"])).text
    purse.receive()
    paid = (await visitor.get(PAGE)).text

    assert "The card is being charged." in under_way
    assert "payment under way" in under_way
    assert "/pay" not in under_way
    assert "To pay $0.00 nothing is open" in text_of(paid)


async def test_a_form_sent_twice_pays_once(gateway: Running, visitor: Browser) -> None:
    """The page gives each form a word of its own, which goes to billing with it."""
    purse = _owing(gateway)
    purse.agree_on_wallet()
    request = re.search(r'name="request_id" value="([^"]+)"', (await visitor.get(PAGE)).text)
    assert request is not None
    form = {"top_up_amount": "1,250.50", "request_id": request.group(1)}

    for _ in range(2):
        await visitor.submit(PAGE, f"{PAGE}/top-ups", **form)

    assert gateway.world.asked.count(f"TopUpWallet {TENANT}/wallet 125050") == 2
    assert len(purse.payments) == 1


async def test_what_is_no_amount_is_told_and_kept(gateway: Running, visitor: Browser) -> None:
    """With what to type instead; a comma for a point is not read as thousands."""
    _owing(gateway).agree_on_wallet()

    answer = await visitor.submit(PAGE, f"{PAGE}/top-ups", top_up_amount="12,50")

    assert answer.status_code == 400
    assert "Must be a number such as 1,250.50." in answer.text
    assert 'value="12,50"' in answer.text
    assert not [each for each in gateway.world.asked if each.startswith("TopUpWallet")]


async def test_the_wallet_fills_up_by_itself_until_it_is_turned_off(
    gateway: Running, visitor: Browser
) -> None:
    """By one form with two buttons."""
    _owing(gateway).agree_on_wallet()
    path = f"{PAGE}/automatic-top-up"

    await visitor.submit(PAGE, path, below="50", fill_amount="250")
    on = text_of((await visitor.get(PAGE)).text)
    await visitor.submit(PAGE, path, turn_off="1")
    off = text_of((await visitor.get(PAGE)).text)

    assert "Automatic top-up $250.00 when less than $50.00 is left" in on
    assert "Automatic top-up off" in off


async def test_a_card_is_entered_elsewhere(gateway: Running, visitor: Browser) -> None:
    """By a link, and back to this page; then invoices can be paid by themselves."""
    purse = _owing(gateway, with_card=False)
    before = (await visitor.get(PAGE)).text

    away = await visitor.submit(PAGE, f"{PAGE}/card", request_id=REQUEST)
    purse.put_card()
    await visitor.submit(PAGE, f"{PAGE}/collection", automatic="1")

    assert "Add a card to pay" in before
    assert f'href="{SETUP_URI}"' in away.text
    back = f"https://abc-solar.dialer.example{PAGE}?done=card"
    assert f"CreateCardSetup {TENANT} {back}" in gateway.world.asked
    assert "The card pays each invoice when it is sent." in (await visitor.get(PAGE)).text


async def test_what_is_held_back_is_said_with_what_to_do(
    gateway: Running, visitor: Browser
) -> None:
    """On top of the page."""
    purse = _owing(gateway)
    purse.agree_on_wallet()
    purse.wallet.gate_state, purse.wallet.gate_reason = 3, "PAYMENT_OVERDUE"

    text = text_of((await visitor.get(PAGE)).text)

    assert "No calls are dialed. Inbound calls still come in. An invoice is overdue." in text


async def test_who_may_only_look_gets_no_buttons(gateway: Running, sunny: Browser) -> None:
    """And who may not look gets no figures."""
    _owing(gateway).agree_on_wallet()
    gateway.world.permissions = frozenset({"invoices.read", "payments.read"})
    await sunny.log_in()
    page = (await sunny.get(PAGE)).text

    assert "$1,640.75" in page
    assert "request_id" not in page
    assert "Available" not in page


async def test_a_forged_form_pays_nothing(gateway: Running, visitor: Browser) -> None:
    """Somebody else's page can send a form too."""
    purse = _owing(gateway)

    answer = await visitor.post(f"{PAGE}/invoices/2025-09/pay", {"form_token": "guessed"})

    assert answer.status_code == 403
    assert purse.payments == []
