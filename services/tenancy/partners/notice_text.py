"""Puts notices into words, from one template a kind, as text and as HTML."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, UndefinedError

from services.kit.errors import InvalidRequest
from services.tenancy.domain.notice import Asked, Text
from services.tenancy.domain.tenant import Tenant

_TEMPLATES = Path(__file__).parent / "mail_templates"
_TABLE = "[table]"


@dataclass(frozen=True, slots=True)
class _Table:
    """The table of a notice: names of its columns, and its rows."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def _environment(autoescape: bool) -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


# The words of a kind, and mails as text, are no HTML; what goes into HTML is escaped there.
_WORDS = _environment(autoescape=False)
_PAGES = _environment(autoescape=True)


def _support(seller: Tenant) -> tuple[str, ...]:
    """Gives where to turn, a line each."""
    contact = seller.brand.support
    return tuple(filter(None, (contact.email or seller.contact_email, contact.phone, contact.url)))


def write(asked: Asked, buyer: Tenant, seller: Tenant) -> Text:
    """Writes a notice to `buyer` in the name of `seller`.

    A template is a subject, then the names of a table's columns or nothing, then paragraphs; the
    paragraph `[table]` is where the rows go. Refuses with INVALID_REQUEST if a value is missing.
    """
    names = {**asked.values, "client": buyer.display_name, "seller": seller.brand.display_name}
    try:
        words = _WORDS.get_template(f"{asked.kind.lower()}.txt").render(names)
    except UndefinedError as error:
        raise InvalidRequest.at("values", f"A value is missing: {error.message}.") from error
    subject, head, *paragraphs = words.strip().split("\n\n")
    columns = tuple(head.removeprefix("|").split("|")) if head.startswith("|") else ()
    table = _Table(columns, tuple(tuple(row) for row in asked.rows))
    if columns and any(len(row) != len(columns) for row in table.rows):
        raise InvalidRequest.at("rows", f"Each must have {len(columns)} cells.")
    context = {
        "subject": subject,
        "paragraphs": paragraphs if columns else [head, *paragraphs],
        "table": table,
        "table_mark": _TABLE,
        "seller": seller,
        "buyer": buyer,
        "support": _support(seller),
    }
    text = _WORDS.get_template("layout.txt").render(context)
    html = _PAGES.get_template("layout.html").render(context)
    return Text(subject, text, html)
