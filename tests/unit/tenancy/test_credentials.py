"""Keys and passwords."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.tenancy.domain.credential import (
    PasswordTooWeak,
    TooManyAttempts,
    check_attempts,
    check_password,
    prefix_of,
    secret_of,
)
from services.tenancy.domain.permission import (
    CLIENT_PERMISSIONS,
    PermissionNotHeld,
    Role,
    granted,
    permissions_of,
)
from tests.support.builders.tenancy import NOON


def test_the_part_of_a_secret_that_is_shown_gives_nothing_away() -> None:
    """Six characters tell keys apart; thirty-seven more are left to guess."""
    secret = secret_of("A" * 43)

    assert (prefix_of(secret), len(secret)) == ("key_AAAAAA", 47)


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "xx-alice-1234567", "x" * 201])
def test_a_password_that_is_easily_guessed_is_refused(password: str) -> None:
    """Length first; but neither one character over and over nor the address."""
    with pytest.raises(PasswordTooWeak):
        check_password(password, "alice@sunny.example")


def test_after_ten_failures_nobody_listens_until_the_first_is_fifteen_minutes_old() -> None:
    """The wait ends when fewer than ten failures lie within the window."""
    failures = [NOON + timedelta(seconds=second) for second in range(10)]

    with pytest.raises(TooManyAttempts) as refused:
        check_attempts(failures, NOON + timedelta(minutes=5))

    assert refused.value.retry_after_seconds == 600


def test_nine_failures_are_forgiven() -> None:
    """People mistype."""
    check_attempts([NOON] * 9, NOON)


def test_failures_are_forgotten_after_fifteen_minutes() -> None:
    """Nobody is locked out for good."""
    check_attempts([NOON] * 50, NOON + timedelta(minutes=15))


def test_a_viewer_only_reads() -> None:
    """Whatever a viewer may do, it changes nothing."""
    allowed = permissions_of(Role.VIEWER, of_operator=True)

    assert {permission.split(".")[1] for permission in allowed} == {"read"}


def test_a_client_never_holds_an_operators_permission() -> None:
    """Not even its owner, who alone may cancel."""
    owner = permissions_of(Role.OWNER, of_operator=False)
    assert owner == CLIENT_PERMISSIONS
    assert owner - permissions_of(Role.ADMIN, of_operator=False) == {"cancellation.write"}


def test_a_key_may_be_allowed_less_than_its_creator_but_not_more() -> None:
    """Otherwise a key would be a way around every permission."""
    held = {"calls.read", "usage.read"}

    assert granted(["calls.read"], held) == {"calls.read"}
    assert granted([], held) == held
    with pytest.raises(PermissionNotHeld):
        granted(["calls.read", "users.write"], held)
