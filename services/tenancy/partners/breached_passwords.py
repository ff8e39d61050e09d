"""Passwords that are known from breaches: a file of SHA-1 hashes, looked up without reading it all.

The format is that of Pwned Passwords, ordered by hash: `<40 hexadecimal letters>:<count>` a line.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import Final

_LINE: Final = re.compile(rb"[0-9A-F]{40}(?::[0-9]+)?\r?\n?")
_HASH_LENGTH: Final = 40


class BreachedPasswords:
    """The passwords of a file; that it is in order is taken for granted."""

    def __init__(self, path: Path) -> None:
        """Raises OSError if the file cannot be read, and ValueError if it is no such list."""
        self._path = path
        with path.open("rb") as lines:
            if not _LINE.fullmatch(lines.readline(100)):
                raise ValueError(
                    f"{path} must have lines of 40 hexadecimal letters, ':' and a count"
                )

    def has(self, password: str) -> bool:
        """Tells whether a password is in the file; reads some forty lines of it."""
        wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
        with self._path.open("rb") as lines:
            # The line that is sought begins at or after `low`, and before `high`.
            low, high = 0, os.fstat(lines.fileno()).st_size
            while low < high:
                middle = (low + high) // 2
                lines.seek(max(middle - 1, 0))
                if middle > 0:
                    lines.readline()
                begin = lines.tell()
                line = lines.readline()
                found = line[:_HASH_LENGTH].upper()
                if found == wanted:
                    return True
                if line and found < wanted:
                    low = begin + len(line)
                else:
                    high = middle
        return False
