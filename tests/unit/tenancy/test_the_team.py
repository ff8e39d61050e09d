"""What the roles may do, and who may change whom."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.tenancy.domain.credential import User, UserState
from services.tenancy.domain.permission import (
    CLIENT_PERMISSIONS,
    OPERATOR_PERMISSIONS,
    PermissionNotHeld,
    Role,
    permissions_of,
)
from services.tenancy.domain.team import (
    LastOwner,
    OwnerNeeded,
    check_held,
    check_owner,
    check_still_led,
)
from tests.support.builders.tenancy import NOON

SUPERVISOR = {
    "agents.read", "agents.write", "calls.read", "campaigns.read", "campaigns.write",
    "dids.order", "dids.read", "dnc.read", "dnc.write", "leads.read", "leads.write",
    "profile.read", "recordings.read", "reports.read", "usage.read",
}  # fmt: skip
BILLING = {
    "account.read", "account.write", "calls.read", "invoices.read", "payments.read",
    "payments.write", "priceNotices.read", "priceNotices.write", "profile.read", "usage.read",
}  # fmt: skip


def a_user(user_id: str, role: Role, state: UserState = UserState.ACTIVE) -> User:
    return User("sunny", user_id, f"{user_id}@sunny.example", user_id, role, NOON, "hash", state)


def test_each_role_may_exactly_what_it_is_for() -> None:
    """So that a right that is added later is given on purpose."""
    of = {role: permissions_of(role, of_operator=False) for role in Role}

    assert of[Role.OWNER] == CLIENT_PERMISSIONS
    assert of[Role.ADMIN] == CLIENT_PERMISSIONS - {"cancellation.write"}
    assert of[Role.SUPERVISOR] == SUPERVISOR
    assert of[Role.BILLING] == BILLING
    assert of[Role.VIEWER] == {each for each in CLIENT_PERMISSIONS if each.endswith(".read")}


@pytest.mark.parametrize("role", Role)
def test_no_role_of_the_operator_holds_what_nothing_demands(role: Role) -> None:
    """And none holds less at the operator than at a client."""
    held = permissions_of(role, of_operator=True)

    assert permissions_of(role, of_operator=False) <= held
    assert held <= CLIENT_PERMISSIONS | OPERATOR_PERMISSIONS


def test_nobody_gives_more_than_it_holds() -> None:
    """Neither by a new user nor by changing one."""
    check_held(Role.BILLING, BILLING, of_operator=False)
    with pytest.raises(PermissionNotHeld):
        check_held(Role.SUPERVISOR, BILLING | {"users.write"}, of_operator=False)


def test_only_an_owner_makes_owners() -> None:
    """Where there is none yet, anybody who may do everything else."""
    owner, admin = a_user("olga", Role.OWNER), a_user("adam", Role.ADMIN)

    check_owner(Role.OWNER, [owner, admin], owner.name)
    check_owner(Role.OWNER, [admin], admin.name)
    check_owner(Role.ADMIN, [owner, admin], admin.name)
    with pytest.raises(OwnerNeeded):
        check_owner(Role.OWNER, [owner, admin], admin.name)


@pytest.mark.parametrize(
    "change", [{"role": Role.ADMIN}, {"state": UserState.DISABLED}, {"role": Role.BILLING}]
)
def test_the_last_owner_stays(change: dict[str, Role | UserState]) -> None:
    """However many administrators there are."""
    owner, admin = a_user("olga", Role.OWNER), a_user("adam", Role.ADMIN)

    with pytest.raises(LastOwner):
        check_still_led([owner, admin], replace(owner, **change))  # type: ignore[arg-type]
    check_still_led([owner, a_user("otto", Role.OWNER)], replace(owner, **change))  # type: ignore[arg-type]


def test_the_last_administrator_stays_where_there_is_no_owner() -> None:
    """It may become the owner."""
    admin = a_user("adam", Role.ADMIN)

    with pytest.raises(LastOwner):
        check_still_led([admin], replace(admin, role=Role.VIEWER))
    check_still_led([admin], replace(admin, role=Role.OWNER))
    check_still_led([admin], a_user("vera", Role.BILLING))
