"""Typesets what is sent to clients, with the seller's brand; typst does the work."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from typing import Any

import typst

from services.billing.domain.invoice import Parties
from services.billing.partners.directory import Brand, Entry
from services.kit.logging import get_logger
from services.kit.money import Money

MEDIA_TYPE = "application/pdf"
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}

# PDF/A for archives and PDF/UA for screen readers.
_STANDARDS: Any = ["a-2a", "ua-1"]
_LOGO_FORMATS = {"image/svg+xml": "svg", "image/png": "png"}
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_ACCENT = "#28415e"
_INK = "#1c2430"
_TOOL = re.compile(rb"Typst [0-9.]{3,}")
# What WCAG asks of text on white.
_READABLE_CONTRAST = 4.5

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Letter:
    """What is typeset: a template beside this file, its texts, and the time in the file.

    The template reads the texts from `texts_name`.
    """

    template: str
    texts_name: str
    texts: dict[str, Any]
    time: datetime


def typeset(letter: Letter, seller: Entry) -> bytes:
    """Gives the PDF file; the same letter and seller give the same bytes.

    Takes some ten milliseconds of a processor: call it in a thread.
    """
    logo = _LOGO_FORMATS.get(seller.brand.logo_media_type) if seller.brand.logo else None
    if logo is not None:
        try:
            return _typeset(letter, seller, logo)
        except typst.TypstError:
            # A logo that can't be drawn must not keep a letter from being sent.
            log.exception("logo_left_out", seller=seller.tenant_id)
    return _typeset(letter, seller, None)


def letterhead(title: str, parties: Parties, seller: Entry) -> dict[str, Any]:
    """Gives the texts that every letter has: who, to whom, in which colours."""
    accent = _accent(seller.brand)
    footer = (parties.seller_display_name, title, seller.contact_email)
    return {
        "title": title,
        "seller": parties.seller_display_name,
        "seller_brand": seller.brand.display_name or parties.seller_display_name,
        "tagline": seller.brand.tagline,
        "buyer": parties.buyer_display_name,
        "accent": accent,
        "accent_ink": accent if _contrast_with_white(accent) >= _READABLE_CONTRAST else _INK,
        "logo": None,
        "footer": " \N{MIDDLE DOT} ".join(part for part in footer if part),
    }


def aligned(numbers: Sequence[str]) -> list[dict[str, str]]:
    """Adds to each number what it lacks behind the point, to be left blank."""
    tails = [number.partition(".")[1] + number.partition(".")[2] for number in numbers]
    longest = max(tails, key=len)
    return [
        {"text": number, "padding": longest[len(tail) :]}
        for number, tail in zip(numbers, tails, strict=True)
    ]


def money_text(money: Money) -> str:
    """Writes an amount with the sign of its currency, if it has one."""
    sign = "-" if money.amount < 0 else ""
    return sign + SYMBOLS.get(money.currency_code, "") + f"{abs(money.amount):,f}"


def date_text(day: date) -> str:
    """Writes a date in words."""
    return f"{day:%B} {day.day}, {day.year}"


def _typeset(letter: Letter, seller: Entry, logo_format: str | None) -> bytes:
    template = resources.files(__package__).joinpath(letter.template).read_bytes()
    texts = dict(letter.texts)
    if logo_format is not None:
        # As numbers, because a file in memory must be text.
        texts["logo"] = {"format": logo_format, "bytes": list(seller.brand.logo)}
    # Its stubs know of one file only; several in memory are what the library offers.
    files: Any = {"main.typ": template, letter.texts_name: json.dumps(texts).encode()}
    content = typst.compile(
        files,
        format="pdf",
        ignore_system_fonts=True,
        pdf_standards=_STANDARDS,
        timestamp=int(letter.time.timestamp()),
    )
    assert isinstance(content, bytes)
    # A client's file names no tool of ours. Of the same length, or the offsets in it were wrong.
    return _TOOL.sub(lambda found: b"Invoices".ljust(len(found[0])), content)


def _accent(brand: Brand) -> str:
    return brand.primary_color if _COLOR.fullmatch(brand.primary_color) else _ACCENT


def _contrast_with_white(color: str) -> float:
    """Gives the contrast ratio as WCAG 2 defines it, 1 to 21."""
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels
    )
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
