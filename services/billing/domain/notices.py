"""Notice of price changes: when it is due, how long it runs, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from services.billing.domain.books import PriceBook, in_force
from services.billing.domain.month import Month
from services.billing.domain.price import Price
from services.billing.domain.rating.flat import Flat
from services.billing.domain.rating.graduated import Graduated
from services.billing.domain.rating.package import Package
from services.billing.domain.rating.per_unit import PerUnit
from services.billing.domain.rating.tariff import DurationTariff
from services.billing.domain.rating.tiers import Tier
from services.billing.domain.rating.volume import Volume
from services.kit.errors import InvalidRequest, Kind, Refusal

NOTICE_DAYS: Final = 30
NOTICE_DAYS_MAX: Final = 365
_REASON_LENGTH_MAX: Final = 500


class PriceNoticeTooShort(Refusal):
    """Prices of a client would change before the notice agreed with it is over."""

    kind = Kind.FAILED_PRECONDITION
    reason = "PRICE_NOTICE_TOO_SHORT"


class AcknowledgedByClientAlone(Refusal):
    """Somebody else than the client's own people wants to acknowledge for it."""

    kind = Kind.PERMISSION_DENIED
    reason = "ACKNOWLEDGED_BY_CLIENT_ALONE"


class EventKind(StrEnum):
    """What can become of a notice."""

    CREATED = "CREATED"
    WAIVED = "WAIVED"
    HANDED_OVER = "HANDED_OVER"
    MAILED = "MAILED"
    MAIL_FAILED = "MAIL_FAILED"
    SEEN = "SEEN"
    ACKNOWLEDGED = "ACKNOWLEDGED"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that became of a notice, once for each subject; it is never changed."""

    kind: EventKind
    subject: str
    detail: str
    event_time: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """That a tenant's prices change from one book to another on `effective_date`."""

    tenant_id: str
    effective_date: date
    previous_effective_date: date
    create_time: datetime
    acknowledge_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """How long notice is given to a tenant; `set_time` is None if nobody set it."""

    notice_days: int = NOTICE_DAYS
    set_by: str = ""
    set_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A new book, who makes it, and why notice is cut short, if it is."""

    book: PriceBook
    made_by: str
    waived_reason: str = ""


def checked_change(change: Change) -> Change:
    """Gives it back, or refuses a reason that is too long."""
    if len(change.waived_reason) > _REASON_LENGTH_MAX:
        raise InvalidRequest.at(
            "notice_waived_reason", f"Must have at most {_REASON_LENGTH_MAX} characters."
        )
    return change


def checked_days(days: int) -> int:
    """Gives it back, or refuses what is no number of days."""
    if not 0 <= days <= NOTICE_DAYS_MAX:
        raise InvalidRequest.at(
            "price_notice_terms.notice_days", f"Must be 0 to {NOTICE_DAYS_MAX}."
        )
    return days


def replaced_by(book: PriceBook, others: Sequence[PriceBook]) -> PriceBook | None:
    """Gives the book that a new one takes the place of; None if there were no prices before it."""
    return in_force(others, book.effective_date)


def is_early(book: PriceBook, today: date, notice_days: int) -> bool:
    """Tells whether a change comes before its notice is over."""
    return book.effective_date < today + timedelta(days=notice_days)


def too_short(book: PriceBook, today: date, notice_days: int) -> PriceNoticeTooShort:
    """Says from when on the prices can change."""
    earliest = (today + timedelta(days=notice_days)).isoformat()
    return PriceNoticeTooShort(
        f"The client has prices, and {notice_days} days' notice of new ones: from {earliest} on.",
        tenant=f"tenants/{book.tenant_id}",
        effective_date=book.effective_date.isoformat(),
        earliest_date=earliest,
        notice_days=notice_days,
    )


def only_lowers(book: PriceBook, previous: PriceBook, anchor_day: int = 1) -> bool:
    """Tells whether no month of any usage can cost more by a book than by the one before it.

    It must begin with a month of the tenant's: within one, pools, tiers and rounding are cut in
    two, and equal prices can come to more.
    """
    on = book.effective_date
    return (
        on == Month(on.year, on.month, anchor_day).first_date
        and book.currency_code == previous.currency_code
        and book.prices.keys() == previous.prices.keys()
        and all(_lowers(price, previous.prices[key]) for key, price in book.prices.items())
    )


def _lowers(new: Price, old: Price) -> bool:
    # By volume, fewer units left can come to more: they can fall into a dearer tier.
    is_volume = isinstance(old.model, Volume)
    return (
        _tariff_lowers(new.duration_tariff, old.duration_tariff)
        and (
            new.included_quantity == old.included_quantity
            if is_volume
            else new.included_quantity >= old.included_quantity
        )
        and new.minimum_amount <= old.minimum_amount
        and _model_lowers(new, old)
    )


def _tariff_lowers(new: DurationTariff | None, old: DurationTariff | None) -> bool:
    if new is None or old is None:
        return new is old
    return new.connect_fee <= old.connect_fee and (replace(new, connect_fee=old.connect_fee) == old)


def _model_lowers(new: Price, old: Price) -> bool:
    match new.model, old.model:
        case PerUnit(price), PerUnit(before):
            return price <= before
        case Flat(price), Flat(before):
            return price <= before
        case Package(size, price), Package(size_before, before):
            return size == size_before and price <= before
        case (Graduated(tiers), Graduated(before_tiers)) | (Volume(tiers), Volume(before_tiers)):
            return _tiers_lower(tiers, before_tiers)
    return False


def _tiers_lower(new: Sequence[Tier], old: Sequence[Tier]) -> bool:
    return [tier.up_to_quantity for tier in new] == [tier.up_to_quantity for tier in old] and all(
        after.unit_price <= before.unit_price for after, before in zip(new, old, strict=True)
    )
