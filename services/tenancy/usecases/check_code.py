"""Takes a code of a second factor, once."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from services.kit.changes import Change
from services.kit.db.transaction import Database
from services.kit.secret_box import SecretBox
from services.tenancy.domain.credential import User, check_attempts, hash_of
from services.tenancy.domain.second_factor import (
    CodeInvalid,
    is_of_app,
    plain,
    secret_place,
    step_of,
)
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.note_change import note_change
from services.tenancy.usecases.second_factor_mail import tell_of_second_factor

_CODES: Final = "secondFactor"


async def check_code(db: Database[TenancyStore], box: SecretBox, user: User, typed: str) -> None:
    """Takes a code of the app, or a recovery code, of a user whose second factor is on.

    Refuses with CODE_INVALID and TOO_MANY_ATTEMPTS. Only who knows the password comes to try, so
    nobody else can make it refuse.
    """
    now, code = db.clock.now(), plain(typed)
    await counted_attempt(db, user, now)
    is_recovery = not is_of_app(code)
    async with db.transaction(user.tenant_id) as store:
        if is_recovery:
            await _use_recovery_code(store, user, code)
        else:
            await _use_app_code(store, box, user, code, now)
        await forget_attempts(store, user)
    if is_recovery:
        await tell_of_second_factor(db, user, "was answered with a recovery code")


async def counted_attempt(
    db: Database[TenancyStore], user: User, now: datetime, what: str = _CODES
) -> None:
    """Notes an attempt before it is looked at, so that many at once count as many.

    Refuses with TOO_MANY_ATTEMPTS.
    """
    async with db.transaction(user.tenant_id) as store:
        key = _counted_as(user, what)
        check_attempts(await store.users.failures(user.tenant_id, key), now)
        await store.users.add_failure(user.tenant_id, key, now)


async def forget_attempts(store: TenancyStore, user: User) -> None:
    """Lets a user try afresh."""
    await store.users.clear_failures(user.tenant_id, _counted_as(user, _CODES))


def _counted_as(user: User, what: str) -> str:
    # No address is like it, so that these and wrong passwords are counted apart.
    return f"{user.user_id}/{what}"


async def _use_app_code(
    store: TenancyStore, box: SecretBox, user: User, code: str, now: datetime
) -> None:
    factor = await store.second_factors.find(user.tenant_id, user.user_id)
    if factor is None or factor.confirm_time is None:
        raise CodeInvalid
    secret = box.open(factor.secret, secret_place(user.tenant_id, user.user_id))
    step = step_of(secret, code, now)
    if step is None or not await store.second_factors.use_step(factor, step):
        raise CodeInvalid


async def _use_recovery_code(store: TenancyStore, user: User, code: str) -> None:
    factors = store.second_factors
    before = await factors.count_recovery_codes(user.tenant_id, user.user_id)
    if not await factors.use_recovery_code(user.tenant_id, user.user_id, hash_of(code)):
        raise CodeInvalid
    change = Change(
        user.tenant_id,
        "users.useRecoveryCode",
        user.name,
        before={"recovery_codes_left": str(before)},
        after={"recovery_codes_left": str(before - 1)},
        actor=user.name,
    )
    await note_change(store, change)
