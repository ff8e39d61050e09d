"""Lets a member of the operator's staff in again whom nobody else can help."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from services.kit.changes import Change
from services.kit.db.transaction import Database
from services.kit.errors import Kind, Refusal
from services.tenancy.domain.credential import UserState
from services.tenancy.domain.sealed_link import LinkSealer, Place, Purpose, proof_of
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.check_code import forget_attempts
from services.tenancy.usecases.note_change import note_change
from services.tenancy.usecases.second_factor_mail import tell_of_second_factor

_LIFE: Final = timedelta(hours=1)


class NotOfOperator(Refusal):
    """Nobody of the operator's staff may log in with an address."""

    kind = Kind.NOT_FOUND
    reason = "USER_NOT_OF_OPERATOR"


async def rescue(db: Database[TenancyStore], sealer: LinkSealer, email: str) -> str:
    """Turns somebody's second factor off, and gives the address of a page for another password.

    It is good for an hour. For who has the machines alone: it goes by no log-in. Refuses with
    USER_NOT_OF_OPERATOR.
    """
    async with db.operator_transaction() as store:
        operator = await store.tenants.find_operator()
        address = email.strip().lower()
        user = await store.users.find_by_email(operator.tenant_id, address) if operator else None
        if operator is None or user is None or user.state is not UserState.ACTIVE:
            raise NotOfOperator("Nobody of the operator may log in with this address.", email=email)
        was_on = await store.second_factors.remove(user.tenant_id, user.user_id)
        await forget_attempts(store, user)
        await store.users.clear_failures(user.tenant_id, user.email)
        facts = {"second_factor": "off", "password": "a link was given out on the machine"}
        before = {"second_factor": "on"} if was_on else {"second_factor": "off"}
        await note_change(store, Change(user.tenant_id, "users.rescue", user.name, before, facts))
        expiry = store.scope.time + _LIFE
    if was_on:
        await tell_of_second_factor(db, user, "was turned off by who runs the machines")
    token = sealer.token(Place(Purpose.PASSWORD, user.user_id), expiry, proof_of(user))
    return f"https://{operator.host_names[0]}/new-password?token={token}"
