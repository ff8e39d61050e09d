"""Journal files: whole lines from any byte, new days, cut lines, and files that changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from services.shipper import journal_files
from services.shipper.journal_files import JournalFile, JournalFiles

FIRST, SECOND = "legs-20261101.journal", "legs-20261102.journal"


class Ticks:
    """A stopwatch that is moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def files(tmp_path: Path, ticks: Ticks) -> JournalFiles:
    return JournalFiles(tmp_path, 10.0, ticks)


def named(files: JournalFiles, name: str) -> JournalFile:
    return next(file for file in files.scan() if file.name == name)


def test_only_journals_are_found_in_the_order_of_days(tmp_path: Path, files: JournalFiles) -> None:
    """Whatever else lies there."""
    for name in (SECOND, FIRST, "legs-2026.journal", "legs-20261101.journal.bak", "x"):
        (tmp_path / name).write_bytes(b"")

    assert [file.name for file in files.scan()] == [FIRST, SECOND]


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    """It may come later."""
    assert JournalFiles(tmp_path / "none", 1).scan() == []


def test_a_line_waits_for_its_end(tmp_path: Path, files: JournalFiles) -> None:
    """What stands before it goes."""
    (tmp_path / FIRST).write_bytes(b"one\ntwo\nthr")
    file = named(files, FIRST)

    assert files.read_chunk(file, 0) == b"one\ntwo\n"
    assert files.read_chunk(file, 8) == b""


@pytest.mark.parametrize("offset", range(9))
def test_it_goes_on_at_any_byte(tmp_path: Path, files: JournalFiles, offset: int) -> None:
    """Telephony says where."""
    content = b"one\ntwo\n"
    (tmp_path / FIRST).write_bytes(content)

    assert files.read_chunk(named(files, FIRST), offset) == content[offset:]


def test_a_big_file_comes_in_chunks_of_whole_lines(
    tmp_path: Path, files: JournalFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None longer than a chunk."""
    monkeypatch.setattr(journal_files, "CHUNK_BYTES", 10)
    content = b"".join(b"line %d\n" % number for number in range(9))
    (tmp_path / FIRST).write_bytes(content)
    file, offset, chunks = named(files, FIRST), 0, []
    while chunk := files.read_chunk(file, offset):
        chunks.append(chunk)
        offset += len(chunk)

    assert b"".join(chunks) == content
    assert {chunk[-1:] for chunk in chunks} == {b"\n"}
    assert max(map(len, chunks)) <= 10


def test_a_line_longer_than_a_chunk_goes_in_pieces(
    tmp_path: Path, files: JournalFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing may stop what is behind it."""
    monkeypatch.setattr(journal_files, "CHUNK_BYTES", 10)
    (tmp_path / FIRST).write_bytes(b"x" * 15 + b"\nok\n")
    file = named(files, FIRST)

    assert files.read_chunk(file, 0) == b"x" * 10
    assert files.read_chunk(file, 10) == b"xxxxx\nok\n"


def test_a_cut_last_line_goes_once_a_newer_file_is_there(
    tmp_path: Path, files: JournalFiles, ticks: Ticks
) -> None:
    """And it has stopped growing for a while."""
    (tmp_path / FIRST).write_bytes(b"one\ncut")
    files.scan()
    ticks.now = 60
    assert files.read_chunk(named(files, FIRST), 4) == b""

    (tmp_path / SECOND).write_bytes(b"")
    assert files.read_chunk(named(files, FIRST), 4) == b"cut"


def test_a_cut_last_line_that_grows_is_waited_for(
    tmp_path: Path, files: JournalFiles, ticks: Ticks
) -> None:
    """Handlers may write a little after midnight."""
    (tmp_path / FIRST).write_bytes(b"one\ncu")
    (tmp_path / SECOND).write_bytes(b"")
    files.scan()
    ticks.now = 9
    (tmp_path / FIRST).write_bytes(b"one\ncut")
    files.scan()
    ticks.now = 18

    assert files.read_chunk(named(files, FIRST), 4) == b""
    ticks.now = 19
    assert files.read_chunk(named(files, FIRST), 4) == b"cut"


def test_a_file_that_has_shrunk_is_set_aside(tmp_path: Path, files: JournalFiles) -> None:
    """The others go on."""
    (tmp_path / FIRST).write_bytes(b"one\n")
    (tmp_path / SECOND).write_bytes(b"two\n")

    assert files.read_chunk(named(files, FIRST), 8) == b""

    assert [file.name for file in files.scan()] == [SECOND]
    assert files.read_chunk(named(files, SECOND), 0) == b"two\n"


def test_a_file_that_was_replaced_is_set_aside(tmp_path: Path, files: JournalFiles) -> None:
    """Its bytes are not those that were counted."""
    (tmp_path / FIRST).write_bytes(b"one\n")
    files.scan()
    (tmp_path / "new").write_bytes(b"other\n")
    os.replace(tmp_path / "new", tmp_path / FIRST)

    assert files.scan() == []


def test_a_file_that_is_gone_is_no_trouble(tmp_path: Path, files: JournalFiles) -> None:
    """It was seen, then somebody removed it."""
    (tmp_path / FIRST).write_bytes(b"one\n")
    file = named(files, FIRST)
    (tmp_path / FIRST).unlink()

    assert files.read_chunk(file, 0) == b""
    assert files.scan() == []
