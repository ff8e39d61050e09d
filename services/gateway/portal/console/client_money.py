"""One client's money: what is open, payments recorded and given back, credit notes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable

import grpc
from starlette.responses import Response

from services.gateway.portal.amounts import new_request_id, typed_amount
from services.gateway.portal.console.client import get_client, tenant_name
from services.gateway.portal.handling import form_of, refusal_of
from services.gateway.portal.standings import (
    MANUAL_METHODS,
    being_paid,
    invoice_text,
    payment_text,
)
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from services.kit.errors import InvalidRequest, NotFound, Refusal
from veneer.billing.v1 import account_service_pb2 as accounts_pb
from veneer.billing.v1 import credit_note_service_pb2 as notes_pb
from veneer.billing.v1 import invoice_service_pb2 as invoices_pb
from veneer.billing.v1 import payment_service_pb2 as pb

_SHOWN = 24
_PAYMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}\Z", re.ASCII)


async def client_money(visit: Visit) -> Response:
    """Shows the page."""
    return await _page(visit)


async def record_payment(visit: Visit) -> Response:
    """Records money that came otherwise than by card."""
    form = await form_of(visit)
    return await _answer(visit, form, _record(visit, form))


async def refund_payment(visit: Visit) -> Response:
    """Gives back what was paid by card; all that is left if no amount was typed."""
    form = await form_of(visit)
    return await _answer(visit, form, _refund(visit, form))


async def reverse_payment(visit: Visit) -> Response:
    """Takes back a payment that was recorded by mistake or never came."""
    form = await form_of(visit)
    request = pb.ReversePaymentRequest(
        name=_payment_name(visit), request_id=form.get("request_id", "")
    )
    reversing = visit.services.payments.ReversePayment(request, metadata=visit.metadata)
    return await _answer(visit, form, reversing)


async def _record(visit: Visit, form: dict[str, str]) -> None:
    method, invoice_id = form.get("method", ""), form.get("invoice", "")
    if method not in dict(MANUAL_METHODS):
        raise InvalidRequest.at("method", "Must be one of those offered.")
    currency = form.get("currency", "").strip().upper()
    payment = pb.Payment(
        method=pb.Payment.Method.Value(method),
        amount=typed_amount(form.get("payment_amount", ""), currency, "payment_amount"),
        invoice=f"{tenant_name(visit)}/invoices/{invoice_id}" if invoice_id else "",
        reference=form.get("reference", "").strip(),
    )
    request = pb.CreatePaymentRequest(
        parent=tenant_name(visit), payment=payment, request_id=form.get("request_id", "")
    )
    await visit.services.payments.CreatePayment(request, metadata=visit.metadata)


async def _refund(visit: Visit, form: dict[str, str]) -> None:
    name = _payment_name(visit)
    request = pb.RefundPaymentRequest(name=name, request_id=form.get("request_id", ""))
    if form.get("refund_amount", "").strip():
        payment = await visit.services.payments.GetPayment(
            pb.GetPaymentRequest(name=name), metadata=visit.metadata
        )
        currency = payment.amount.currency_code
        request.amount.CopyFrom(typed_amount(form["refund_amount"], currency, "refund_amount"))
    await visit.services.payments.RefundPayment(request, metadata=visit.metadata)


def _payment_name(visit: Visit) -> str:
    payment_id = visit.request.path_params["payment"]
    if not _PAYMENT.match(payment_id):
        raise NotFound(resource=payment_id)
    return f"{tenant_name(visit)}/payments/{payment_id}"


async def _answer(visit: Visit, form: dict[str, str], doing: Awaitable[object]) -> Response:
    try:
        await doing
    except (grpc.aio.AioRpcError, Refusal) as error:
        return await _page(visit, form, refusal_of(error))
    return visit.go_to(f"{_path(visit)}#payments")


def _path(visit: Visit) -> str:
    return f"/clients/{visit.request.path_params['tenant']}/money"


async def _page(
    visit: Visit, typed: dict[str, str] | None = None, problem: Problem | None = None
) -> Response:
    name, may = tenant_name(visit), visit.caller.may
    tenant = await get_client(visit)
    return visit.page(
        "console/client_money.html",
        status=problem.http_status if problem else 200,
        title=f"Money of {tenant.display_name}",
        tenant=tenant,
        tenant_id=name.removeprefix("tenants/"),
        **await _figures(visit, name),
        methods=MANUAL_METHODS,
        may_record=may("manualPayments.write"),
        may_refund=may("refunds.write"),
        may_credit=may("invoices.write"),
        request_id=new_request_id,
        typed=typed or {},
        problem=problem,
        zone=await visit.portal.zones.of(name),
    )


async def _figures(visit: Visit, name: str) -> dict[str, object]:
    services, metadata = visit.services, visit.metadata
    account, invoices, payments, notes = await asyncio.gather(
        services.accounts.GetAccount(
            accounts_pb.GetAccountRequest(name=f"{name}/account"), metadata=metadata
        ),
        services.invoices.ListInvoices(
            invoices_pb.ListInvoicesRequest(parent=name, page_size=_SHOWN), metadata=metadata
        ),
        services.payments.ListPayments(
            pb.ListPaymentsRequest(parent=name, page_size=_SHOWN), metadata=metadata
        ),
        services.credit_notes.ListCreditNotes(
            notes_pb.ListCreditNotesRequest(parent=name, page_size=_SHOWN), metadata=metadata
        ),
    )
    under_way = being_paid(payments.payments)
    return {
        "balances": account.balances,
        "currency": account.balances[0].amount_due.currency_code if account.balances else "",
        "invoices": [invoice_text(each, under_way) for each in invoices.invoices],
        "payments": [payment_text(each) for each in payments.payments],
        "credit_notes": notes.credit_notes,
    }
