"""Reports: what the dialer noted, summed up in a tenant's own names."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from services.kit.errors import InvalidRequest

DAYS_MAX: Final = 31
_FIRST_YEAR, _LAST_YEAR = 2000, 2199
OTHERS: Final = "Others"
# Local hours begin at a quarter of some hour everywhere.
QUARTER_SECONDS: Final = 900
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,5}")
_DISPOSITIONS: Final = {
    "A": "Answering machine", "AA": "Answering machine", "AB": "Busy", "ADC": "Disconnected",
    "AFTHRS": "After hours", "AM": "Answering machine", "B": "Busy", "CALLBK": "Call back",
    "CBHOLD": "Call back", "DC": "Disconnected", "DNC": "Do not call", "DNCL": "Do not call",
    "DROP": "Dropped", "INCALL": "In call", "N": "No answer", "NA": "No answer", "NEW": "New",
    "NI": "Not interested", "NP": "No pitch", "PDROP": "Dropped", "QUEUE": "Waiting",
    "SALE": "Sale", "TIMEOT": "Waited too long", "XDROP": "Dropped", "XFER": "Transferred",
}  # fmt: skip


class ReportKind(StrEnum):
    """What a report's rows are about."""

    DISPOSITIONS = "dispositions"
    AGENTS = "agents"
    HOURS = "hours"
    CAMPAIGNS = "campaigns"


@dataclass(frozen=True, slots=True)
class Span:
    """Some days of a zone, from `start_date` to the day before `end_date`."""

    start_date: date
    end_date: date
    zone: ZoneInfo

    @property
    def first_seconds(self) -> int:
        """The instant at which it begins."""
        return _midnight(self.start_date, self.zone)

    @property
    def end_seconds(self) -> int:
        """The instant at which it is over."""
        return _midnight(self.end_date, self.zone)


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of one subject; those of two are added."""

    call_count: int = 0
    talk_seconds: int = 0
    wait_seconds: int = 0
    pause_seconds: int = 0
    wrap_up_seconds: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.call_count + other.call_count,
            self.talk_seconds + other.talk_seconds,
            self.wait_seconds + other.wait_seconds,
            self.pause_seconds + other.pause_seconds,
            self.wrap_up_seconds + other.wrap_up_seconds,
        )


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of a subject; `key` is empty for what is none of the tenant's."""

    key: str
    subject: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Names:
    """What the dialer's ids of agents and campaigns stand for: (key, subject)."""

    known: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def of(self, dialer_id: str) -> tuple[str, str]:
        """Gives key and subject; those of others for an id that is not known."""
        return self.known.get(dialer_id, ("", OTHERS))


def checked_span(start_date: date, end_date: date, zone: ZoneInfo) -> Span:
    """Gives the days; refuses with INVALID_REQUEST none, too many, and those of no dialer."""
    if not _FIRST_YEAR <= start_date.year <= _LAST_YEAR:
        raise InvalidRequest.at("start_date", f"Must be {_FIRST_YEAR} to {_LAST_YEAR}.")
    if not timedelta() < end_date - start_date <= timedelta(days=DAYS_MAX):
        raise InvalidRequest.at("end_date", f"Must be 1 to {DAYS_MAX} days after the start.")
    return Span(start_date, end_date, zone)


def rows_of(
    kind: ReportKind, span: Span, found: Iterable[tuple[str, Figures]], names: Names
) -> list[Row]:
    """Gives the rows, by key, of figures by what the dialer calls their subjects.

    Hours come as the number of a quarter of an hour since 1970.
    """
    sums: dict[tuple[str, str], Figures] = defaultdict(Figures)
    for dialer_id, figures in found:
        match kind:
            case ReportKind.DISPOSITIONS:
                subject = _disposition(dialer_id)
            case ReportKind.HOURS:
                subject = _hour(int(dialer_id), span.zone)
            case _:
                subject = names.of(dialer_id)
        sums[subject] += figures
    return [Row(*subject, figures) for subject, figures in sorted(sums.items())]


def as_csv(rows: Iterable[Row]) -> bytes:
    """Writes the rows as UTF-8, with a heading."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(
        ("subject", "key", "calls", "talk_seconds", "wait_seconds", "pause_seconds",
         "wrap_up_seconds")
    )  # fmt: skip
    for row in rows:
        figures = row.figures
        writer.writerow(
            (row.subject, row.key, figures.call_count, figures.talk_seconds,
             figures.wait_seconds, figures.pause_seconds, figures.wrap_up_seconds)
        )  # fmt: skip
    return text.getvalue().encode()


def _disposition(code: str) -> tuple[str, str]:
    """Names that people gave to codes in the dialer are not repeated: they may name anything."""
    if not _CODE.fullmatch(code):
        return "", OTHERS
    return code, _DISPOSITIONS.get(code, code)


def _hour(quarter: int, zone: ZoneInfo) -> tuple[str, str]:
    local = datetime.fromtimestamp(quarter * QUARTER_SECONDS, UTC).astimezone(zone)
    return f"{local:%H}", f"{local:%H}:00"


def _midnight(day: date, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, time(), zone).timestamp())
