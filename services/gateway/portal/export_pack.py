"""A client's data as one file: a ZIP that is written while it is sent, with sums of all in it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Final

# The same data gives the same file, whenever it is made.
_TIME: Final = (1980, 1, 1, 0, 0, 0)
MANIFEST: Final = "manifest.json"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a file, and how many rows of data are in it."""

    data: bytes
    rows: int = 0


@dataclass(frozen=True, slots=True)
class PackedFile:
    """What the manifest says of a file."""

    name: str
    bytes: int
    rows: int
    sha256: str


class _Sink:
    """Takes what the archive writes, until it is sent. It cannot be wound back."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, data: bytes) -> int:
        self._written += data
        return len(data)

    def flush(self) -> None:
        """Does nothing: what was written is here."""

    def take(self) -> bytes:
        taken, self._written = bytes(self._written), bytearray()
        return taken


class Pack:
    """Writes files one after the other. They are stored as they are, so that each can be read."""

    def __init__(self, about: dict[str, str]) -> None:
        self._about = about
        self._sink = _Sink()
        self._archive = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_STORED)  # type: ignore[call-overload]
        self._files: list[PackedFile] = []

    async def add(self, name: str, pieces: AsyncIterator[Piece]) -> AsyncIterator[bytes]:
        """Adds a file; gives what can be sent by now."""
        digest, length, rows = hashlib.sha256(), 0, 0
        # Nobody knows yet how long it gets.
        with self._archive.open(zipfile.ZipInfo(name, _TIME), "w", force_zip64=True) as file:
            async for piece in pieces:
                file.write(piece.data)
                digest.update(piece.data)
                length, rows = length + len(piece.data), rows + piece.rows
                yield self._sink.take()
        self._files.append(PackedFile(name, length, rows, digest.hexdigest()))
        yield self._sink.take()

    def end(self) -> bytes:
        """Adds the manifest, and gives the rest."""
        told = {**self._about, "files": [asdict(each) for each in self._files]}
        text = json.dumps(told, indent=2, ensure_ascii=False) + "\n"
        self._archive.writestr(zipfile.ZipInfo(MANIFEST, _TIME), text)
        self._archive.close()
        return self._sink.take()


async def whole(data: bytes) -> AsyncIterator[Piece]:
    """Gives a file that is there as a whole."""
    yield Piece(data, 1)


async def table(
    columns: Sequence[str], pages: AsyncIterator[Iterable[Sequence[object]]]
) -> AsyncIterator[Piece]:
    """Gives pages of rows as RFC 4180 has them, the first row with the columns' names."""
    head = _lines([columns])
    async for page in pages:
        rows = list(page)
        yield Piece(head + _lines(rows), len(rows))
        head = b""
    if head:
        yield Piece(head)


def _lines(rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()
