"""Tells people by mail what became of their second factor."""

from __future__ import annotations

import secrets

from services.kit.db.transaction import Database
from services.tenancy.domain.credential import User
from services.tenancy.domain.notice import Asked, NoticeKind
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.send_notice import send_notice


async def tell_of_second_factor(db: Database[TenancyStore], user: User, change: str) -> None:
    """Intends the mail; `change` says what happened, such as "was turned on"."""
    asked = Asked(
        tenant_id=user.tenant_id,
        notice_id=f"second-factor.{user.user_id}.{secrets.token_hex(8)}",
        kind=NoticeKind.SECOND_FACTOR,
        values={"change": change},
        recipients=(user.email,),
    )
    await send_notice(db, asked)
