"""Reads files of leads, CSV and XLSX, row by row and within limits."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import openpyxl

from services.telephony.domain.leads.fields import COLUMNS_MAX
from services.telephony.domain.leads.rows import Row
from services.telephony.domain.leads.upload import ROWS_MAX, FileUnreadable

_ZIP: Final = b"PK\x03\x04"
_CELL_LENGTH_MAX: Final = 4_000
# A sheet of 200,000 rows has some 150 MB when it is unpacked; a bomb has thousands.
_UNPACKED_BYTES_MAX: Final = 400 * 1024 * 1024
_STRINGS_BYTES_MAX: Final = 100 * 1024 * 1024
_MEMBERS_MAX: Final = 2_000
_SNIFFED_BYTES: Final = 64 * 1024
_DELIMITERS: Final = ",;\t|"


def rows_of(path: Path) -> Iterator[Row]:
    """Gives the file's rows with their lines, headers first, without empty ones.

    Raises FileUnreadable. Two readings of one file give the same.
    """
    with path.open("rb") as file:
        begin = file.read(_SNIFFED_BYTES)
    rows = _xlsx(path) if begin.startswith(_ZIP) else _csv(path, begin)
    count = 0
    for line, cells in rows:
        if len(cells) > COLUMNS_MAX:
            raise FileUnreadable(f"Line {line} has more than {COLUMNS_MAX} columns.")
        if any(cell.strip() for cell in cells):
            count += 1
            if count > ROWS_MAX + 1:
                raise FileUnreadable(f"The file has more than {ROWS_MAX} rows: split it.")
            yield Row(line, cells)


def headers_of(path: Path) -> tuple[str, ...]:
    """Gives the first row; raises FileUnreadable if there is none, or one header is there twice."""
    first = next(rows_of(path), None)
    if first is None:
        raise FileUnreadable("The file is empty.")
    headers = tuple(cell.strip()[:200] for cell in first.cells)
    named = [header for header in headers if header]
    if len(set(named)) != len(named):
        raise FileUnreadable("Two columns have the same header: name them differently.")
    return headers


def _csv(path: Path, begin: bytes) -> Iterator[tuple[int, Sequence[str]]]:
    encoding = "utf-16" if begin.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    with path.open(encoding=encoding, newline="") as file:
        try:
            first_line = file.readline(_SNIFFED_BYTES)
            file.seek(0)
            delimiter = max(_DELIMITERS, key=first_line.count)
            reader = csv.reader(_without_nul(file), delimiter=delimiter)
            for cells in reader:
                yield reader.line_num, cells
        except UnicodeError:
            raise FileUnreadable(
                "The file is not UTF-8: save it as CSV UTF-8, or as XLSX."
            ) from None
        except csv.Error:
            raise FileUnreadable("The file is no CSV: a quote is not closed, or so.") from None


def _without_nul(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if "\0" in line:
            raise FileUnreadable("The file is neither CSV nor XLSX.")
        yield line


def _xlsx(path: Path) -> Iterator[tuple[int, Sequence[str]]]:
    _check_archive(path)
    # Opened here: by its name the library would know a workbook only with the right ending.
    with path.open("rb") as file:
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        except Exception:
            # Whatever a reader of a broken archive trips over, it is the archive.
            raise FileUnreadable("The file is no XLSX that can be read.") from None
        try:
            if not book.worksheets:
                raise FileUnreadable("The file has no sheet.")
            yield from _sheet(book.worksheets[0])
        finally:
            book.close()


def _sheet(sheet: Any) -> Iterator[tuple[int, Sequence[str]]]:
    # What a file says of its size is not to be believed.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(values_only=True, max_col=COLUMNS_MAX + 1)
    line = 0
    while True:
        try:
            values = next(rows, None)
        except Exception:
            raise FileUnreadable(f"The sheet cannot be read after row {line}.") from None
        if values is None:
            return
        line += 1
        yield line, _trimmed([_text(value) for value in values])


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        # 3125550100.0 is how a sheet keeps a phone number.
        return str(int(value))
    if hasattr(value, "strftime"):
        return str(value.strftime("%Y-%m-%d"))
    return str(value)[:_CELL_LENGTH_MAX]


def _check_archive(path: Path) -> None:
    """Refuses what unpacks to too much, before anything is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > _MEMBERS_MAX:
                raise FileUnreadable("The file has too many parts.")
            # A member is never read beyond the size it declares.
            strings = sum(each.file_size for each in members if "sharedStrings" in each.filename)
            unpacked = sum(each.file_size for each in members)
            if unpacked > _UNPACKED_BYTES_MAX or strings > _STRINGS_BYTES_MAX:
                raise FileUnreadable("The file is too large when it is unpacked: split it.")
            for member in members:
                _check_entities(archive, member)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError):
        raise FileUnreadable("The file is no XLSX that can be read.") from None


def _check_entities(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """No sheet declares entities; who does means a reader no good."""
    if member.filename.endswith((".xml", ".rels")):
        with archive.open(member) as part:
            if b"<!DOCTYPE" in io.BytesIO(part.read(4096)).getvalue():
                raise FileUnreadable("The file is no XLSX that can be read.")
