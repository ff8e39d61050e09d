"""Lets people choose another password: who knows theirs, and who follows a link."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from services.kit.changes import Change
from services.kit.clock import Clock
from services.kit.db.transaction import Database
from services.tenancy.domain.credential import CredentialsInvalid, User, UserState
from services.tenancy.domain.notice import Asked, NoticeKind
from services.tenancy.domain.sealed_link import (
    LinkInvalid,
    LinkSealer,
    Purpose,
    place_of,
    proof_of,
    subject_of,
)
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.authenticate import authenticate_user
from services.tenancy.usecases.check_code import forget_attempts
from services.tenancy.usecases.hashing import hash_of_new_password
from services.tenancy.usecases.note_change import note_change
from services.tenancy.usecases.send_notice import send_notice

_LIFE: Final = timedelta(hours=1)
# One mail in each such span, however often it is asked for.
_SPAN: Final = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Passwords:
    """Changes passwords."""

    db: Database[TenancyStore]
    clock: Clock
    sealer: LinkSealer

    async def change(self, tenant_id: str, user_id: str, password: str, wanted: str) -> None:
        """Changes the password of who knows it.

        Refuses with CREDENTIALS_INVALID, TOO_MANY_ATTEMPTS and PASSWORD_TOO_WEAK.
        """
        user = await self._user(tenant_id, user_id)
        if user is None:
            raise CredentialsInvalid
        # Guesses count as at the log-in.
        await authenticate_user(self.db, self.clock, tenant_id, user.email, password)
        await self._set(user, wanted)

    async def send_link(self, tenant_id: str, address: str, host_name: str) -> None:
        """Intends the mail with a link, if somebody may log in with this address."""
        async with self.db.read(tenant_id) as store:
            user = await store.users.find_by_email(tenant_id, address.strip().lower()[:254])
            tenant = await store.tenants.find(tenant_id)
        if user is None or tenant is None or user.state is not UserState.ACTIVE:
            return
        if host_name not in tenant.host_names:
            return
        span = int(self.clock.now().timestamp() // _SPAN.total_seconds())
        begin = datetime.fromtimestamp(span * _SPAN.total_seconds(), UTC)
        place = place_of(Purpose.PASSWORD, user.user_id, begin + _SPAN + _LIFE)
        asked = Asked(
            tenant_id=tenant_id,
            notice_id=f"password-reset.{user.user_id}.{span}",
            kind=NoticeKind.PASSWORD_RESET,
            values={"link": f"https://{host_name}/new-password?token={place}"},
            recipients=(user.email,),
        )
        await send_notice(self.db, asked)

    async def read_link(self, tenant_id: str, token: str) -> User:
        """Gives whom a link is for; refuses with LINK_INVALID."""
        user = await self._user(tenant_id, subject_of(token))
        if user is None or user.state is not UserState.ACTIVE:
            raise LinkInvalid
        self.sealer.check(Purpose.PASSWORD, token, proof_of(user), self.clock.now())
        return user

    async def reset(self, tenant_id: str, token: str, wanted: str) -> User:
        """Changes the password of whom a link is for.

        Refuses with LINK_INVALID and PASSWORD_TOO_WEAK.
        """
        user = await self.read_link(tenant_id, token)
        await self._set(user, wanted, actor=user.name)
        return user

    async def _user(self, tenant_id: str, user_id: str) -> User | None:
        async with self.db.read(tenant_id) as store:
            return await store.users.find(tenant_id, user_id)

    async def _set(self, user: User, wanted: str, actor: str = "") -> None:
        changed = replace(user, password_hash=await hash_of_new_password(wanted, user.email))
        async with self.db.transaction(user.tenant_id) as store:
            # Whoever comes second with the same link, or the same old password, changes nothing.
            if not await store.users.set_password(changed, user.password_hash):
                raise LinkInvalid
            await store.users.clear_failures(user.tenant_id, user.email)
            # Whoever knew the old one may have used them up.
            await forget_attempts(store, user)
            how = "by a link sent to the address" if actor else "by who knew it"
            change = Change(
                user.tenant_id,
                "users.changePassword",
                user.name,
                after={"password": f"changed {how}"},
                actor=actor or user.name,
            )
            await note_change(store, change)
        await self._tell(changed)

    async def _tell(self, user: User) -> None:
        mark = int(self.clock.now().timestamp())
        asked = Asked(
            tenant_id=user.tenant_id,
            notice_id=f"password-changed.{user.user_id}.{mark}",
            kind=NoticeKind.PASSWORD_CHANGED,
            values={},
            recipients=(user.email,),
        )
        await send_notice(self.db, asked)
