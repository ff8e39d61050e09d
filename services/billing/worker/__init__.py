"""What billing does without being asked."""

from __future__ import annotations
