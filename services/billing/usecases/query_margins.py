"""Splits charges and costs, of one client or of all."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.billing.domain.dues import PriceMissing
from services.billing.domain.margin_cells import Cell, Cells, split
from services.billing.domain.month import Month
from services.billing.usecases import Desk
from services.billing.usecases.tell_chain import is_sold_to_by_operator
from services.billing.usecases.tell_margins import Told, tell_accounts
from services.kit.errors import InvalidRequest, NotFound
from services.kit.money import CurrencyMismatch, Money

_ASKED_MAX = 5000


@dataclass(frozen=True, slots=True)
class Problem:
    """A client's month that is in no figure, and why."""

    tenant_id: str
    month: Month
    reason: str


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Charges and costs by the groups asked for; None in place of sums if nothing can be told."""

    rows: Mapping[tuple[object, ...], Cell]
    sums: tuple[Money, Money] | None
    problems: Sequence[Problem]


async def query_margins(
    desk: Desk, tenant_id: str, months: Sequence[Month], groups: Sequence[str]
) -> Breakdown:
    """Gives what months came to, split by the names of places; all clients if no tenant is named.

    A month before a client's first prices is left out. Refuses with RESOURCE_NOT_FOUND if there
    is no such client of the operator, and with INVALID_REQUEST if that is too much at once.
    """
    if tenant_id:
        entries = [await desk.directory.get(tenant_id)]
        if not await is_sold_to_by_operator(desk, entries[0]):
            raise NotFound(resource=f"tenants/{tenant_id}")
    else:
        entries = await desk.directory.operators_clients()
    async with desk.db.operator_read() as store:
        sold = {month: await store.price_books.tenants_before(month.end_date) for month in months}
    asked = [
        (entry, month)
        for month in months
        for entry in entries
        if entry.tenant_id in sold[month] and entry.is_served_in(month)
    ]
    if len(asked) > _ASKED_MAX:
        wanted = f"Ask for fewer months: {_ASKED_MAX} months of single clients at once."
        raise InvalidRequest.at("end_month", wanted)
    by_day = "day" in groups
    accounts = await tell_accounts(desk, asked, by_day=by_day)
    # Thousands of kinds of calls each: others are not to wait for that.
    return await asyncio.to_thread(_broken_down, accounts, groups, by_day)


def _broken_down(accounts: Sequence[Told], groups: Sequence[str], by_day: bool) -> Breakdown:
    found: list[Cells] = []
    problems: list[Problem] = []
    for told in accounts:
        reason = told.problem
        if told.account is not None:
            try:
                cells = told.account.cells(by_day)
            except PriceMissing as refusal:
                reason = refusal.reason
            else:
                if not found or cells.charge.currency_code == found[0].charge.currency_code:
                    found.append(cells)
                    continue
                reason = CurrencyMismatch.reason
        problems.append(Problem(told.entry.tenant_id, told.month, reason))
    if not found:
        return Breakdown({}, None, problems)
    zero = Money.zero(found[0].charge.currency_code)
    charge = sum((cells.charge for cells in found), zero)
    cost = sum((cells.cost for cells in found), zero)
    return Breakdown(split(found, groups), (charge, cost), problems)
