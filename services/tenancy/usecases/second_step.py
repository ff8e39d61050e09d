"""The second step of a log-in, for who has a second factor."""

from __future__ import annotations

from dataclasses import dataclass

from services.kit.db.transaction import Database
from services.kit.secret_box import SecretBox
from services.tenancy.domain.credential import CredentialsInvalid, User
from services.tenancy.domain.sealed_link import (
    LinkInvalid,
    LinkSealer,
    Place,
    Purpose,
    proof_of,
    subject_of,
)
from services.tenancy.domain.second_factor import LOGIN_LIFE, SecondStepOver
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.authenticate import Bearer, renew_user
from services.tenancy.usecases.check_code import check_code


@dataclass(frozen=True, slots=True)
class SecondSteps:
    """Takes log-ins from the right password to the right code."""

    db: Database[TenancyStore]
    box: SecretBox
    sealer: LinkSealer

    async def begin(self, tenant_id: str, user_id: str) -> str:
        """Gives what a log-in is gone on with, for who gave the right password.

        It is kept nowhere, opens nothing by itself, and is over with the password.
        """
        user = await self._user(tenant_id, user_id)
        if user is None:
            raise CredentialsInvalid
        expire_time = self.db.clock.now() + LOGIN_LIFE
        return self.sealer.token(Place(Purpose.LOGIN, user_id), expire_time, proof_of(user))

    async def finish(self, tenant_id: str, token: str, code: str) -> Bearer:
        """Gives who logs in.

        Refuses with SECOND_STEP_OVER, CODE_INVALID, TOO_MANY_ATTEMPTS and CREDENTIALS_INVALID.
        """
        user = await self._user(tenant_id, subject_of(token))
        if user is None:
            raise SecondStepOver
        try:
            self.sealer.check(Purpose.LOGIN, token, proof_of(user), self.db.clock.now())
        except LinkInvalid:
            raise SecondStepOver from None
        bearer = await renew_user(self.db, tenant_id, user.user_id)
        await check_code(self.db, self.box, user, code)
        return bearer

    async def _user(self, tenant_id: str, user_id: str) -> User | None:
        async with self.db.read(tenant_id) as store:
            return await store.users.find(tenant_id, user_id)
