"""Keys of the advisory locks that order what writes legs."""

from __future__ import annotations

from typing import Final

# Shared by whatever takes legs in or describes them, exclusive to whatever gives routes away.
ROUTES: Final = 0x726F7574


def journal_lock(cluster: str, host: str) -> str:
    """Names the lock under which lines of one host are taken, one chunk at a time."""
    return f"journal|{cluster}|{host}"
