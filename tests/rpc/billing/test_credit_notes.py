"""CreditNoteService: what takes an invoice back, in whole or in part."""

from __future__ import annotations

import asyncio
import io
import re

import pytest_asyncio
from pypdf import PdfReader

from tests.support.billing import Billing, a_request_id, refused, text_of
from tests.support.builders.billing import an_id
from tests.support.paying import OCTOBER, SEPTEMBER, Payer, a_payer
from veneer.billing.v1 import credit_note_service_pb2 as pb


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def billing(own_billing: Billing) -> Billing:
    """Its own, because weeks go by here."""
    return own_billing


async def download(payer: Payer, name: str) -> bytes:
    """Gets a credit note's file."""
    request = pb.DownloadCreditNoteRequest(name=name)
    body = await payer.billing.credit_notes.DownloadCreditNote(request, metadata=payer.client)
    assert body.content_type == "application/pdf"
    content: bytes = body.data
    return content


async def test_a_full_credit_note_makes_an_invoice_void(billing: Billing) -> None:
    """Nothing is due of it, and all that it earned is taken back."""
    payer = await a_payer(billing, OCTOBER)

    note = await payer.credit()

    assert text_of(note.total) == "530.00 USD"
    assert await payer.state() == ("VOID", "0.00 USD")
    assert set((await payer.trial_balance()).values()) == {"0.00 USD"}


async def test_a_partial_credit_note_lowers_what_is_due(billing: Billing) -> None:
    """By line; what it says of the line is what the invoice says."""
    payer = await a_payer(billing, OCTOBER)

    note = await payer.credit(lines={1: "100.25"})

    assert [(line.position, line.description) for line in note.lines] == [(1, "Platform license")]
    assert await payer.state() == ("ISSUED", "429.75 USD")
    assert text_of((await payer.invoice()).credited_amount) == "100.25 USD"


async def test_what_was_paid_of_a_void_invoice_is_credit(billing: Billing) -> None:
    """It settles what else is due."""
    payer = await a_payer(billing, SEPTEMBER, OCTOBER)
    await payer.record("530", SEPTEMBER)

    await payer.credit(SEPTEMBER)

    assert await payer.state(SEPTEMBER) == ("VOID", "0.00 USD")
    assert await payer.state(OCTOBER) == ("PAID", "0.00 USD")


async def test_a_line_is_taken_back_once(billing: Billing) -> None:
    """Not beyond its amount, and in several steps not either."""
    payer = await a_payer(billing, OCTOBER)
    await payer.credit(lines={1: "400"})

    refusal = await refused(payer.credit(lines={1: "100.01"}))
    rest = await payer.credit()
    nothing = await refused(payer.credit())

    assert refusal.reason == nothing.reason == "CREDIT_EXCEEDS_INVOICE"
    assert text_of(rest.total) == "130.00 USD"


async def test_lines_that_are_not_there_cannot_be_credited(billing: Billing) -> None:
    """Nor a line by an amount of the other sign."""
    payer = await a_payer(billing, OCTOBER)

    for lines in ({9: "1"}, {1: "-1"}):
        assert (await refused(payer.credit(lines=lines))).reason == "INVALID_REQUEST"
    assert (await refused(payer.credit("2025-01"))).reason == "RESOURCE_NOT_FOUND"


async def test_credit_notes_have_numbers_without_gaps(billing: Billing) -> None:
    """A series of their own for each seller, also when many are sent at once."""
    payers = [await a_payer(billing, OCTOBER) for _ in range(4)]
    before = await payers[0].credit(lines={1: "1"})

    refusal = await refused(payers[0].credit(lines={1: "1000"}))
    notes = await asyncio.gather(*(payer.credit(lines={1: "1"}) for payer in payers))

    assert refusal.reason == "CREDIT_EXCEEDS_INVOICE"
    assert re.fullmatch("CN-2025-[0-9]{6}", before.number)
    first = int(before.number[-6:])
    assert sorted(int(note.number[-6:]) for note in notes) == list(range(first + 1, first + 5))


async def test_a_repeated_request_is_one_credit_note(billing: Billing) -> None:
    """The first answer, and nothing else."""
    payer = await a_payer(billing, OCTOBER)
    request_id = a_request_id()

    first = await payer.credit(lines={1: "5"}, request_id=request_id)
    again = await payer.credit(lines={1: "5"}, request_id=request_id)

    assert again == first
    assert await payer.state() == ("ISSUED", "525.00 USD")


async def test_the_file_is_the_same_for_ever(own_billing: Billing) -> None:
    """Whatever the seller's brand becomes; it names the invoice and the reason."""
    billing = own_billing
    payer = await a_payer(billing, OCTOBER)
    note = await payer.credit(lines={1: "20"})

    first = await download(payer, note.name)
    billing.clock.advance(days=40)
    again = await download(payer, note.name)

    words = PdfReader(io.BytesIO(first)).pages[0].extract_text()
    assert first == again
    assert note.number in words
    assert note.invoice_number in words
    assert "Charged by mistake." in words
    assert "20.00" in words
    assert b"Typst" not in first


async def test_a_client_lists_its_credit_notes_alone(billing: Billing) -> None:
    """Latest first; another's are not there."""
    payer = await a_payer(billing, OCTOBER)
    made = [await payer.credit(lines={1: str(each)}) for each in (1, 2)]
    stranger = Payer(billing, billing.directory.add(an_id()))

    listed = await billing.credit_notes.ListCreditNotes(
        pb.ListCreditNotesRequest(parent=payer.name), metadata=payer.client
    )
    got = await billing.credit_notes.GetCreditNote(
        pb.GetCreditNoteRequest(name=made[0].name), metadata=payer.client
    )
    refusal = await refused(
        billing.credit_notes.GetCreditNote(
            pb.GetCreditNoteRequest(name=made[0].name), metadata=stranger.client
        )
    )

    assert list(listed.credit_notes) == made[::-1]
    assert got == made[0]
    assert refusal.reason == "RESOURCE_NOT_FOUND"
