"""The rules of charging: pure functions over books, months and quantities."""

from __future__ import annotations
