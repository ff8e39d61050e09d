"""Somebody of the operator who has lost everything is let in again from the machine."""

from __future__ import annotations

import secrets
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from services.tenancy.usecases.rescue import NotOfOperator, rescue
from tests.rpc.tenancy.conftest import PASSWORD, SEALER, Tenancy
from veneer.tenancy.v1 import audit_service_pb2
from veneer.tenancy.v1 import password_service_pb2 as passwords_pb
from veneer.tenancy.v1 import second_factor_service_pb2 as pb

OPERATOR = "northgate"
OTHER = "another long password"


async def _owner_with_second_factor(tenancy: Tenancy) -> tuple[str, str]:
    email = f"ann-{secrets.token_hex(4)}@northgate.example"
    user = await tenancy.a_user(OPERATOR, email)
    begin = pb.BeginSecondFactorRequest(user=user, password=PASSWORD)
    await tenancy.second_factors.BeginSecondFactor(begin)
    shown = await tenancy.second_factors.ReadSecondFactor(pb.ReadSecondFactorRequest(user=user))
    code = pyotp.TOTP(shown.secret).at(tenancy.clock.now())
    confirm = pb.ConfirmSecondFactorRequest(user=user, code=code)
    await tenancy.second_factors.ConfirmSecondFactor(confirm)
    return user, email


async def test_who_has_lost_everything_chooses_a_password_and_needs_no_code(
    tenancy: Tenancy,
) -> None:
    """What was done is in the operator's own log, by the system."""
    user, email = await _owner_with_second_factor(tenancy)

    link = urlsplit(await rescue(tenancy.db, SEALER, email.upper()))
    reset = passwords_pb.ResetPasswordRequest(
        tenant=f"tenants/{OPERATOR}", token=parse_qs(link.query)["token"][0], new_password=OTHER
    )
    await tenancy.passwords.ResetPassword(reset)
    let_in = await tenancy.log_in(OPERATOR, email, OTHER)

    assert link.path == "/new-password"
    assert let_in.principal.subject == user
    log = await tenancy.audit.ListAuditEntries(
        audit_service_pb2.ListAuditEntriesRequest(parent=f"tenants/{OPERATOR}"),
        metadata=tenancy.operator,
    )
    (entry,) = [each for each in log.audit_entries if each.action == "users.rescue"]
    assert entry.resource == user


async def test_nobody_of_a_client_is_let_in_so(tenancy: Tenancy) -> None:
    """Their own owner, or their seller, helps them."""
    tenant_id = await tenancy.a_client()
    await tenancy.a_user(tenant_id, "bob@sunny.example")

    for email in ("bob@sunny.example", "nobody@northgate.example"):
        with pytest.raises(NotOfOperator):
            await rescue(tenancy.db, SEALER, email)
