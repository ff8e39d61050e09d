"""billing's contracts in Python: parse, call, answer."""

from __future__ import annotations
