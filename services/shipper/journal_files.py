"""Reads a host's journals in chunks of whole lines; notices files that are not what they were."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from services.kit.logging import get_logger
from services.kit.telemetry import counter

CHUNK_BYTES = 256 * 1024

_NAME = re.compile(r"legs-[0-9]{8}\.journal")

log = get_logger(__name__)
_set_aside = counter("shipper.files.set_aside", "{file}", "Journals that can't be shipped on.")


class JournalFile(NamedTuple):
    """A journal as it is now. A `closed` one is not written any more: a newer one is."""

    name: str
    size: int
    closed: bool


class JournalFiles:
    """The journals of one host. Never writes, renames or removes anything."""

    def __init__(
        self, directory: Path, settle_seconds: float, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._directory, self._settle_seconds, self._ticks = directory, settle_seconds, ticks
        self._inodes: dict[str, int] = {}
        self._grown: dict[str, tuple[int, float]] = {}
        self._aside: set[str] = set()

    def scan(self) -> list[JournalFile]:
        """Gives the journals by name, without those that were set aside."""
        found: list[tuple[str, os.stat_result]] = []
        try:
            with os.scandir(self._directory) as entries:
                for entry in entries:
                    if _NAME.fullmatch(entry.name) and entry.name not in self._aside:
                        found.append((entry.name, entry.stat()))
        except OSError as error:
            log.error("journals can't be listed", folder=str(self._directory), error=str(error))
        found.sort()
        files = []
        for position, (name, status) in enumerate(found):
            if self._inodes.setdefault(name, status.st_ino) != status.st_ino:
                self.set_aside(name, "it was replaced by another file")
                continue
            is_closed = self._has_settled(name, status.st_size) and position < len(found) - 1
            files.append(JournalFile(name, status.st_size, is_closed))
        return files

    def read_chunk(self, file: JournalFile, offset: int) -> bytes:
        """Gives whole lines from `offset` on, at most CHUNK_BYTES; empty if there are none (yet).

        A cut last line is given only when the file is closed; a line longer than a chunk in pieces.
        """
        if offset == file.size:
            return b""
        if offset > file.size:
            self.set_aside(file.name, f"it has shrunk to {file.size} bytes, {offset} were shipped")
            return b""
        try:
            with (self._directory / file.name).open("rb") as stream:
                stream.seek(offset)
                # Not beyond the size that was seen: what came since is read when it has been seen.
                chunk = stream.read(min(CHUNK_BYTES, file.size - offset))
        except OSError as error:
            self.set_aside(file.name, f"it can't be read: {error.strerror}")
            return b""
        end = chunk.rfind(b"\n") + 1
        if end or not (file.closed or len(chunk) == CHUNK_BYTES):
            return chunk[:end]
        return chunk

    def set_aside(self, name: str, why: str) -> None:
        """Leaves a file out until the program is started again."""
        if name not in self._aside:
            self._aside.add(name)
            _set_aside.add(1)
            log.error("journal set aside", folder=str(self._directory), file=name, why=why)

    def _has_settled(self, name: str, size: int) -> bool:
        now = self._ticks()
        seen, since = self._grown.get(name, (-1, now))
        if seen != size:
            self._grown[name] = (size, now)
            return False
        return now - since >= self._settle_seconds
