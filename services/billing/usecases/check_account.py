"""Tells what an account lets through, and does what follows from how its wallet stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from services.billing.domain.discounts import DiscountCurrencyDiffers
from services.billing.domain.dues import PriceMissing
from services.billing.domain.gate import Gate, GateReason, GateState, as_below, strictest
from services.billing.domain.ledger import ON_ACCOUNT
from services.billing.domain.month import Month
from services.billing.domain.taxes import TaxPlaceMissing, TaxRateMissing
from services.billing.domain.wallet import Mode, Position, WalletTerms, gate_of
from services.billing.partners.directory import Entry
from services.billing.partners.notices import Letter
from services.billing.usecases import Desk
from services.billing.usecases.account_letters import add_letter
from services.billing.usecases.settle import begin_charge
from services.billing.usecases.wallet_position import balance_of, position_of, standing_of
from services.kit.errors import Unavailable
from services.kit.money import CurrencyMismatch

# Why an account may not be worked out.
UNKNOWN = (
    PriceMissing,
    CurrencyMismatch,
    DiscountCurrencyDiffers,
    TaxPlaceMissing,
    TaxRateMissing,
    Unavailable,
)


# These have their own cause, and end with it.
_NOT_OF_FUNDS = (GateReason.PAYMENT_OVERDUE, GateReason.SERVICE_ON_HOLD)


@dataclass(frozen=True, slots=True)
class _Chain:
    """What is above an account and what is live below it."""

    gates: tuple[Gate, ...]
    live_call_count: int


@dataclass(frozen=True, slots=True)
class Checked:
    """What an account lets through; without terms there is no position.

    `kept` is the gate as it was last worked out, with the live calls that were told then.
    """

    gate: Gate
    kept: tuple[Gate, int]
    terms: WalletTerms | None = None
    position: Position | None = None


async def check_account(desk: Desk, tenant_id: str, live_call_count: int) -> Checked:
    """Works out the gate and keeps it; fills the wallet up and tells the client, if agreed.

    An account that cannot be worked out is shut if it is prepaid, else as it was. Refuses with
    RESOURCE_NOT_FOUND if there is no such tenant.
    """
    entry = await desk.directory.get(tenant_id)
    looked = await look_at_account(desk, entry, live_call_count)
    if (looked.gate, live_call_count) != looked.kept:
        async with desk.db.transaction(tenant_id) as store:
            await store.lock_account(tenant_id)
            await store.wallets.set_gate(tenant_id, looked.gate, live_call_count)
    if looked.terms is not None and looked.position is not None:
        await _follow_up(desk, entry, looked.terms, looked.position)
    return looked


async def look_at_account(desk: Desk, entry: Entry, live_call_count: int | None = None) -> Checked:
    """Works out the gate and changes nothing; with the live calls last told of if None.

    What lets least through counts, of the account's own and of the gates of all sellers above it.
    """
    chain = await _chain(desk, entry.tenant_id)
    async with desk.db.read(entry.tenant_id) as store:
        before, told = kept = await store.wallets.gate_of(entry.tenant_id)
        overdue = (await store.dunning.case_of(entry.tenant_id)).gate(_today(desk, entry))
        terms = await store.wallets.terms_of(entry.tenant_id)
        others = [overdue, *chain.gates]
        if terms is None:
            return Checked(strictest(others), kept)
        live = told if live_call_count is None else live_call_count
        standing = await standing_of(store, terms, live + chain.live_call_count)
    try:
        position = await position_of(desk, entry, standing)
    except UNKNOWN:
        return Checked(strictest([_unknown(terms, before), *others]), kept, terms)
    return Checked(strictest([gate_of(terms, position), *others]), kept, terms, position)


async def _chain(desk: Desk, tenant_id: str) -> _Chain:
    """Reads what others were last told: asked of often enough to be as good as now."""
    above = [each.tenant_id for each in await desk.directory.sellers_above(tenant_id)]
    below = (await desk.directory.tree()).below(tenant_id)[1:]
    if len(above) < 2 and not below:
        # Most clients: the operator has no gate.
        return _Chain((), 0)
    # In the operator's role, because the rows are the sellers' and the clients'.
    async with desk.db.operator_read() as store:
        gates = [(await store.wallets.gate_of(each))[0] for each in above]
        live_call_count = await store.wallets.live_calls_of(below)
    return _Chain(tuple(map(as_below, gates)), live_call_count)


def _unknown(terms: WalletTerms, before: Gate) -> Gate:
    if terms.mode is Mode.PREPAID:
        return Gate(GateState.OUTBOUND_BLOCKED, GateReason.CHARGE_UNKNOWN)
    return Gate() if before.reason in _NOT_OF_FUNDS else before


def _today(desk: Desk, entry: Entry) -> date:
    return desk.clock.now().astimezone(ZoneInfo(entry.time_zone)).date()


async def _follow_up(desk: Desk, entry: Entry, terms: WalletTerms, position: Position) -> None:
    if terms.top_up is not None and position.is_below(terms.top_up.below, terms):
        await _fill_up(desk, entry, terms, position)
    if terms.alert_below is not None and position.is_below(terms.alert_below, terms):
        month = Month.current(desk.clock.now(), entry.time_zone, entry.billing_anchor_day)
        async with desk.db.transaction(entry.tenant_id) as store:
            if await store.wallets.note_alert(entry.tenant_id, "LOW", month):
                await add_letter(store, _spending(terms, position, month))


async def _fill_up(desk: Desk, entry: Entry, terms: WalletTerms, position: Position) -> None:
    """Once at a time, and only while there is a card on file."""
    tenant_id = entry.tenant_id
    assert terms.top_up is not None, "nobody asked for it"
    async with desk.db.transaction(tenant_id) as store:
        await store.lock_account(tenant_id)
        if await store.payments.find_pending(tenant_id, ON_ACCOUNT) is not None:
            return
        if await store.cards.on_file(tenant_id) is None:
            return
        # Money came during the look, from this card perhaps: the next look tells what is missing.
        if await balance_of(store, terms) != position.balance:
            return
        client = (tenant_id, entry.seller_id)
        await begin_charge(store, client, terms.top_up.amount, is_automatic=True)
    desk.payments_came.set()


def _spending(terms: WalletTerms, position: Position, month: Month) -> Letter:
    threshold = terms.alert_below
    assert threshold is not None, "nobody asked to be told"
    return Letter(
        tenant_id=terms.tenant_id,
        notice_id=f"spending-low.{month}",
        kind="SPENDING",
        values={"threshold": str(threshold), "spent": str(position.spent_this_month)},
    )
