"""Nobody chooses a password that is known from a breach, where there is a list of them."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Iterator
from pathlib import Path
from typing import Any

import pytest

from services.tenancy.partners.breached_passwords import BreachedPasswords
from services.tenancy.usecases.hashing import PasswordRules
from tests.rpc.tenancy.conftest import PASSWORD, Tenancy, refusal
from veneer.tenancy.v1 import password_service_pb2 as pb
from veneer.tenancy.v1 import user_service_pb2 as users_pb

STOLEN = "trustno1 trustno1"
OTHER = "another long password"


@pytest.fixture(autouse=True)
def _listed(tmp_path: Path) -> Iterator[None]:
    path = tmp_path / "breached.txt"
    path.write_text(f"{hashlib.sha1(STOLEN.encode()).hexdigest().upper()}:42\n")
    PasswordRules.breached = BreachedPasswords(path)
    yield
    PasswordRules.breached = None


async def test_nobody_chooses_what_was_stolen(tenancy: Tenancy) -> None:
    """Neither who is let in nor who changes theirs; everything else is as it was."""
    tenant_id = await tenancy.a_client()
    user = await tenancy.a_user(tenant_id, "ann@sunny.example")
    bob = users_pb.User(email="bob@sunny.example", role=users_pb.User.VIEWER, password=STOLEN)
    create = users_pb.CreateUserRequest(parent=f"tenants/{tenant_id}", user=bob)

    def changed(wanted: str) -> Awaitable[Any]:
        request = pb.ChangePasswordRequest(user=user, password=PASSWORD, new_password=wanted)
        return tenancy.passwords.ChangePassword(request)  # type: ignore[no-any-return]

    let_in = tenancy.users.CreateUser(create, metadata=tenancy.client(tenant_id))
    assert await refusal(let_in) == "PASSWORD_TOO_WEAK"
    assert await refusal(changed(STOLEN)) == "PASSWORD_TOO_WEAK"
    await changed(OTHER)
    assert (await tenancy.log_in(tenant_id, "ann@sunny.example", OTHER)).principal.subject == user
