"""Reconciliations: a carrier's bill over a span of time, and what became of its calls."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.billing.domain import amounts
from services.billing.domain.entry_rules import of_currency
from services.billing.domain.matching import CarrierCall, Outcome, Pair, Tolerance
from services.billing.domain.separated_text import BadRow, Row, Unreadable, read_rows
from services.kit.errors import FieldViolation, InvalidRequest, Kind, Refusal

CALLS_MAX: Final = 300_000
OWN_CALLS_MAX: Final = 600_000
# In base64 it fits into the megabyte that the edge lets in.
BYTES_MAX: Final = 750_000
_LONGEST: Final = timedelta(days=32)
_START_TOLERANCE_MAX: Final = 3600
_DURATION_TOLERANCE_MAX: Final = 60
_SHOWN_DECIMALS: Final = 9
_TOLD_MAX: Final = 20
_SECONDS_MAX: Final = 7 * 86_400

HEADINGS: Final = {
    "NUMBER": ("number", "called number", "destination", "dnis", "to", "called", "dialed number"),
    "START": ("start", "start time", "call date", "date", "datetime", "connect time", "time"),
    "SECONDS": ("seconds", "duration", "billed seconds", "billable seconds", "billsec", "bill sec"),
    "AMOUNT": ("amount", "cost", "charge", "price", "total"),
}
_ID: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)


class ReconciliationDone(Refusal):
    """What was reconciled stays as it is."""

    kind = Kind.FAILED_PRECONDITION
    reason = "RECONCILIATION_DONE"


class CarrierCallsUnreadable(Refusal):
    """A part of a bill has rows that can't be read; nothing of it is taken."""

    kind = Kind.INVALID_ARGUMENT
    reason = "CARRIER_CALLS_UNREADABLE"


class ReconciliationTooLarge(Refusal):
    """There are more calls of ours than can be matched at once."""

    kind = Kind.FAILED_PRECONDITION
    reason = "RECONCILIATION_TOO_LARGE"


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """A carrier's bill of calls that started from the start to before the end."""

    reconciliation_id: str
    carrier: str
    start_time: datetime
    end_time: datetime
    currency_code: str
    time_zone: str
    start_tolerance_seconds: int
    duration_tolerance_seconds: int
    create_time: datetime

    @property
    def tolerance(self) -> Tolerance:
        """How far apart two records of one call may be."""
        return Tolerance(
            timedelta(seconds=self.start_tolerance_seconds), self.duration_tolerance_seconds
        )


@dataclass(frozen=True, slots=True)
class OutcomeTotal:
    """The calls of one outcome: what the carrier asks, and what they cost by our books."""

    outcome: Outcome
    call_count: int
    carrier_amount: Decimal
    own_amount: Decimal

    @property
    def at_stake(self) -> Decimal:
        """What is asked beyond what the calls cost; below zero in our favour."""
        return self.carrier_amount - self.own_amount


@dataclass(frozen=True, slots=True)
class Standing:
    """A reconciliation with how far it is; without totals it is open."""

    reconciliation: Reconciliation
    call_count: int
    carrier_amount: Decimal
    totals: tuple[OutcomeTotal, ...]


def check_reconciliation(new: Reconciliation) -> None:
    """Refuses what makes no sense, with every violation."""
    violations = list(_violations(new))
    if violations:
        raise InvalidRequest(violations)


def read_calls(content: bytes, of: Reconciliation, part: int) -> list[CarrierCall]:
    """Reads a part of the bill; refuses with CARRIER_CALLS_UNREADABLE, naming the first lines."""
    zone = ZoneInfo(of.time_zone)
    calls: list[CarrierCall] = []
    bad: list[BadRow] = []
    for row in read_rows(content, HEADINGS, "csv"):
        try:
            calls.append(_call(row, zone, part))
        except Unreadable as problem:
            bad.append(BadRow(row.line, str(problem)))
    if bad:
        told = "; ".join(f"line {each.line}: {each.problem}" for each in bad[:_TOLD_MAX])
        lines = ",".join(str(each.line) for each in bad[:_TOLD_MAX])
        raise CarrierCallsUnreadable(f"{len(bad)} rows: {told}", count=len(bad), lines=lines)
    return calls


