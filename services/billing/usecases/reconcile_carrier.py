"""Holds a carrier's bill against the calls that were measured."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import TypeVar

from google.protobuf.message import Message

from services.billing.domain.call_class import CallClass
from services.billing.domain.item import Item
from services.billing.domain.loss_findings import cost_price
from services.billing.domain.matching import Outcome, OwnCall, Pair, match
from services.billing.domain.payees import CallTerms, Payees, missing_cost
from services.billing.domain.reconciliation import (
    CALLS_MAX,
    OWN_CALLS_MAX,
    Reconciliation,
    ReconciliationDone,
    ReconciliationTooLarge,
    Standing,
    check_reconciliation,
    normal_number,
    read_calls,
    totals_of,
)
from services.billing.partners.call_feed import RouteCall
from services.billing.store import BillingStore
from services.billing.usecases import Desk
from services.billing.usecases.once import Once
from services.billing.usecases.payees_of import payees_of
from services.kit.errors import AlreadyExists, InvalidRequest, NotFound
from services.kit.money import CurrencyMismatch

M = TypeVar("M", bound=Message)


async def create_reconciliation(desk: Desk, new: Reconciliation, once: Once[Standing, M]) -> M:
    """Begins a reconciliation; refuses with RESOURCE_ALREADY_EXISTS."""
    check_reconciliation(new)
    async with desk.db.operator_transaction() as store:
        if (earlier := await once.earlier(store.requests)) is not None:
            return earlier
        await store.lock_costs()
        if not await store.reconciliations.add(new):
            name = f"carrierReconciliations/{new.reconciliation_id}"
            raise AlreadyExists("There is such a reconciliation already.", resource=name)
        return await once.keep(store, await existing(store, new.reconciliation_id))


async def add_carrier_calls(
    desk: Desk, reconciliation_id: str, part: int, content: bytes, once: Once[Standing, M]
) -> M:
    """Adds a part of the bill, once.

    Refuses with CARRIER_CALLS_UNREADABLE, RECONCILIATION_DONE, and RESOURCE_ALREADY_EXISTS if
    other calls were added under the part's number.
    """
    async with desk.db.operator_read() as store:
        of = (await existing(store, reconciliation_id)).reconciliation
    calls = await asyncio.to_thread(read_calls, content, of, part)
    digest = hashlib.sha256(content).digest()
    async with desk.db.operator_transaction() as store:
        if (earlier := await once.earlier(store.requests)) is not None:
            return earlier
        await store.lock_reconciliation(reconciliation_id)
        standing = await existing(store, reconciliation_id)
        there = await store.reconciliations.digest(reconciliation_id, part)
        if there is None:
            if standing.totals:
                raise _done(reconciliation_id)
            if standing.call_count + len(calls) > CALLS_MAX:
                raise InvalidRequest.at("csv", f"Must be at most {CALLS_MAX} calls in all parts.")
            await store.reconciliations.add_part(reconciliation_id, part, digest, calls)
        elif there != digest:
            raise AlreadyExists(
                "There are other calls under this part's number.",
                resource=f"carrierReconciliations/{reconciliation_id}",
                part=part,
            )
        return await once.keep(store, await existing(store, reconciliation_id))


async def reconcile_carrier(desk: Desk, reconciliation_id: str, once: Once[Standing, M]) -> M:
    """Matches the bill with our calls, once and for good; refuses with COST_MISSING."""
    async with desk.db.operator_read() as store:
        standing = await existing(store, reconciliation_id)
        if standing.totals:
            return once.answer(standing)
        theirs = await store.reconciliations.calls(reconciliation_id)
        payees = await payees_of(store)
        routes: dict[str, list[str]] = {}
        for each in await store.route_carriers.all():
            if each.carrier == standing.reconciliation.carrier and each.tenant_id:
                routes.setdefault(each.tenant_id, []).append(each.route)
    of = standing.reconciliation
    ours = await _own_calls(desk, of, payees, routes)
    pairs = await asyncio.to_thread(lambda: list(match(theirs, ours, of.tolerance)))
    kept = [pair for pair in pairs if not _is_beyond(pair, of)]
    async with desk.db.operator_transaction() as store:
        if (earlier := await once.earlier(store.requests)) is not None:
            return earlier
        await store.lock_reconciliation(reconciliation_id)
        now = await existing(store, reconciliation_id)
        if now.call_count != standing.call_count:
            raise ReconciliationDone("Calls were added meanwhile: reconcile again.")
        if not now.totals:
            disputed = [pair for pair in kept if pair.outcome is not Outcome.MATCHED]
            await store.reconciliations.finish(reconciliation_id, totals_of(kept), disputed)
        return await once.keep(store, await existing(store, reconciliation_id))


async def existing(store: BillingStore, reconciliation_id: str) -> Standing:
    """Gives a reconciliation; refuses with RESOURCE_NOT_FOUND."""
    found = await store.reconciliations.find(reconciliation_id)
    if found is None:
        raise NotFound(resource=f"carrierReconciliations/{reconciliation_id}")
    return found


async def _own_calls(
    desk: Desk, of: Reconciliation, payees: Payees, routes: Mapping[str, list[str]]
) -> list[OwnCall]:
    """Gives our calls by the carrier, with what its book says that they cost.

    From as much earlier and later as starts may be apart, so that no call at the border seems to
    be the carrier's alone.
    """
    margin = timedelta(seconds=of.start_tolerance_seconds)
    terms: dict[tuple[str, CallClass, date], CallTerms | None] = {}
    found: list[OwnCall] = []
    for tenant_id, its_routes in sorted(routes.items()):
        feed = desk.usage.feed.route_calls(
            tenant_id, its_routes, of.start_time - margin, of.end_time + margin
        )
        async for call in feed:
            key = call.route, CallClass(call.direction, call.zone), call.local_date
            if key not in terms:
                terms[key] = payees.call_terms(*key)
            found.append(_priced(call, terms[key], of))
            if len(found) > OWN_CALLS_MAX:
                told = f"There are more than {OWN_CALLS_MAX} calls of ours. Take a shorter span."
                raise ReconciliationTooLarge(told, most=OWN_CALLS_MAX)
    return found


def _priced(call: RouteCall, paid: CallTerms | None, of: Reconciliation) -> OwnCall:
    if paid is None:
        where = {"route": call.route, "direction": call.direction, "zone": call.zone}
        raise missing_cost(Item.MINUTES, call.local_date, **where)
    if paid.currency_code != of.currency_code:
        raise CurrencyMismatch(
            "The cost is in another currency than the bill.",
            left=paid.currency_code,
            right=of.currency_code,
        )
    price, seconds = cost_price(paid), call.billable_seconds
    cost: Fraction = price.of(seconds)
    number = normal_number(call.called_number)
    return OwnCall(number, call.start_time, seconds, price.billed_seconds(seconds), cost)


def _is_beyond(pair: Pair, of: Reconciliation) -> bool:
    """Tells whether a call of ours is of another bill, and was there only to be found."""
    if pair.theirs is not None or pair.ours is None:
        return False
    return not of.start_time <= pair.ours.start_time < of.end_time


def _done(reconciliation_id: str) -> ReconciliationDone:
    name = f"carrierReconciliations/{reconciliation_id}"
    return ReconciliationDone("It has been reconciled; begin another one.", reconciliation=name)
