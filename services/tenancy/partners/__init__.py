"""What tenancy asks of others: mail servers."""

from __future__ import annotations
