"""Renders an invoice as a PDF file with the seller's brand; typst does the typesetting."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

import typst

from services.billing.domain.charges import ChargeLine, LineKind
from services.billing.domain.invoice import Bill, Invoice
from services.billing.domain.month import Month
from services.billing.partners.directory import Brand, Entry
from services.kit.logging import get_logger
from services.kit.money import Money, decimal_text

MEDIA_TYPE = "application/pdf"

# PDF/A for archives and PDF/UA for screen readers.
_STANDARDS: Any = ["a-2a", "ua-1"]
_LOGO_FORMATS = {"image/svg+xml": "svg", "image/png": "png"}
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_ACCENT = "#28415e"
_INK = "#1c2430"
_TOOL = re.compile(rb"Typst [0-9.]{3,}")
# What WCAG asks of text on white.
_READABLE_CONTRAST = 4.5

log = get_logger(__name__)


def render_invoice(invoice: Invoice, seller: Entry) -> bytes:
    """Gives the PDF file; the same invoice and seller give the same bytes.

    Takes some ten milliseconds of a processor: call it in a thread.
    """
    logo = _LOGO_FORMATS.get(seller.brand.logo_media_type) if seller.brand.logo else None
    if logo is not None:
        try:
            return _render(invoice, seller, logo)
        except typst.TypstError:
            # A logo that can't be drawn must not keep an invoice from being sent.
            log.exception("invoice_logo_left_out", seller=seller.tenant_id)
    return _render(invoice, seller, None)


def _render(invoice: Invoice, seller: Entry, logo_format: str | None) -> bytes:
    template = resources.files(__package__).joinpath("invoice.typ").read_bytes()
    texts = _texts(invoice, seller)
    if logo_format is not None:
        # As numbers, because a file in memory must be text.
        texts["logo"] = {"format": logo_format, "bytes": list(seller.brand.logo)}
    # Its stubs know of one file only; several in memory are what the library offers.
    files: Any = {"main.typ": template, "invoice.json": json.dumps(texts).encode()}
    content = typst.compile(
        files,
        format="pdf",
        ignore_system_fonts=True,
        pdf_standards=_STANDARDS,
        timestamp=int(invoice.issue_time.timestamp()),
    )
    assert isinstance(content, bytes)
    # A client's file names no tool of ours. Of the same length, or the offsets in it were wrong.
    return _TOOL.sub(lambda found: b"Invoices".ljust(len(found[0])), content)


def _texts(invoice: Invoice, seller: Entry) -> dict[str, Any]:
    accent = _accent(seller.brand)
    zone = ZoneInfo(invoice.time_zone)
    bill = invoice.bill
    return {
        "title": f"Invoice {invoice.number}",
        "number": invoice.number,
        "seller": invoice.parties.seller_display_name,
        "seller_brand": seller.brand.display_name or invoice.parties.seller_display_name,
        "tagline": seller.brand.tagline,
        "buyer": invoice.parties.buyer_display_name,
        "accent": accent,
        "accent_ink": accent if _contrast_with_white(accent) >= _READABLE_CONTRAST else _INK,
        "logo": None,
        "issue_date": _date(invoice.issue_time.astimezone(zone)),
        "period": _period(invoice.month),
        "time_zone": f"{invoice.time_zone.replace('_', ' ')} time",
        "lines": _lines([line for line in bill.lines if line.kind is not LineKind.TAX]),
        "sums": _sums(bill),
        "unit_em": max(len(line.unit) for line in bill.lines) * 0.5,
        "currency_code": bill.total.currency_code,
        "total": _money(bill.total),
        "note": f"Includes all usage recorded by {_date(bill.as_of_time.astimezone(zone))}.",
        "footer": _footer(invoice, seller),
    }


def _sums(bill: Bill) -> list[dict[str, str]]:
    """Gives what stands between the lines and the total: nothing unless there are taxes."""
    taxes = [line for line in bill.lines if line.kind is LineKind.TAX]
    if not taxes:
        return []
    return [
        {"label": "Subtotal", "amount": _money(bill.subtotal)},
        *({"label": line.description, "amount": _money(line.amount)} for line in taxes),
    ]


def _lines(lines: Sequence[ChargeLine]) -> list[dict[str, Any]]:
    quantities = _aligned([f"{Decimal(decimal_text(line.quantity)):,f}" for line in lines])
    unit_prices = _aligned([_unit_price(line) for line in lines])
    amounts = _aligned([_money(line.amount) for line in lines])
    return [
        {
            "description": line.description,
            "unit": line.unit if line.quantity == 1 else f"{line.unit}s",
            "quantity": quantity,
            "unit_price": unit_price,
            "amount": amount,
        }
        for line, quantity, unit_price, amount in zip(
            lines, quantities, unit_prices, amounts, strict=True
        )
    ]


def _aligned(numbers: list[str]) -> list[dict[str, str]]:
    """Adds to each number what it lacks behind the point, to be left blank."""
    tails = [number.partition(".")[1] + number.partition(".")[2] for number in numbers]
    longest = max(tails, key=len)
    return [
        {"text": number, "padding": longest[len(tail) :]}
        for number, tail in zip(numbers, tails, strict=True)
    ]


def _money(money: Money) -> str:
    return _SYMBOLS.get(money.currency_code, "") + f"{money.amount:,f}"


def _unit_price(line: ChargeLine) -> str:
    text = f"{Decimal(decimal_text(line.unit_price)):,f}"
    decimals = -int(line.amount.amount.as_tuple().exponent)
    lacking = decimals - len(text.partition(".")[2])
    if lacking > 0:
        text += ("" if "." in text else ".") + "0" * lacking
    return _SYMBOLS.get(line.amount.currency_code, "") + text


def _date(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def _period(month: Month) -> str:
    last = month.end_date - timedelta(days=1)
    return f"{month.first_date:%B} 1 \N{EN DASH} {last.day}, {month.year}"


def _footer(invoice: Invoice, seller: Entry) -> str:
    parts = [invoice.parties.seller_display_name, f"Invoice {invoice.number}", seller.contact_email]
    return " \N{MIDDLE DOT} ".join(part for part in parts if part)


def _accent(brand: Brand) -> str:
    return brand.primary_color if _COLOR.fullmatch(brand.primary_color) else _ACCENT


def _contrast_with_white(color: str) -> float:
    """Gives the contrast ratio as WCAG 2 defines it, 1 to 21."""
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels
    )
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