def totals_of(pairs: Iterable[Pair]) -> tuple[OutcomeTotal, ...]:
    """Adds pairs up, one total for each outcome."""
    counts = dict.fromkeys(Outcome, 0)
    theirs = dict.fromkeys(Outcome, Decimal(0))
    ours = dict.fromkeys(Outcome, Fraction(0))
    for pair in pairs:
        counts[pair.outcome] += 1
        theirs[pair.outcome] += pair.theirs.amount if pair.theirs else 0
        ours[pair.outcome] += pair.ours.amount if pair.ours else 0
    return tuple(
        OutcomeTotal(
            outcome,
            counts[outcome],
            theirs[outcome],
            amounts.shown_decimal(ours[outcome], _SHOWN_DECIMALS),
        )
        for outcome in Outcome
    )


def dispute_rows(pairs: Iterable[Mapping[str, object]]) -> Iterator[list[str]]:
    """Gives the lines of the file that a carrier is sent, the headings first."""
    columns = (
        "outcome",
        "number",
        "carrier_start_time",
        "carrier_seconds",
        "carrier_amount",
        "carrier_line",
        "own_start_time",
        "own_seconds",
        "own_amount",
    )
    yield list(columns)
    for pair in pairs:
        yield [_text(pair[name]) for name in columns]


def normal_number(text: str) -> str:
    """Gives the digits of a number, without what stands before them internationally."""
    digits = re.sub(r"[^0-9]", "", text)
    digits = digits.removeprefix("011") if digits.startswith("011") else digits.removeprefix("00")
    # Ten digits are a North American number without its calling code.
    return f"1{digits}" if len(digits) == 10 and digits[0] not in "01" else digits


def _violations(new: Reconciliation) -> Iterator[FieldViolation]:
    where = "carrier_reconciliation"
    if not _ID.fullmatch(new.reconciliation_id):
        wanted = "Must be 1 to 63 lower-case letters, digits and hyphens."
        yield FieldViolation("carrier_reconciliation_id", wanted)
    yield from of_currency(where, new.currency_code)
    if not timedelta(0) < new.end_time - new.start_time <= _LONGEST:
        yield FieldViolation(f"{where}.end_time", "Must be after the start, at most 32 days.")
    try:
        ZoneInfo(new.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield FieldViolation(f"{where}.time_zone", "Must be the IANA name of a zone.")
    for name, most in (
        ("start_tolerance_seconds", _START_TOLERANCE_MAX),
        ("duration_tolerance_seconds", _DURATION_TOLERANCE_MAX),
    ):
        if not 0 <= getattr(new, name) <= most:
            yield FieldViolation(f"{where}.{name}", f"Must be 0 to {most}.")


def _call(row: Row, zone: ZoneInfo, part: int) -> CarrierCall:
    number = normal_number(row.text("NUMBER"))
    if not number or len(number) > 40:
        raise Unreadable("There is no number. Add it, or leave the row out.")
    seconds = row.whole("SECONDS", "The duration")
    amount = row.decimal("AMOUNT", "The amount")
    if seconds is None or amount is None:
        raise Unreadable("There is no duration or no amount. Add it, or leave the row out.")
    if seconds > _SECONDS_MAX:
        raise Unreadable("The duration is longer than a week. It must be in seconds.")
    return CarrierCall(
        number, _instant(row.text("START"), zone), seconds, amount, f"{part}:{row.line}"
    )


def _instant(text: str, zone: ZoneInfo) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Unreadable(f"Write the start {text!r} as 2026-03-04 05:06:07.") from error
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    return str(value)
