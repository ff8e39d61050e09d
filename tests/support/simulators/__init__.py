"""Peers of a service under test: stateful, and speaking the real protocol on loopback."""

from __future__ import annotations
