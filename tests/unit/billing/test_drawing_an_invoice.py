"""An invoice becomes a file that one would be proud to send."""

from __future__ import annotations

import io
import zlib
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from pypdf import PdfReader

from services.billing.domain.charges import ChargeLine, charge_lines
from services.billing.domain.invoice import Bill, Invoice
from services.billing.domain.rating.tariff import DurationTariff, Rounding
from services.billing.partners.directory import Brand, Entry
from services.billing.partners.invoice_pdf import render_invoice
from tests.support.builders.billing import PRICES, a_month, a_price_book, a_span, an_invoice

SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40">
<rect width="40" height="40" rx="9" fill="#0f766e"/></svg>"""


def _chunk(kind: bytes, content: bytes) -> bytes:
    checked = kind + content
    return len(content).to_bytes(4) + checked + zlib.crc32(checked).to_bytes(4)


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", b"\0\0\0\1\0\0\0\1\x08\2\0\0\0")
    + _chunk(b"IDAT", zlib.compress(b"\0\x0f\x76\x6e"))
    + _chunk(b"IEND", b"")
)


def seller(**brand: object) -> Entry:
    shown = {"display_name": "Northgate Voice", "primary_color": "#0f766e", **brand}
    return Entry(
        tenant_id="northgate",
        seller_id="",
        display_name="Northgate Voice",
        time_zone="UTC",
        brand=Brand(**shown),  # type: ignore[arg-type]
        contact_email="billing@northgate.example",
    )


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in read(content).pages)


def with_lines(invoice: Invoice, lines: tuple[ChargeLine, ...]) -> Invoice:
    return replace(invoice, bill=Bill.of(lines, invoice.bill.as_of_time))


def test_the_same_invoice_gives_the_same_bytes() -> None:
    """The time in the file is that of issue, not of rendering."""
    invoice = an_invoice()

    assert render_invoice(invoice, seller()) == render_invoice(invoice, seller())


def test_another_time_of_issue_gives_another_file() -> None:
    """The time is told, in the text and in the file's properties."""
    later = replace(an_invoice(), issue_time=an_invoice().issue_time + timedelta(days=1))

    reader = read(render_invoice(later, seller()))

    assert reader.metadata is not None
    assert reader.metadata.creation_date == later.issue_time
    assert "November 4, 2025" in reader.pages[0].extract_text()


def test_the_file_can_be_read_aloud_and_kept() -> None:
    """Tagged, with a language and a title, as PDF/UA and PDF/A want it."""
    root = read(render_invoice(an_invoice(), seller())).root_object

    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert str(root["/Lang"]) == "en"
    assert "/StructTreeRoot" in root


@pytest.mark.parametrize("logo", [(SVG, "image/svg+xml"), (PNG, "image/png")])
def test_a_logo_is_drawn(logo: tuple[bytes, str]) -> None:
    """In place of the name, which is its description."""
    plain = render_invoice(an_invoice(), seller())

    drawn = render_invoice(an_invoice(), seller(logo=logo[0], logo_media_type=logo[1]))

    assert "Northgate Voice" in text_of(plain).splitlines()[0]
    assert "Northgate Voice" not in text_of(drawn).splitlines()[0]


def test_a_logo_as_wide_as_a_banner_leaves_room_for_the_number() -> None:
    """It is drawn smaller."""
    banner = SVG.replace(b"0 0 40 40", b"0 0 4000 40")

    reader = read(
        render_invoice(an_invoice(), seller(logo=banner, logo_media_type="image/svg+xml"))
    )

    assert reader.get_num_pages() == 1
    assert "No. 2025-000001" in reader.pages[0].extract_text()


@pytest.mark.parametrize("media_type", ["image/svg+xml", "image/png", "image/gif"])
def test_a_logo_that_cannot_be_drawn_is_left_out(media_type: str) -> None:
    """An invoice must go out; its letterhead then is the name."""
    broken = seller(logo=b"<not a picture", logo_media_type=media_type)

    assert "Northgate Voice" in text_of(render_invoice(an_invoice(), broken))


def test_a_name_is_text_whatever_is_in_it() -> None:
    """Nothing that a client calls itself is run or read as a file."""
    name = '#read("/etc/hostname") $x^2$ *Bold* <label> \\ & Sons'
    invoice = an_invoice()
    named = replace(invoice, parties=replace(invoice.parties, buyer_display_name=name))

    assert "".join(name.split()) in "".join(text_of(render_invoice(named, seller())).split())


def test_many_lines_go_on_on_another_page() -> None:
    """With the heads of the columns again, and numbered pages."""
    invoice = an_invoice()
    minutes = invoice.bill.lines[1]

    content = render_invoice(with_lines(invoice, (minutes,) * 60), seller())

    pages = [page.extract_text() for page in read(content).pages]
    assert len(pages) > 1
    assert all("UNIT PRICE" in page.upper() for page in pages[:2])
    assert "Page 1 of" in pages[0]


def test_amounts_of_other_currencies_are_written_their_way() -> None:
    """A yen has no parts."""
    book = a_price_book({**PRICES, "platform": "50000", "minute": "3.5"}, currency_code="JPY")
    lines = charge_lines("abc-solar", [book], a_month(a_span({("r1", 60): 3})))

    text = text_of(render_invoice(with_lines(an_invoice(), lines), seller()))

    assert "Total (JPY)" in text
    assert "50,011" in text
    assert "3.5" in text


def test_a_price_keeps_all_its_decimals() -> None:
    """What is multiplied must be what is shown."""
    tariff = DurationTariff(Rounding.PER_CALL, 6, 6)
    book = a_price_book({**PRICES, "minute": "0.00325"}, tariff=tariff)
    lines = charge_lines("abc-solar", [book], a_month(a_span({("r1", 6): 12_345})))

    text = text_of(render_invoice(with_lines(an_invoice(), lines), seller()))

    assert lines[1].quantity == Decimal("1234.5")
    assert "$0.00325" in text
    assert "1,234.5" in text


@pytest.mark.parametrize("color", ["#ffff00", "#000000", "", "red"])
def test_any_colour_leaves_a_file_that_can_be_read(color: str) -> None:
    """Pale colours are not used for text; what is no colour is not used at all."""
    assert "Invoice" in text_of(render_invoice(an_invoice(), seller(primary_color=color)))


def test_the_file_names_no_tool() -> None:
    """A client sees its seller and nobody else."""
    content = render_invoice(an_invoice(), seller()).lower()

    for word in (b"typst", b"veneer", b"vicidial", b"asterisk"):
        assert word not in content
