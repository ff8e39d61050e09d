"""While the dialer is away nothing is made up, and nothing is told of it."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from services.kit.errors import Unavailable
from services.telephony.domain.report import ReportKind, checked_span
from services.telephony.partners.dialer.live_tables import LiveTables
from services.telephony.partners.dialer.report_tables import ReportTables

NOWHERE = "mysql://nobody:nothing@127.0.0.1:9/asterisk"
SPAN = checked_span(date(2026, 3, 10), date(2026, 3, 11), ZoneInfo("UTC"))


@pytest.mark.parametrize("question", ["agents", "calls", "dialable_leads"])
async def test_what_it_does_at_the_moment_is_not_known(question: str) -> None:
    """A client is told that it can try again, not what is away."""
    with pytest.raises(Unavailable) as refused:
        await getattr(LiveTables(NOWHERE), question)(["B001C001"])

    assert refused.value.metadata == {}
    assert "127.0.0.1" not in refused.value.message


async def test_there_is_no_report() -> None:
    """Not an empty one either."""
    with pytest.raises(Unavailable) as refused:
        await ReportTables(NOWHERE, "UTC").figures(ReportKind.HOURS, SPAN, ["B001C001"])

    assert refused.value.metadata == {}


async def test_who_has_nothing_asks_for_nothing() -> None:
    """The dialer is not even called."""
    assert await LiveTables(NOWHERE).calls([]) == []
    assert await ReportTables(NOWHERE, "UTC").figures(ReportKind.HOURS, SPAN, []) == []
