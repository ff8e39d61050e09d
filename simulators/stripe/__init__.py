"""A card processor that speaks Stripe's protocol, keeps what it was told, and fails on demand."""

from __future__ import annotations
