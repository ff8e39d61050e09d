"""Builders with defaults, so that a test says only what matters to it."""

from __future__ import annotations
