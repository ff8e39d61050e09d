"""Computes what is due of a tenant: a month, and what earlier months differ by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from services.billing.domain.books import Book, PriceBook
from services.billing.domain.charges import ChargeLine, Priced
from services.billing.domain.costs import costs_of
from services.billing.domain.difference import adjustments
from services.billing.domain.discounts import Discount
from services.billing.domain.dues import PriceMissing
from services.billing.domain.invoice import Bill, DraftInvoice
from services.billing.domain.item import Item
from services.billing.domain.month import Month
from services.billing.domain.parking import (
    HISTORY_MONTHS_MAX,
    Parked,
    ParkReason,
    of_loss,
    of_money,
    of_overlap,
    usual_amount,
)
from services.billing.domain.payees import CostMissing, Payees
from services.billing.domain.quantities import MonthQuantities, Span
from services.billing.domain.taxes import taxed
from services.billing.partners.directory import Entry
from services.billing.store.billed import Head
from services.billing.usecases import Desk
from services.billing.usecases.payees_of import payees_of
from services.billing.usecases.price_month import Pricing, price_what_can_be
from services.billing.usecases.tax_month import taxes_on
from services.billing.usecases.tell_chain import links_above, missing_above, parked_by_chain
from services.kit.money import CurrencyMismatch, Money

# So many days of changes are asked for at once.
_SPAN_DAYS_MAX = 366


@dataclass(frozen=True, slots=True)
class _Known:
    """What the own store knows before anybody is asked."""

    books: Sequence[PriceBook]
    payees: Payees
    heads: Sequence[Head]
    history: Sequence[Bill]
    mismatches: Sequence[Month]
    discounts: Sequence[Discount]


@dataclass(frozen=True, slots=True)
class _Earlier:
    """What earlier months differ by, and which months have been looked at."""

    lines: tuple[ChargeLine, ...]
    missing: tuple[PriceMissing, ...]
    covered_months: tuple[Month, ...]


async def bill_month(desk: Desk, entry: Entry, month: Month) -> DraftInvoice:
    """Gives a draft with what is due; outside of any transaction, because it asks partners.

    Refuses with PRICE_MISSING if nothing at all has a price; else what has none parks the draft.
    Refuses with TAX_PLACE_MISSING and TAX_RATE_MISSING.
    """
    tenant_id = entry.tenant_id
    known = await _known(desk, tenant_id, month)
    taxes = await taxes_on(desk, entry, month)
    setups = 0 if known.heads else 1
    links = await links_above(desk, tenant_id)
    timelines: list[Sequence[Book]] = [*known.payees.timelines, *(link.books for link in links)]
    by = Pricing(tenant_id, known.books, setups, timelines, known.discounts)
    quantities, priced = await price_what_can_be(desk, month, by)
    if not priced.lines:
        raise priced.missing[0]
    earlier = await _earlier(desk, month, by, known.heads, quantities.as_of_time)
    bill = Bill.of(taxed(month, priced.lines + earlier.lines, taxes), quantities.as_of_time)
    parked = [
        *_unrated((*priced.missing, *earlier.missing)),
        *of_overlap(month, entry.time_zone, [(each.month, each.time_zone) for each in known.heads]),
        *of_money(bill.lines, bill.total, _history(known.history, bill.total.currency_code)),
        # Whoever is sold to by another seller costs the operator nothing: that seller pays.
        *(_loss(known.payees, quantities, priced) if not links else ()),
        *missing_above(links, quantities),
        *await parked_by_chain(desk, entry, month, quantities.as_of_time),
        *_mismatches(known.mismatches),
    ]
    return DraftInvoice(
        tenant_id=tenant_id,
        month=month,
        time_zone=entry.time_zone,
        bill=bill,
        covered_months=earlier.covered_months,
        invoice_count=len(known.heads),
        parked=tuple(parked),
    )


async def _known(desk: Desk, tenant_id: str, month: Month) -> _Known:
    # In the operator's role, because the costs are nobody else's.
    async with desk.db.operator_read() as store:
        history = await store.invoices.list_before(tenant_id, month, HISTORY_MONTHS_MAX)
        return _Known(
            books=await store.price_books.all_of(tenant_id),
            payees=await payees_of(store),
            heads=await store.billed.heads(tenant_id),
            history=[invoice.bill for invoice in history],
            mismatches=await store.billed.ledger_mismatches(tenant_id),
            discounts=await store.discounts.all_of(tenant_id),
        )


async def _earlier(
    desk: Desk, month: Month, by: Pricing, heads: Sequence[Head], as_of_time: datetime
) -> _Earlier:
    """Computes again what has changed since it was billed, and nothing else."""
    earlier = [head.month for head in heads if head.month < month]
    lines: list[ChargeLine] = []
    missing: list[PriceMissing] = []
    covered: list[Month] = []
    for each in await _changed(desk, by.tenant_id, earlier, heads):
        async with desk.db.read(by.tenant_id) as store:
            billed = await store.billed.lines_for(by.tenant_id, each)
        setups = int(any(line.item is Item.SETUP_FEE for line in billed))
        again = replace(by, setup_count=setups, timelines=())
        _, priced = await price_what_can_be(desk, each, again, as_of_time)
        missing += priced.missing
        lines += adjustments(each, priced.lines, billed) if not priced.missing else ()
        covered.append(each)
    unchanged = (each for each in earlier if each not in covered)
    return _Earlier(tuple(lines), tuple(missing), tuple(sorted((*covered, *unchanged))))


async def _changed(
    desk: Desk, tenant_id: str, months: Sequence[Month], heads: Sequence[Head]
) -> list[Month]:
    """Gives the months that changed after they were last billed, in order."""
    if not months:
        return []
    last = {each: _last_billed(each, heads) for each in months}
    changes: dict[date, datetime] = {}
    for user in (await desk.directory.tree()).below(tenant_id):
        for span in _spans(min(months).first_date, max(months).end_date):
            found = await desk.usage.changes(user, span, min(last.values()))
            for day, stored_time in found.items():
                changes[day] = max(stored_time, changes.get(day, stored_time))
    latest: dict[Month, datetime] = {}
    for day, stored_time in changes.items():
        of = Month.of(day, months[0].anchor_day)
        latest[of] = max(stored_time, latest.get(of, stored_time))
    return sorted(each for each in months if each in latest and latest[each] >= last[each])


def _last_billed(month: Month, heads: Sequence[Head]) -> datetime:
    """Gives the instant before which everything stored for a month has been billed."""
    return max(
        head.as_of_time for head in heads if head.month == month or month in head.covered_months
    )


def _spans(start: date, end: date) -> Iterator[Span]:
    while start < end:
        cut = min(start + timedelta(days=_SPAN_DAYS_MAX), end)
        yield Span(start, cut)
        start = cut


def _history(bills: Sequence[Bill], currency_code: str) -> list[Money]:
    return [
        usual_amount(bill.lines, currency_code)
        for bill in bills
        if bill.total.currency_code == currency_code
    ]


def _unrated(missing: Sequence[PriceMissing]) -> Iterator[Parked]:
    for refusal in missing:
        yield Parked(ParkReason.PRICE_MISSING, str(refusal))


def _mismatches(months: Sequence[Month]) -> Iterator[Parked]:
    for month in months:
        message = f"The ledger does not have the invoice of {month} with its total."
        yield Parked(ParkReason.LEDGER_MISMATCH, message)


def _loss(payees: Payees, quantities: MonthQuantities, priced: Priced) -> Iterator[Parked]:
    """Tells of a loss as far as costs are known: what is not known is told by the margins."""
    charge = Bill.of(priced.lines, quantities.as_of_time).subtotal
    try:
        costs = costs_of(payees, quantities, charge.currency_code)
    except (CostMissing, CurrencyMismatch):
        return
    zero = Money.zero(charge.currency_code)
    yield from of_loss(charge, sum((cost.amount for cost in costs.values()), zero))
