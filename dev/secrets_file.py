"""Passwords of a suite's own databases: made once by chance, kept readable for their owner only."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path


class Secrets:
    """Named secrets kept in one file of the suite's directory."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._values: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}

    def get(self, name: str) -> str:
        """Returns the secret of that name; makes it when it is asked for the first time."""
        if name not in self._values:
            self.set(name, secrets.token_urlsafe(24))
        return self._values[name]

    def has(self, name: str) -> bool:
        """Whether there is a secret of that name already."""
        return name in self._values

    def set(self, name: str, value: str) -> None:
        """Keeps a secret that somebody else has made."""
        self._values[name] = value
        self._save()

    def _save(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(self._values, file, indent=1)
        fresh.replace(self._path)
