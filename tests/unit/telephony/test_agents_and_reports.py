"""Secrets that the dialer keeps, and reports in the tenant's own names."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.kit.errors import InvalidRequest
from services.telephony.domain.agent import Agent, checked, new_secret
from services.telephony.domain.report import (
    Figures,
    Names,
    ReportKind,
    as_csv,
    checked_span,
    rows_of,
)
from services.telephony.partners.dialer.web_api import WORD
from tests.support.builders.telephony import NOON

NEW_YORK = ZoneInfo("America/New_York")
SPAN = checked_span(date(2026, 11, 1), date(2026, 11, 2), NEW_YORK)


def test_a_secret_survives_the_dialers_filters() -> None:
    """And is never the same."""
    secrets = {new_secret() for _ in range(200)}

    assert len(secrets) == 200
    assert all(WORD.fullmatch(secret) and len(secret) == 20 for secret in secrets)


@pytest.mark.parametrize("name", ["x", "Ana; DROP", "a|b", " Ana", "Ana ", "A" * 51, "Ana\n"])
def test_a_name_that_the_dialer_would_cut_is_refused(name: str) -> None:
    """The two sides would differ from the start."""
    with pytest.raises(InvalidRequest):
        checked(Agent("t-1", "ana", 1, name, NOON, NOON))


def test_a_day_on_which_clocks_are_put_back_has_25_hours() -> None:
    """The hour that comes twice is one row."""
    quarters = range(SPAN.first_seconds // 900, SPAN.end_seconds // 900)
    found = [(str(quarter), Figures(call_count=1)) for quarter in quarters]

    rows = rows_of(ReportKind.HOURS, SPAN, found, Names())

    assert len(rows) == 24
    assert {row.key: row.figures.call_count for row in rows}["01"] == 8
    assert sum(row.figures.call_count for row in rows) == 100


@given(some.lists(some.tuples(some.text(max_size=8), some.integers(0, 1000)), max_size=30))
def test_no_call_is_lost_whatever_it_is_called(found: list[tuple[str, int]]) -> None:
    """And no text of the dialer's is told but a code."""
    figures = [(code, Figures(call_count=count)) for code, count in found]

    rows = rows_of(ReportKind.DISPOSITIONS, SPAN, figures, Names())

    assert sum(row.figures.call_count for row in rows) == sum(count for _, count in found)
    assert all(row.key.isascii() and row.key.replace("-", "").replace("_", "").isalnum()
               for row in rows if row.key)  # fmt: skip


def test_an_unknown_agent_is_one_of_others() -> None:
    """The dialer's name for it is not told."""
    found = [("B001A00001", Figures(1)), ("VDAD", Figures(2)), ("6666", Figures(3))]
    names = Names({"B001A00001": ("tenants/t-1/agents/ana", "Ana")})

    text = as_csv(rows_of(ReportKind.AGENTS, SPAN, found, names)).decode()

    assert text.splitlines()[1:] == ["Others,,5,0,0,0,0", "Ana,tenants/t-1/agents/ana,1,0,0,0,0"]


@pytest.mark.parametrize(
    ("first", "end"),
    [(date(2026, 1, 1), date(2026, 1, 1)), (date(2026, 1, 2), date(2026, 1, 1)),
     (date(2026, 1, 1), date(2026, 2, 2)), (date(1, 1, 1), date(1, 1, 2)),
     (date(9999, 12, 30), date(9999, 12, 31))],
)  # fmt: skip
def test_days_have_bounds(first: date, end: date) -> None:
    """A month at most, in a time that dialers know."""
    with pytest.raises(InvalidRequest):
        checked_span(first, end, NEW_YORK)
