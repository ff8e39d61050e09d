"""Quotas: how much of something a tenant may have at once."""

from __future__ import annotations

from services.kit.errors import QuotaExceeded


def check_quota(subject: str, limit: int | None, having: int) -> None:
    """Refuses with QUOTA_EXCEEDED one more than the limit; None is without limit.

    Who calls holds the tenant's lock of quotas, from the count to the end of the transaction.
    """
    if limit is not None and having >= limit:
        raise QuotaExceeded(subject=subject, limit=limit)
