"""A secret as a cluster mounts it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


class Mounted:
    """A folder with links to files of another one, which is swapped for the next at once.

    `path` holds the links, as a mounted volume does; what they lead through is `..data`.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder
        self._version = 0
        folder.mkdir(parents=True)

    def change(self, authority: bytes, leaves: Path) -> None:
        """Puts an authority, and the other files of `leaves`, in the place of what is there."""
        self._version += 1
        fresh = self.path / f"..version-{self._version}"
        shutil.copytree(leaves, fresh)
        (fresh / "ca.pem").write_bytes(authority)
        swapped = self.path / "..data_tmp"
        swapped.symlink_to(fresh.name)
        os.replace(swapped, self.path / "..data")
        for file in fresh.iterdir():
            link = self.path / file.name
            if not link.is_symlink():
                link.symlink_to(Path("..data") / file.name)
