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
from services.gateway.portal.handling import Handler

CLIENT_MONEY_PAGES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/billing", billing),
    ("POST", "/billing/invoices/{invoice}/pay", pay_invoice),
    ("POST", "/billing/top-ups", top_up),
    ("POST", "/billing/automatic-top-up", set_automatic_top_up),
    ("POST", "/billing/collection", set_collection),
    ("POST", "/billing/card", begin_card),
)
