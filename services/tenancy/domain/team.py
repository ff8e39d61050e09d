"""The people of a tenant: who may change whom, and that somebody is left to lead it."""

from __future__ import annotations

from collections.abc import Collection

from services.kit.errors import InvalidRequest, Kind, Refusal
from services.tenancy.domain.credential import User
from services.tenancy.domain.permission import PermissionNotHeld, Role, permissions_of

DISPLAY_NAME_LENGTH_MAX = 80


class LastOwner(Refusal):
    """Nobody were left who could let others in."""

    kind = Kind.FAILED_PRECONDITION
    reason = "LAST_OWNER"


class OwnerNeeded(Refusal):
    """Only an owner makes owners, and changes them."""

    kind = Kind.PERMISSION_DENIED
    reason = "OWNER_NEEDED"


def check_held(role: Role, held: Collection[str], *, of_operator: bool) -> None:
    """Refuses to give, or take, a role that may more than who does it."""
    missing = sorted(permissions_of(role, of_operator=of_operator) - frozenset(held))
    if missing:
        raise PermissionNotHeld(
            "Nobody can give a user, or change in one, what it may not do itself.",
            permissions=",".join(missing),
        )


def check_owner(role: Role, leaders: Collection[User], subject: str) -> None:
    """Refuses what is about owners to everybody but one; where there is none, anybody may be made.

    `subject` is the name of who asks.
    """
    owners = {user.name for user in leaders if user.role is Role.OWNER}
    if role is Role.OWNER and owners and subject not in owners:
        raise OwnerNeeded("Only an owner can do this.")


def check_still_led(leaders: Collection[User], changed: User) -> None:
    """Refuses to change the last owner, or without any owner the last administrator, into none.

    `leaders` are those who lead before the change.
    """
    best = Role.OWNER if any(each.role is Role.OWNER for each in leaders) else Role.ADMIN
    after = [each for each in leaders if each.user_id != changed.user_id]
    if changed.leads:
        after.append(changed)
    wanted = (Role.OWNER,) if best is Role.OWNER else (Role.OWNER, Role.ADMIN)
    if leaders and not any(each.role in wanted for each in after):
        called = "owner" if best is Role.OWNER else "administrator"
        raise LastOwner(f"This is the last {called}. Make somebody else {called} first.")


def check_display_name(display_name: str) -> None:
    """Refuses a name that is too long."""
    if len(display_name) > DISPLAY_NAME_LENGTH_MAX:
        raise InvalidRequest.at(
            "user.display_name", f"Must have at most {DISPLAY_NAME_LENGTH_MAX} characters."
        )
