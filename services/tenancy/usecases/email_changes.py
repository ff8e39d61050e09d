"""Lets people log in with another address, once they have shown that mail there reaches them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from services.kit.changes import Change
from services.kit.clock import Clock
from services.kit.db.transaction import Database
from services.kit.errors import AlreadyExists, InvalidRequest, NotFound
from services.tenancy.domain import audit_facts
from services.tenancy.domain.credential import User, UserState
from services.tenancy.domain.email_change import (
    LIFE,
    EmailChange,
    checked_address,
    proof_of_change,
)
from services.tenancy.domain.notice import Asked, NoticeKind
from services.tenancy.domain.sealed_link import (
    LinkInvalid,
    LinkSealer,
    Purpose,
    place_of,
    subject_of,
)
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.authenticate import authenticate_user
from services.tenancy.usecases.check_code import counted_attempt
from services.tenancy.usecases.note_change import note_change
from services.tenancy.usecases.send_notice import send_notice


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a user wants to log in with."""

    new_email: str
    host_name: str


@dataclass(frozen=True, slots=True)
class EmailChanges:
    """Changes addresses."""

    db: Database[TenancyStore]
    clock: Clock
    sealer: LinkSealer

    async def show(self, tenant_id: str, user_id: str) -> tuple[User, EmailChange | None]:
        """Gives a user, and what it waits for; refuses with RESOURCE_NOT_FOUND."""
        async with self.db.read(tenant_id) as store:
            user = await store.users.find(tenant_id, user_id)
            change = await store.email_changes.find(tenant_id, user_id)
        if user is None:
            raise NotFound(resource=f"tenants/{tenant_id}/users/{user_id}")
        is_good = change is not None and change.expire_time > self.clock.now()
        return user, change if is_good else None

    async def request(self, tenant_id: str, user_id: str, password: str, wanted: Wanted) -> None:
        """Intends the mails: the link to the new address, and word of it to the present one.

        Refuses with CREDENTIALS_INVALID, TOO_MANY_ATTEMPTS, INVALID_REQUEST and
        RESOURCE_ALREADY_EXISTS.
        """
        user, _ = await self.show(tenant_id, user_id)
        now = self.clock.now()
        # Counted, so that nobody's mailbox is filled by it.
        await counted_attempt(self.db, user, now, "email")
        await authenticate_user(self.db, self.clock, tenant_id, user.email, password)
        change = EmailChange(
            tenant_id, user_id, checked_address(wanted.new_email, user), now + LIFE
        )
        async with self.db.transaction(tenant_id) as store:
            await _check_free(store, change)
            await _check_host(store, tenant_id, wanted.host_name)
            await store.email_changes.save(change)
        place = place_of(Purpose.ADDRESS, user_id, change.expire_time)
        link = f"https://{wanted.host_name}/new-address?token={place}"
        values = {"email": change.new_email, "link": link}
        await self._send(user, change.new_email, NoticeKind.EMAIL_CHANGE, values)
        said = f"is to be {change.new_email}. Nothing changes until a link sent there is followed"
        await self._send(user, user.email, NoticeKind.EMAIL_CHANGED, {"change": said})

    async def read_link(self, tenant_id: str, token: str) -> tuple[User, EmailChange]:
        """Gives whose address a link would change, and to what; refuses with LINK_INVALID."""
        user_id = subject_of(token)
        async with self.db.read(tenant_id) as store:
            user = await store.users.find(tenant_id, user_id)
            change = await store.email_changes.find(tenant_id, user_id)
        if user is None or change is None or user.state is not UserState.ACTIVE:
            raise LinkInvalid
        proof = proof_of_change(user, change)
        self.sealer.check(Purpose.ADDRESS, token, proof, self.clock.now())
        return user, change

    async def confirm(self, tenant_id: str, token: str) -> User:
        """Changes the address; refuses with LINK_INVALID and RESOURCE_ALREADY_EXISTS."""
        user, change = await self.read_link(tenant_id, token)
        changed = replace(user, email=change.new_email)
        async with self.db.transaction(tenant_id) as store:
            await store.lock_team(tenant_id)
            await _check_free(store, change)
            # Whoever comes second with the same link changes nothing.
            if not await store.email_changes.remove(change):
                raise LinkInvalid
            if not await store.users.set_email(changed, user):
                raise LinkInvalid
            facts = audit_facts.of_user(user), audit_facts.of_user(changed)
            noted = Change(tenant_id, "users.changeEmail", user.name, *facts, actor=user.name)
            await note_change(store, noted)
        said = f"is {change.new_email} from now on"
        await self._send(user, user.email, NoticeKind.EMAIL_CHANGED, {"change": said})
        return changed

    async def _send(
        self, user: User, recipient: str, kind: NoticeKind, values: dict[str, str]
    ) -> None:
        asked = Asked(
            tenant_id=user.tenant_id,
            notice_id=f"email-change.{user.user_id}.{secrets.token_hex(8)}",
            kind=kind,
            values=values,
            recipients=(recipient,),
        )
        await send_notice(self.db, asked)


async def _check_free(store: TenancyStore, change: EmailChange) -> None:
    if await store.users.find_by_email(change.tenant_id, change.new_email) is not None:
        raise AlreadyExists("There is a user of this address.", email=change.new_email)


async def _check_host(store: TenancyStore, tenant_id: str, host_name: str) -> None:
    tenant = await store.tenants.find(tenant_id)
    if tenant is None or host_name not in tenant.host_names:
        raise InvalidRequest.at("host_name", "Must be one of the tenant's.")
