"""Spreadsheets that mean no good are refused before they are unpacked."""

from __future__ import annotations

import io
import resource
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from services.telephony.domain.leads.upload import FileUnreadable
from services.telephony.partners.lead_files import headers_of, rows_of

MIB = 1024 * 1024


def a_workbook(*rows: tuple[str, ...]) -> dict[str, bytes]:
    """The parts of a workbook as a spreadsheet program saves it."""
    book, saved = openpyxl.Workbook(), io.BytesIO()
    sheet = book.create_sheet("Leads", 0)
    for row in rows:
        sheet.append(row)
    book.save(saved)
    with zipfile.ZipFile(saved) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(path: Path, parts: dict[str, bytes], repeat: dict[str, int] | None = None) -> Path:
    """Writes an archive; parts named in `repeat` so many times over, without holding them."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            with archive.open(name, "w", force_zip64=True) as part:
                for _ in range((repeat or {}).get(name, 1)):
                    part.write(data)
    return path


def refused(path: Path) -> str:
    """Why a file is refused; with little work, and without growing."""
    began, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(FileUnreadable) as problem:
        list(rows_of(path))
    assert time.process_time() - began < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024
    return str(problem.value)


@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "xl/media/image1.png"])
def test_a_bomb_is_not_unpacked(tmp_path: Path, name: str) -> None:
    """Half a gigabyte in half a megabyte, in a sheet or beside it."""
    parts = {**a_workbook(("Phone",)), name: b" " * MIB}

    path = zipped(tmp_path / "leads", parts, {name: 500})

    assert path.stat().st_size < 2 * MIB
    assert "unpacked" in refused(path)


def test_strings_alone_may_not_be_a_bomb(tmp_path: Path) -> None:
    """They are all held at once, so they have a limit of their own."""
    name = "xl/sharedStrings.xml"
    parts = {**a_workbook(("Phone",)), name: b" " * MIB}

    assert "unpacked" in refused(zipped(tmp_path / "leads", parts, {name: 120}))


def test_a_bomb_that_lies_of_its_size_is_not_read_beyond_it(tmp_path: Path) -> None:
    """The directory says 100 bytes, the part has 20 MB: it is no archive that can be read."""
    name = "xl/worksheets/sheet1.xml"
    parts = {**a_workbook(("Phone",)), name: b" " * MIB}
    path = zipped(tmp_path / "leads", parts, {name: 20})
    size, lie = (20 * MIB).to_bytes(4, "little"), (100).to_bytes(4, "little")
    data = path.read_bytes()
    assert size in data
    path.write_bytes(data.replace(size, lie))

    assert refused(path)


def test_too_many_parts_are_too_many(tmp_path: Path) -> None:
    """However small they are."""
    parts = {**a_workbook(("Phone",)), **{f"xl/a{n}.xml": b"" for n in range(2_001)}}

    assert "parts" in refused(zipped(tmp_path / "leads", parts))


def test_entities_are_no_part_of_a_sheet(tmp_path: Path) -> None:
    """A billion laughs, or a file of ours."""
    name = "xl/worksheets/sheet1.xml"
    laugh = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x>&a;</x>'

    assert refused(zipped(tmp_path / "leads", {**a_workbook(("Phone",)), name: laugh}))


def test_an_archive_within_an_archive_is_one_part(tmp_path: Path) -> None:
    """Nobody looks into it."""
    bomb = zipped(tmp_path / "inner", {"a": b" " * MIB}, {"a": 500}).read_bytes()
    parts = {**a_workbook(("Phone",), ("3125550100",)), "xl/inner.zip": bomb}

    path = zipped(tmp_path / "leads", parts)

    assert headers_of(path) == ("Phone",)
