"""A backlog's journals hold what it says they hold, whatever goes wrong with them."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

from simulators.dialer.backlog import Backlog, BacklogFaults, BacklogRoute, write_backlog

_ROUTES = (
    BacklogRoute("abc1", "America/New_York", "abc-solar"),
    BacklogRoute("cst1", "America/Los_Angeles", "coastline-insurance"),
)
_FIRST, _LAST = 1_761_955_200, 1_762_214_400  # three days from 2025-11-01T00:00Z


def _good_lines(directory: Path) -> dict[tuple[str, str], list[str]]:
    """Fields of the good lines by (host, uniqueid), read by the format page's rules alone."""
    legs = {}
    for path in directory.glob("*/legs-*.journal"):
        for text in path.read_text("ascii").split("\n")[:-1]:
            body, _, check = text.rpartition("|")
            fields = text.split("|")
            if len(fields) == 15 and hashlib.md5(body.encode()).hexdigest()[:8] == check:
                legs[path.parent.name, fields[4]] = fields
    return legs


def _seconds(fields: list[str]) -> int:
    answer, end = (int(text.replace(".", "") or 0) for text in fields[11:13])
    return (end - answer + 500) // 1000 if answer else 0


def test_totals_are_those_of_the_lines(tmp_path: Path) -> None:
    faults = BacklogFaults(duplicates=20, malformed=10, late_lines=5, truncated_last_line=True)
    backlog = Backlog(_ROUTES, 3_000, _FIRST, _LAST, hosts=("dialer-1", "dialer-2"), faults=faults)

    totals = write_backlog(tmp_path, backlog)

    legs = _good_lines(tmp_path)
    assert totals.all().legs == len(legs) == 3_000
    assert totals.all().billable_seconds == sum(map(_seconds, legs.values()))
    by_route = Counter(fields[2] for fields in legs.values())
    assert {code: route.all().legs for code, route in totals.routes.items()} == by_route
    assert max(float(fields[12]) for fields in legs.values()) < _LAST


def test_every_fault_that_was_asked_for_is_there(tmp_path: Path) -> None:
    faults = BacklogFaults(duplicates=20, malformed=10, late_lines=5, truncated_last_line=True)
    write_backlog(tmp_path, Backlog(_ROUTES, 3_000, _FIRST, _LAST, faults=faults))

    texts = [path.read_text() for path in sorted(tmp_path.glob("dialer-1/*"))]
    lines = [text for content in texts for text in content.split("\n")[:-1]]
    good = [text for text in lines if text.startswith("1|L|")]
    assert len(texts) >= 3
    assert len(lines) - len(good) == 10
    assert len(good) - len(set(good)) == 20
    assert not texts[-1].endswith("\n")
    assert all(content.endswith("\n") for content in texts[:-1])


def test_the_same_backlog_is_the_same_bytes(tmp_path: Path) -> None:
    backlog = Backlog(_ROUTES, 500, _FIRST, _LAST, seed=3)

    first = write_backlog(tmp_path / "a", backlog)
    second = write_backlog(tmp_path / "b", backlog)

    assert first.as_json() == second.as_json()
    for path in (tmp_path / "a").glob("*/*"):
        assert path.read_bytes() == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes()
