"""The simulator's lines are those of the format page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from simulators.dialer.calls import Leg
from simulators.dialer.journal import Journals, line, lines_by_day

_PAGE = Path(__file__).parents[3] / "docs" / "leg-journal.md"

ANSWERED = Leg(
    direction="o",
    uniqueid="1762183800.10421",
    linkedid="1762183799.10419",
    caller="1762183799.10420",
    code="V1030930000000004711",
    dialled="12125550123",
    caller_id="18005550100",
    start_ms=1762183800_012,
    answer_ms=1762183809_337,
    end_ms=1762183904_118,
    cause=16,
)
NOT_ANSWERED = Leg(
    direction="o",
    uniqueid="1762183811.10430",
    linkedid="1762183810.10428",
    caller="1762183810.10429",
    code="V1030930100000004712",
    dialled="12125550124",
    caller_id="18005550100",
    start_ms=1762183811_007,
    answer_ms=0,
    end_ms=1762183836_950,
    cause=19,
)


def test_the_pages_examples_are_what_is_written() -> None:
    examples = [text for text in _PAGE.read_text().splitlines() if text.startswith("1|L|abc1|")]

    assert [line("abc1", ANSWERED), line("abc1", NOT_ANSWERED)] == [f"{e}\n" for e in examples]


def test_billable_seconds_are_rounded_half_up() -> None:
    assert ANSWERED.billable_seconds() == 95
    assert NOT_ANSWERED.billable_seconds() == 0
    for milliseconds, seconds in ((499, 0), (500, 1), (1_499, 1), (1_500, 2)):
        leg = replace(ANSWERED, end_ms=ANSWERED.answer_ms + milliseconds)
        assert leg.billable_seconds() == seconds


def test_a_line_goes_to_the_file_of_the_day_it_is_written(tmp_path: Path) -> None:
    journals = Journals(tmp_path)
    midnight_ms = 1_762_214_400_000  # 2025-11-04T00:00Z

    journals.append("dialer-1", "a\n", midnight_ms - 1)
    journals.append("dialer-1", "b\n", midnight_ms)
    journals.close()

    assert (tmp_path / "dialer-1" / "legs-20251103.journal").read_text() == "a\n"
    assert (tmp_path / "dialer-1" / "legs-20251104.journal").read_text() == "b\n"
    by_day = lines_by_day([(midnight_ms, "b\n"), (midnight_ms - 1, "a\n")])
    assert by_day == {"20251103": ["a\n"], "20251104": ["b\n"]}


def test_a_half_written_history_goes_on_at_the_byte_where_it_stopped(tmp_path: Path) -> None:
    journals = Journals(tmp_path)
    path = tmp_path / "dialer-1" / "legs-20251103.journal"
    path.parent.mkdir()
    path.write_text("first\nsec")

    assert journals.extend_to("dialer-1", "20251103", ["first\n", "second\n"]) == 4
    assert journals.extend_to("dialer-1", "20251103", ["first\n", "second\n"]) == 0
    assert path.read_text() == "first\nsecond\n"
