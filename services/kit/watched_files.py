"""What is read from files that change while we run, as mounted secrets and certificates do."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

from services.kit.logging import get_logger

Made = TypeVar("Made")

log = get_logger(__name__)


class WatchedFiles(Generic[Made]):
    """Something made of files, and made anew when one of them is another than before.

    Each `get` looks at the files, through symbolic links, by which a cluster swaps a folder of
    secrets. What cannot be read or made is logged once, and what was made before stays in use.
    """

    def __init__(self, paths: Sequence[Path], make: Callable[[], Made]) -> None:
        self._paths, self._make = tuple(paths), make
        # Before reading: what changes meanwhile is read again.
        self._stamp = self._look()
        self._made = make()

    def get(self) -> Made:
        """Gives what the files say now; the same object as long as none has changed."""
        stamp = self._look()
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._made = self._make()
            except (OSError, ValueError) as problem:
                log.error("changed files are not used", files=self._names(), problem=str(problem))
            else:
                log.info("read changed files", files=self._names())
        return self._made

    def _look(self) -> tuple[tuple[int, int, int] | None, ...]:
        return tuple(_stamp_of(path) for path in self._paths)

    def _names(self) -> list[str]:
        return [path.name for path in self._paths]


def _stamp_of(path: Path) -> tuple[int, int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size
