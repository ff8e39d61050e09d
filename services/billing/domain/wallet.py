"""Wallets: what a client may still spend, and whether it may go on dialing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING
from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import assert_never

from services.billing.domain.amounts import rounded
from services.billing.domain.gate import Gate, GateReason, GateState
from services.billing.domain.price import Price
from services.billing.domain.rating.flat import Flat
from services.billing.domain.rating.graduated import Graduated
from services.billing.domain.rating.package import Package
from services.billing.domain.rating.per_unit import PerUnit
from services.billing.domain.rating.volume import Volume
from services.kit.errors import FieldViolation, InvalidRequest
from services.kit.money import Money, minor_units

RESERVE_SECONDS_MAX = 3600


class Mode(StrEnum):
    """Whether a client pays before or after it has used something."""

    PREPAID = "PREPAID"
    POSTPAID = "POSTPAID"


@dataclass(frozen=True, slots=True)
class TopUp:
    """The card on file is charged with `amount` when less than `below` is left."""

    below: Money
    amount: Money


@dataclass(frozen=True, slots=True)
class WalletTerms:
    """What was agreed with a client; all amounts are of one currency, None is without limit.

    For each live call the price of `reserve_seconds` is set aside. Prepaid is a credit limit of
    nothing.
    """

    tenant_id: str
    mode: Mode
    currency_code: str
    credit_limit: Money | None = None
    daily_cap: Money | None = None
    monthly_cap: Money | None = None
    alert_below: Money | None = None
    top_up: TopUp | None = None
    reserve_seconds: int = 60

    @property
    def credit(self) -> Money | None:
        """How far below nothing the client may go; None without limit."""
        if self.mode is Mode.PREPAID:
            return Money.zero(self.currency_code)
        return self.credit_limit


@dataclass(frozen=True, slots=True)
class Position:
    """How a wallet stands.

    `balance` is what is paid ahead, below zero what is due; `unbilled` what was used and is on no
    invoice yet; `reserved` what live calls may come to.
    """

    balance: Money
    unbilled: Money
    reserved: Money
    spent_today: Money
    spent_this_month: Money

    def available(self, terms: WalletTerms) -> Money | None:
        """Gives what may still be spent; None without limit."""
        if terms.credit is None:
            return None
        return terms.credit + self.balance - self.unbilled - self.reserved

    def is_below(self, floor: Money, terms: WalletTerms) -> bool:
        """Tells whether less than that may still be spent."""
        available = self.available(terms)
        return available is not None and available < floor


def gate_of(terms: WalletTerms, position: Position) -> Gate:
    """Tells whether the client may go on dialing out."""
    available = position.available(terms)
    zero = Money.zero(terms.currency_code)
    if available is not None and available <= zero:
        return Gate(GateState.OUTBOUND_BLOCKED, GateReason.FUNDS_EXHAUSTED)
    if terms.daily_cap is not None and position.spent_today >= terms.daily_cap:
        return Gate(GateState.OUTBOUND_BLOCKED, GateReason.DAILY_CAP_REACHED)
    if terms.monthly_cap is not None and position.spent_this_month >= terms.monthly_cap:
        return Gate(GateState.OUTBOUND_BLOCKED, GateReason.MONTHLY_CAP_REACHED)
    return Gate()


def reserved(prices: Iterable[Price], live_calls: int, seconds: int, currency_code: str) -> Money:
    """Gives what to set aside for live calls, by the dearest of the prices of minutes."""
    most = max((most_of_a_call(price, seconds) for price in prices), default=Fraction(0))
    return rounded(most * live_calls, currency_code, ROUND_CEILING)


def overshoot_bound(
    price: Price, call_cap: int, window_seconds: int, longest_call_seconds: int
) -> Fraction:
    """Gives the most that can be spent beyond what was available when dialing was last allowed.

    `window_seconds` lie between that and the moment from which no call is begun, with the time
    that calls take to be counted. At its beginning and at its end at most `call_cap` calls are up,
    none of which lasts longer than the longest call. Those that began and ended within it filled
    its lines at most, and cost at most what a second of the dearest length of a call does.
    """
    lengths = range(1, longest_call_seconds + 1)
    dearest_second = max(most_of_a_call(price, seconds) / seconds for seconds in lengths)
    up = 2 * call_cap * most_of_a_call(price, longest_call_seconds)
    return up + dearest_second * call_cap * window_seconds


def most_of_a_call(price: Price, seconds: int) -> Fraction:
    """Gives the most that one more call of `seconds` can come to, whatever was used before."""
    tariff = price.duration_tariff
    if tariff is None:
        return Fraction(0)
    minutes = Fraction(tariff.round_up(tariff.counted(seconds)), 60)
    return _dearest(price, minutes) + Fraction(tariff.connect_fee)


def checked(terms: WalletTerms) -> WalletTerms:
    """Gives the terms; refuses with INVALID_REQUEST all that is wrong with them.

    Refuses with UNKNOWN_CURRENCY too.
    """
    minor_units(terms.currency_code)
    violations = list(_violations(terms))
    if violations:
        raise InvalidRequest(violations)
    return terms


def _dearest(price: Price, minutes: Fraction) -> Fraction:
    match price.model:
        case PerUnit(unit_price):
            return Fraction(unit_price) * minutes
        case Graduated(tiers) | Volume(tiers):
            return max(Fraction(tier.unit_price) for tier in tiers) * minutes
        case Package(size, amount):
            return Fraction(amount) * ceil(minutes / Fraction(size))
        case Flat():
            return Fraction(0)
    assert_never(price.model)


def _violations(terms: WalletTerms) -> Iterator[FieldViolation]:
    top_up = terms.top_up
    amounts = {
        "credit_limit": terms.credit_limit,
        "daily_cap": terms.daily_cap,
        "monthly_cap": terms.monthly_cap,
        "alert_below": terms.alert_below,
        "top_up.below": top_up.below if top_up else None,
        "top_up.amount": top_up.amount if top_up else None,
    }
    for name, amount in amounts.items():
        if amount is None:
            continue
        if amount.currency_code != terms.currency_code:
            yield FieldViolation(f"wallet_terms.{name}", f"Must be in {terms.currency_code}.")
        elif amount.amount < 0:
            yield FieldViolation(f"wallet_terms.{name}", "Must not be negative.")
    if terms.mode is Mode.PREPAID and terms.credit_limit is not None:
        yield FieldViolation("wallet_terms.credit_limit", "Must be unset for PREPAID.")
    if top_up is not None and not top_up.amount.amount:
        yield FieldViolation("wallet_terms.top_up.amount", "Must be more than nothing.")
    if not 0 <= terms.reserve_seconds <= RESERVE_SECONDS_MAX:
        yield FieldViolation(
            "wallet_terms.reserve_seconds", f"Must be 0 to {RESERVE_SECONDS_MAX:,}."
        )
