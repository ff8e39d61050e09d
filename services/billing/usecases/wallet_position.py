"""Works out how a wallet stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from services.billing.domain.books import PriceBook, in_force
from services.billing.domain.discounts import Discount
from services.billing.domain.invoice import Bill
from services.billing.domain.item import Item
from services.billing.domain.month import Month
from services.billing.domain.wallet import Position, WalletTerms, reserved
from services.billing.partners.directory import Entry
from services.billing.store import BillingStore
from services.billing.usecases import Desk
from services.billing.usecases.price_month import Pricing, price_month
from services.billing.usecases.tax_month import taxes_on
from services.kit.money import Money

# Older months are invoiced, or wait parked for somebody who looks at them.
_OPEN_MONTHS_MAX = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """What the store knows of a wallet, read at one moment."""

    terms: WalletTerms
    books: Sequence[PriceBook]
    discounts: Sequence[Discount]
    invoiced: frozenset[Month]
    balance: Money
    live_call_count: int


async def standing_of(store: BillingStore, terms: WalletTerms, live_call_count: int) -> Standing:
    """Reads what the store knows."""
    tenant_id = terms.tenant_id
    return Standing(
        terms=terms,
        books=await store.price_books.all_of(tenant_id),
        discounts=await store.discounts.all_of(tenant_id),
        invoiced=frozenset(head.month for head in await store.billed.heads(tenant_id)),
        balance=await balance_of(store, terms),
        live_call_count=live_call_count,
    )


async def balance_of(store: BillingStore, terms: WalletTerms) -> Money:
    """Gives what has been paid less what has been invoiced."""
    receivables = await store.ledger.receivables(terms.tenant_id, terms.currency_code)
    zero = Money.zero(terms.currency_code)
    return zero - sum(receivables.values(), zero)


async def position_of(desk: Desk, entry: Entry, standing: Standing) -> Position:
    """Gives how the wallet stands; outside of any transaction, because it asks a partner.

    Refuses with PRICE_MISSING if something used has no price, with TEMPORARILY_UNAVAILABLE if
    nobody tells what was used, with CURRENCY_MISMATCH, and as taxes and discounts do.
    """
    terms = standing.terms
    now = desk.clock.now()
    zero = Money.zero(terms.currency_code)
    time_zone = entry.time_zone
    current = Month.current(now, time_zone, entry.billing_anchor_day)
    unbilled, this_month, today = zero, zero, zero
    months = _open_months(current, standing)
    for month in months:
        # The first month that is invoiced bears the set-up.
        is_first = not standing.invoiced and month == months[-1]
        by = Pricing(
            terms.tenant_id,
            standing.books,
            setup_count=int(is_first),
            discounts=standing.discounts,
            taxes=await taxes_on(desk, entry, month),
        )
        total = _total(await price_month(desk, month, by), terms)
        unbilled += total
        if month == current:
            this_month = total
            if terms.daily_cap is not None:
                today = total - await _total_at_midnight(desk, month, by, time_zone, terms)
    day = now.astimezone(ZoneInfo(time_zone)).date()
    return Position(
        balance=standing.balance,
        unbilled=unbilled,
        reserved=_reserved(standing, in_force(standing.books, day)),
        spent_today=today,
        spent_this_month=this_month,
    )


def _open_months(current: Month, standing: Standing) -> list[Month]:
    """Gives the months up to now that have prices and no invoice."""
    if not standing.books:
        return []
    first = min(book.effective_date for book in standing.books)
    months, month = [], current
    for _ in range(_OPEN_MONTHS_MAX):
        if month.end_date <= first or month in standing.invoiced:
            break
        months.append(month)
        month = month.previous
    return months


async def _total_at_midnight(
    desk: Desk, month: Month, by: Pricing, time_zone: str, terms: WalletTerms
) -> Money:
    local = desk.clock.now().astimezone(ZoneInfo(time_zone))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return _total(await price_month(desk, month, by, midnight), terms)


def _total(bill: Bill, terms: WalletTerms) -> Money:
    # A month without lines is nothing, in whatever currency.
    return bill.total if bill.lines else Money.zero(terms.currency_code)


def _reserved(standing: Standing, book: PriceBook | None) -> Money:
    terms = standing.terms
    entries = book.prices.items() if book else ()
    prices = [price for (item, _), price in entries if item is Item.MINUTES]
    return reserved(prices, standing.live_call_count, terms.reserve_seconds, terms.currency_code)
