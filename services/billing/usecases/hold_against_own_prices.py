"""Holds the prices that a seller sets its client against those that it pays itself."""

from __future__ import annotations

from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from services.billing.domain.books import PriceBook
from services.billing.domain.loss_findings import Finding
from services.billing.domain.loss_policy import Basis, LossPolicy, Mode
from services.billing.domain.own_prices import as_costs
from services.billing.domain.payees import Payees
from services.billing.partners.directory import Entry
from services.billing.usecases import Desk
from services.billing.usecases.hold_against_costs import Held, losses_of

# A seller is not to lose by the calls as they are; a short one alone may.
_POLICY: Final = LossPolicy(Mode.BLOCK, Basis.USUAL_CALLS)


async def losses_by_own_prices(
    desk: Desk, entry: Entry, book: PriceBook
) -> tuple[LossPolicy, list[Finding]]:
    """Gives what a book that is to be set would lose its seller, which is never let through.

    What the seller pays by tiers, packages or with units included is not held against: what one
    unit more comes to depends on all the others.
    """
    async with desk.db.operator_read() as store:
        own = await store.price_books.all_of(entry.seller_id)
    against = Held(Payees([as_costs(each) for each in own], {}), {}, _POLICY)
    since = max(book.effective_date, _today(desk, entry))
    return _POLICY, await losses_of(desk, against, [book], since, with_calls=False)


def _today(desk: Desk, entry: Entry) -> date:
    return desk.clock.now().astimezone(ZoneInfo(entry.time_zone)).date()
