"""A client's money on one page: what the month comes to, what is owed, and how it is paid."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from urllib.parse import urlsplit

import grpc
from starlette.responses import Response

from services.gateway.portal.amounts import new_request_id, typed_amount
from services.gateway.portal.calendar import month_of
from services.gateway.portal.client.billing_view import billing_view, wallet_of
from services.gateway.portal.client.invoices import invoice_name
from services.gateway.portal.client.price_notices import open_notices
from services.gateway.portal.handling import form_of, refusal_of
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from services.kit.errors import NotFound, Refusal, Unavailable
from veneer.billing.v1 import payment_service_pb2 as payments_pb
from veneer.billing.v1 import wallet_service_pb2 as wallets_pb

_PATH = "/billing"
# What is said once something was done, by the word in the address.
_DONE = {
    "paid": "The card is being charged. The invoice is paid as soon as the bank says so.",
    "topped-up": "The card is being charged. The wallet is filled as soon as the bank says so.",
    "top-up-set": "The automatic top-up is saved.",
    "top-up-off": "The wallet is no longer filled up by itself.",
    "card": "If you have entered a card, it appears here within a minute. Load the page again to "
    "see it.",
    "automatic": "From now on the card on file pays each invoice when it is sent.",
    "by-hand": "From now on you pay each invoice yourself.",
}


async def billing(visit: Visit) -> Response:
    """Shows the page."""
    return await _page(visit)


async def pay_invoice(visit: Visit) -> Response:
    """Charges the card on file with what is left of an invoice."""
    form = await form_of(visit)
    request = payments_pb.PayInvoiceRequest(
        name=invoice_name(visit.site.tenant, visit), request_id=form.get("request_id", "")
    )
    paying = visit.services.payments.PayInvoice(request, metadata=visit.metadata)
    return await _answer(visit, form, paying, "paid#invoices")


async def top_up(visit: Visit) -> Response:
    """Charges the card on file, and puts the money into the wallet."""
    form = await form_of(visit)
    return await _answer(visit, form, _top_up(visit, form), "topped-up#wallet")


async def set_automatic_top_up(visit: Visit) -> Response:
    """Says when the wallet is filled up by itself; never if it is turned off."""
    form = await form_of(visit)
    done = "top-up-off" if form.get("turn_off") else "top-up-set"
    return await _answer(visit, form, _set_automatic_top_up(visit, form), f"{done}#wallet")


async def set_collection(visit: Visit) -> Response:
    """Says whether the card on file pays each invoice when it is sent."""
    form = await form_of(visit)
    is_automatic = form.get("automatic") == "1"
    collection = payments_pb.Collection(
        name=f"{visit.site.tenant}/collection", automatic=is_automatic
    )
    setting = visit.services.payments.UpdateCollection(
        payments_pb.UpdateCollectionRequest(
            collection=collection, request_id=form.get("request_id", "")
        ),
        metadata=visit.metadata,
    )
    return await _answer(visit, form, setting, "automatic#card" if is_automatic else "by-hand#card")


async def begin_card(visit: Visit) -> Response:
    """Opens a page on which a card is put on file, and shows the way there.

    A link, as forms of ours must lead to pages of ours.
    """
    form = await form_of(visit)
    request = payments_pb.CreateCardSetupRequest(
        parent=visit.site.tenant,
        return_uri=f"{visit.base_url}{_PATH}?done=card",
        request_id=form.get("request_id", ""),
    )
    try:
        made = await visit.services.payments.CreateCardSetup(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        return await _page(visit, form, refusal_of(error))
    if urlsplit(made.uri).scheme != "https":
        raise Unavailable
    return visit.page("client/card_setup.html", title="Card on file", uri=made.uri)


async def _top_up(visit: Visit, form: dict[str, str]) -> None:
    currency = await _wallet_currency(visit)
    request = wallets_pb.TopUpWalletRequest(
        name=f"{visit.site.tenant}/wallet",
        amount=typed_amount(form.get("top_up_amount", ""), currency, "top_up_amount"),
        request_id=form.get("request_id", ""),
    )
    await visit.services.wallets.TopUpWallet(request, metadata=visit.metadata)


async def _set_automatic_top_up(visit: Visit, form: dict[str, str]) -> None:
    request = wallets_pb.SetAutomaticTopUpRequest(name=f"{visit.site.tenant}/wallet")
    if not form.get("turn_off"):
        currency = await _wallet_currency(visit)
        top_up = wallets_pb.AutomaticTopUp(
            below=typed_amount(form.get("below", ""), currency, "below"),
            amount=typed_amount(form.get("fill_amount", ""), currency, "fill_amount"),
        )
        request.automatic_top_up.CopyFrom(top_up)
    await visit.services.wallets.SetAutomaticTopUp(request, metadata=visit.metadata)


async def _wallet_currency(visit: Visit) -> str:
    wallet = await wallet_of(visit)
    if wallet is None:
        raise NotFound(resource=f"{visit.site.tenant}/wallet")
    return str(wallet.balance.currency_code)


async def _answer(
    visit: Visit, form: dict[str, str], doing: Awaitable[object], done: str
) -> Response:
    """Does it and shows the page anew, or shows why not, with what was typed."""
    try:
        await doing
    except (grpc.aio.AioRpcError, Refusal) as error:
        return await _page(visit, form, refusal_of(error))
    return visit.go_to(f"{_PATH}?done={done}")


async def _page(
    visit: Visit, typed: dict[str, str] | None = None, problem: Problem | None = None
) -> Response:
    tenant, may = visit.site.tenant, visit.caller.may
    month = month_of(await visit.portal.zones.today(tenant))
    done = visit.request.query_params.get("done", "") if problem is None else ""
    view, notices = await asyncio.gather(billing_view(visit, month), open_notices(visit))
    return visit.page(
        "client/billing.html",
        status=problem.http_status if problem else 200,
        title="Billing",
        month=month,
        view=view,
        typed=typed or {},
        problem=problem,
        done_text=_DONE.get(done, ""),
        request_id=new_request_id,
        may_see_invoices=may("invoices.read"),
        may_see_payments=may("payments.read"),
        may_pay=may("payments.write"),
        may_top_up=may("account.write"),
        open_notices=notices,
        may_acknowledge=may("priceNotices.write"),
        zone=await visit.portal.zones.of(tenant),
    )
