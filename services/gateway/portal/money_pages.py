"""Which page about money is at which path."""

from __future__ import annotations

from services.gateway.portal.client.billing import (
    begin_card,
    billing,
    pay_invoice,
    set_automatic_top_up,
    set_collection,
    top_up,
)
from services.gateway.portal.console.client_money import (
    client_money,
    record_payment,
    refund_payment,
    reverse_payment,
)
from services.gateway.portal.console.client_prices import client_prices, create_price_book
from services.gateway.portal.console.costs import costs, import_rate_sheet
from services.gateway.portal.console.credit import (
    create_credit_note,
    credit_form,
    credit_note_file,
)
from services.gateway.portal.console.invoice_runs import (
    create_run,
    invoice_run,
    invoice_runs,
    issue_outcome,
    release_outcome,
    set_policy,
)
from services.gateway.portal.console.profit import profit, set_overheads
from services.gateway.portal.console.projection import projection
from services.gateway.portal.handling import Handler

CLIENT_MONEY_PAGES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/billing", billing),
    ("POST", "/billing/invoices/{invoice}/pay", pay_invoice),
    ("POST", "/billing/top-ups", top_up),
    ("POST", "/billing/automatic-top-up", set_automatic_top_up),
    ("POST", "/billing/collection", set_collection),
    ("POST", "/billing/card", begin_card),
)
CONSOLE_MONEY_PAGES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/runs", invoice_runs),
    ("POST", "/runs", create_run),
    ("POST", "/runs/policy", set_policy),
    ("GET", "/runs/{run}", invoice_run),
    ("POST", "/runs/{run}/release", release_outcome),
    ("POST", "/runs/{run}/issue", issue_outcome),
    ("GET", "/profit", profit),
    ("POST", "/profit/overheads", set_overheads),
    ("GET", "/profit/projection", projection),
    ("GET", "/costs", costs),
    ("POST", "/costs/sheets", import_rate_sheet),
    ("GET", "/clients/{tenant}/prices", client_prices),
    ("POST", "/clients/{tenant}/prices", create_price_book),
    ("GET", "/clients/{tenant}/money", client_money),
    ("POST", "/clients/{tenant}/money/payments", record_payment),
    ("POST", "/clients/{tenant}/money/payments/{payment}/refund", refund_payment),
    ("POST", "/clients/{tenant}/money/payments/{payment}/reverse", reverse_payment),
    ("GET", "/clients/{tenant}/invoices/{invoice}/credit", credit_form),
    ("POST", "/clients/{tenant}/invoices/{invoice}/credit", create_credit_note),
    ("GET", "/clients/{tenant}/credit-notes/{note}/pdf", credit_note_file),
)
