"""Lets people turn a second factor on and off, and be let in by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.kit.changes import Change
from services.kit.clock import Clock
from services.kit.db.transaction import Database
from services.kit.errors import NotFound
from services.kit.secret_box import SecretBox
from services.tenancy.domain.credential import CredentialsInvalid, User, hash_of
from services.tenancy.domain.second_factor import (
    CodeInvalid,
    SecondFactor,
    SecondFactorOff,
    SecondFactorOn,
    SecondFactorRequired,
    SetupOver,
    State,
    new_recovery_codes,
    new_secret,
    plain,
    secret_place,
    setup_uri,
    step_of,
)
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.authenticate import authenticate_user
from services.tenancy.usecases.check_code import check_code, counted_attempt, forget_attempts
from services.tenancy.usecases.note_change import note_change
from services.tenancy.usecases.second_factor_mail import tell_of_second_factor


@dataclass(frozen=True, slots=True)
class Shown:
    """How a second factor stands; the secret is told only while nothing has confirmed it."""

    state: State
    secret: str = ""
    setup_uri: str = ""
    recovery_code_count: int = 0
    is_required: bool = False
    confirm_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class SecondFactors:
    """Changes second factors, each by its own user."""

    db: Database[TenancyStore]
    clock: Clock
    box: SecretBox

    async def show(self, tenant_id: str, user_id: str) -> Shown:
        """Tells how it stands; refuses with RESOURCE_NOT_FOUND."""
        user = await self._user(tenant_id, user_id)
        async with self.db.read(tenant_id) as store:
            factor = await store.second_factors.find(tenant_id, user_id)
            count = await store.second_factors.count_recovery_codes(tenant_id, user_id)
            is_required = await store.second_factors.is_required(tenant_id)
            tenant = await store.tenants.find(tenant_id)
        state = factor.state(self.clock.now()) if factor else State.OFF
        if factor is None or tenant is None or state is not State.BEGUN:
            confirm_time = factor.confirm_time if factor else None
            return Shown(state, "", "", count, is_required, confirm_time)
        secret = self.box.open(factor.secret, secret_place(tenant_id, user_id))
        uri = setup_uri(secret, user.email, tenant.brand.display_name)
        return Shown(state, secret, uri, count, is_required)

    async def begin(self, tenant_id: str, user_id: str, password: str) -> None:
        """Makes a secret that waits for its first code.

        Refuses with CREDENTIALS_INVALID, TOO_MANY_ATTEMPTS, SECOND_FACTOR_ON and
        SECRETS_KEY_MISSING.
        """
        await self._check_password(tenant_id, user_id, password)
        sealed = self.box.seal(new_secret(), secret_place(tenant_id, user_id))
        async with self.db.transaction(tenant_id) as store:
            factor = SecondFactor(tenant_id, user_id, sealed, store.scope.time)
            if not await store.second_factors.begin(factor):
                raise SecondFactorOn

    async def confirm(self, tenant_id: str, user_id: str, code: str) -> Sequence[str]:
        """Lets a secret count and gives its recovery codes.

        Refuses with SETUP_OVER, CODE_INVALID and TOO_MANY_ATTEMPTS.
        """
        user, now = await self._user(tenant_id, user_id), self.clock.now()
        await counted_attempt(self.db, user, now)
        async with self.db.transaction(tenant_id) as store:
            factor = await store.second_factors.find(tenant_id, user_id)
            if factor is None or factor.state(now) is not State.BEGUN:
                raise SetupOver
            secret = self.box.open(factor.secret, secret_place(tenant_id, user_id))
            step = step_of(secret, plain(code), now)
            if step is None or not await store.second_factors.confirm(factor, step, now):
                raise CodeInvalid
            await forget_attempts(store, user)
            codes = await _with_new_codes(store, user)
            await _note(store, user, "users.turnOnSecondFactor", "off", "on")
        await tell_of_second_factor(self.db, user, "was turned on")
        return codes

    async def renew_codes(self, tenant_id: str, user_id: str, code: str) -> Sequence[str]:
        """Gives other recovery codes.

        Refuses with SECOND_FACTOR_OFF, CODE_INVALID and TOO_MANY_ATTEMPTS.
        """
        user = await self._checked_by_code(tenant_id, user_id, code)
        async with self.db.transaction(tenant_id) as store:
            codes = await _with_new_codes(store, user)
            facts = {"recovery_codes": "made anew"}
            await _note_facts(store, user, "users.renewRecoveryCodes", {}, facts)
        return codes

    async def turn_off(self, tenant_id: str, user_id: str, password: str, code: str) -> None:
        """Turns it off for who has both.

        Refuses with SECOND_FACTOR_OFF, SECOND_FACTOR_REQUIRED, CREDENTIALS_INVALID, CODE_INVALID
        and TOO_MANY_ATTEMPTS.
        """
        async with self.db.read(tenant_id) as store:
            if await store.second_factors.is_required(tenant_id):
                raise SecondFactorRequired
        await self._check_password(tenant_id, user_id, password)
        user = await self._checked_by_code(tenant_id, user_id, code)
        async with self.db.transaction(tenant_id) as store:
            await store.second_factors.remove(tenant_id, user_id)
            await _note(store, user, "users.turnOffSecondFactor", "on", "off")
        await tell_of_second_factor(self.db, user, "was turned off")

    async def _checked_by_code(self, tenant_id: str, user_id: str, code: str) -> User:
        user = await self._user(tenant_id, user_id)
        async with self.db.read(tenant_id) as store:
            standing = await store.second_factors.standing(tenant_id, user_id)
        if not standing.is_on:
            raise SecondFactorOff
        await check_code(self.db, self.box, user, code)
        return user

    async def _check_password(self, tenant_id: str, user_id: str, password: str) -> None:
        """Guesses count as at the log-in."""
        user = await self._user(tenant_id, user_id)
        bearer = await authenticate_user(self.db, self.clock, tenant_id, user.email, password)
        if bearer.subject != user.name:
            raise CredentialsInvalid

    async def _user(self, tenant_id: str, user_id: str) -> User:
        async with self.db.read(tenant_id) as store:
            user = await store.users.find(tenant_id, user_id)
        if user is None:
            raise NotFound(resource=f"tenants/{tenant_id}/users/{user_id}")
        return user


async def _with_new_codes(store: TenancyStore, user: User) -> list[str]:
    codes = new_recovery_codes()
    hashes = [hash_of(plain(each)) for each in codes]
    await store.second_factors.set_recovery_codes(user.tenant_id, user.user_id, hashes)
    return codes


async def _note(store: TenancyStore, user: User, action: str, before: str, after: str) -> None:
    facts = {"second_factor": before}, {"second_factor": after}
    await _note_facts(store, user, action, *facts)


async def _note_facts(
    store: TenancyStore, user: User, action: str, before: dict[str, str], after: dict[str, str]
) -> None:
    change = Change(user.tenant_id, action, user.name, before, after, actor=user.name)
    await note_change(store, change)
