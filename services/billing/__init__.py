"""Billing: what clients pay, what it costs, and the invoices in between."""

from __future__ import annotations
