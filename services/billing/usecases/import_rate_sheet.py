"""Makes a carrier's cost book of the rate sheet that it sent, or tells what would come of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from typing import TypeVar

from google.protobuf.message import Message

from services.billing.domain.book_rules import check_cost_book, check_costs
from services.billing.domain.books import CostBook, PriceBook, in_force
from services.billing.domain.call_class import CallClass
from services.billing.domain.item import Item
from services.billing.domain.loss import USUAL_CALLS, price_that_keeps
from services.billing.domain.loss_findings import Finding, Supply, call_price, cost_price
from services.billing.domain.loss_policy import LossPolicy, check_findings
from services.billing.domain.quantities import CallKind
from services.billing.domain.rate_changes import CostChange, changes_of, with_unnamed
from services.billing.domain.rate_sheet import SheetOptions, book_of, read_sheet
from services.billing.domain.separated_text import BadRow
from services.billing.domain.unit_price import lowest_unit_price
from services.billing.usecases import Desk
from services.billing.usecases.create_cost_book import add_cost_book
from services.billing.usecases.hold_against_costs import (
    held,
    losses_by_new_costs,
    recent_calls,
    sold_by_others,
)
from services.billing.usecases.once import Once

M = TypeVar("M", bound=Message)

_PRICE_STEP = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done with a sheet; the margin is a share of the charge, None for no prices."""

    content: bytes
    options: SheetOptions
    keep_unnamed: bool
    keep_margin: Fraction | None
    validate_only: bool
    allow_loss: bool


@dataclass(frozen=True, slots=True)
class ProposedPrice:
    """The lowest price of a minute that keeps a margin, and the present lowest one."""

    tenant_id: str
    calls: CallClass
    unit_price: Fraction
    proposed: Decimal


@dataclass(frozen=True, slots=True)
class Import:
    """What a sheet came to; with bad rows there is no book and nothing else is told."""

    bad_rows: Sequence[BadRow]
    book: CostBook | None = None
    row_count: int = 0
    merged_zones: Sequence[str] = ()
    changes: Sequence[CostChange] = ()
    policy: LossPolicy | None = None
    findings: Sequence[Finding] = ()
    proposed: Sequence[ProposedPrice] = ()


async def import_rate_sheet(desk: Desk, order: Order, once: Once[Import, M]) -> M:
    """Reads a sheet and adds its book; refuses as a cost book is refused, and tells bad rows."""
    read = await _read(desk, order)
    if order.validate_only or read.book is None:
        return once.answer(read)
    async with desk.db.operator_transaction() as store:
        if (earlier := await once.earlier(store.requests)) is not None:
            return earlier
        if not order.allow_loss and read.policy is not None:
            check_findings(read.policy, read.findings)
        await add_cost_book(store, read.book)
        return await once.keep(store, read)


async def _read(desk: Desk, order: Order) -> Import:
    sheet = await asyncio.to_thread(read_sheet, order.content, order.options)
    if sheet.bad_rows:
        return Import(sheet.bad_rows)
    zones = await desk.usage.feed.zone_prefixes(sheet.prefixes)
    made = book_of(sheet, order.options, zones, desk.clock.now())
    if isinstance(made, list):
        return Import(made)
    book = made.book
    async with desk.db.operator_read() as store:
        others = await store.cost_books.all()
    own = [each for each in others if each.carrier == book.carrier]
    before = in_force(own, book.effective_date)
    if order.validate_only:
        # A preview against a book of the same day is of no use, so it is refused like the import.
        check_cost_book(book, others)
    if order.keep_unnamed:
        book = with_unnamed(book, before)
    check_costs(book, list(book.costs.items()), "cost_book.costs")
    policy, findings = await losses_by_new_costs(desk, book)
    changes = await asyncio.to_thread(lambda: list(changes_of(book, before)))
    proposed = await _proposed(desk, book, order.keep_margin)
    return Import(
        (), book, len(sheet.rates), made.merged_zones, changes, policy, findings, proposed
    )


async def _proposed(desk: Desk, book: CostBook, margin: Fraction | None) -> Sequence[ProposedPrice]:
    if margin is None:
        return ()
    others, tree = await sold_by_others(desk), await desk.directory.tree()
    async with desk.db.operator_read() as store:
        against = (await held(store)).with_book(book)
        clients = sorted(against.routes.keys() - {""} - others)
        books = await store.price_books.in_force_between(clients, desk.clock.now().date(), date.max)
    found: list[ProposedPrice] = []
    for tenant_id in clients:
        own = [each for each in books if each.tenant_id == tenant_id]
        supply = against.supply(tree.below(tenant_id))
        carriers = map(against.payees.carrier_of, supply.routes)
        prices = in_force(own, max(book.effective_date, desk.clock.now().date()))
        if prices is not None and book.carrier in carriers:
            calls = await recent_calls(desk, tenant_id)
            found += _of_tenant(prices, supply, calls, (book.effective_date, margin))
    return found


def _of_tenant(
    prices: PriceBook,
    supply: Supply,
    calls: Mapping[CallKind, int],
    kept: tuple[date, Fraction],
) -> list[ProposedPrice]:
    """Gives the prices that the dearest of a tenant's carriers makes necessary."""
    on, margin = kept
    found: list[ProposedPrice] = []
    for (item, calls_class), price in sorted(prices.prices.items(), key=lambda each: each[0]):
        lowest = lowest_unit_price(price)
        if item is not Item.MINUTES or lowest is None:
            continue
        charge = call_price(price, lowest)
        needed = lowest
        for way in _ways(calls_class, supply, on):
            durations = _durations(calls, way) or USUAL_CALLS
            for _, paid in supply.ways_to_pay(way, on):
                if paid is not None and paid.currency_code == prices.currency_code:
                    costs = cost_price(paid).of_all(durations)
                    needed = max(needed, price_that_keeps(charge, costs, durations, margin))
        if needed > lowest:
            proposed = _rounded_up(needed)
            found.append(ProposedPrice(prices.tenant_id, calls_class, lowest, proposed))
    return found


def _ways(calls_class: CallClass, supply: Supply, on: date) -> list[CallClass]:
    """Gives the directions and zones that a price of a class is for, as far as costs differ."""
    directions = [calls_class.direction] if calls_class.direction else ["OUTBOUND", "INBOUND"]
    zones = [calls_class.zone] if calls_class.zone else sorted(supply.zones(on))
    return [CallClass(direction, zone) for direction in directions for zone in zones]


def _durations(calls: Mapping[CallKind, int], way: CallClass) -> dict[int, int]:
    found: dict[int, int] = {}
    for kind, count in calls.items():
        if kind.seconds and kind.direction == way.direction and way.zone in ("", kind.zone):
            found[kind.seconds] = found.get(kind.seconds, 0) + count
    return found


def _rounded_up(price: Fraction) -> Decimal:
    units = -(-price.numerator * 10**6 // price.denominator)
    return Decimal(f"{units}E-6").quantize(_PRICE_STEP, ROUND_CEILING)
