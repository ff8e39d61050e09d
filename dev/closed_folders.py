"""Lets an account without rights reach what lies in a folder that is closed to it."""

from __future__ import annotations

import stat
from pathlib import Path

from dev.say import say


def let_through(*folders: Path) -> None:
    """Lets other accounts pass (not look) through the folders above.

    Where a clone lies in one that is closed to them, such as /root, PostgreSQL, which refuses to
    run as root, could reach neither its own programs nor its data.
    """
    above = {parent for folder in folders for parent in folder.resolve().parents}
    for folder in sorted(above):
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            say(f"letting PostgreSQL's account pass through {folder} (chmod o+x)")
            folder.chmod(mode | stat.S_IXOTH)
