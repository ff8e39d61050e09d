"""A code after the password: turned on and off, asked for at log-in, lost and reset."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

import asyncpg
import pyotp
from google.protobuf.field_mask_pb2 import FieldMask

from services.kit.db.urls import driver_dsn
from services.tenancy.domain.permission import CLIENT_PERMISSIONS
from tests.rpc.tenancy.conftest import PASSWORD, Metadata, Tenancy, refusal
from tests.support.mesh import mesh
from veneer.tenancy.v1 import audit_service_pb2
from veneer.tenancy.v1 import authentication_service_pb2 as auth_pb
from veneer.tenancy.v1 import second_factor_policy_service_pb2 as policy_pb
from veneer.tenancy.v1 import second_factor_service_pb2 as pb
from veneer.tenancy.v1 import user_service_pb2 as users_pb

ANN = "ann@sunny.example"
REQUIRED, OPTIONAL = policy_pb.SecondFactorPolicy.REQUIRED, policy_pb.SecondFactorPolicy.OPTIONAL


def _code(tenancy: Tenancy, secret: str, half_minutes: int = 0) -> str:
    return pyotp.TOTP(secret).at(tenancy.clock.now(), counter_offset=half_minutes)


async def _begun(tenancy: Tenancy, user: str) -> str:
    """Gives the secret of a second factor that is not confirmed yet."""
    await tenancy.second_factors.BeginSecondFactor(
        pb.BeginSecondFactorRequest(user=user, password=PASSWORD)
    )
    shown = await tenancy.second_factors.ReadSecondFactor(pb.ReadSecondFactorRequest(user=user))
    return str(shown.secret)


def _confirm(tenancy: Tenancy, user: str, code: str) -> Awaitable[Any]:
    request = pb.ConfirmSecondFactorRequest(user=user, code=code)
    return tenancy.second_factors.ConfirmSecondFactor(request)  # type: ignore[no-any-return]


async def _turned_on(tenancy: Tenancy, user: str) -> tuple[str, list[str]]:
    """Gives the secret and the recovery codes of a second factor; the clock has moved on."""
    secret = await _begun(tenancy, user)
    answer = await _confirm(tenancy, user, _code(tenancy, secret))
    tenancy.clock.advance(minutes=2)
    return secret, list(answer.recovery_codes)


async def _first_step(tenancy: Tenancy, tenant_id: str) -> str:
    answer = await tenancy.log_in(tenant_id, ANN, PASSWORD)
    assert not answer.HasField("principal")
    return str(answer.second_step_token)


def _second_step(tenancy: Tenancy, tenant_id: str, token: str, code: str) -> Awaitable[Any]:
    request = auth_pb.AuthenticateSecondStepRequest(
        tenant=f"tenants/{tenant_id}", second_step_token=token, code=code
    )
    return tenancy.doors.AuthenticateSecondStep(request)  # type: ignore[no-any-return]


async def _require(
    tenancy: Tenancy, tenant_id: str, wanted: Any = REQUIRED, by: Metadata | None = None
) -> None:
    policy = policy_pb.SecondFactorPolicy(
        name=f"tenants/{tenant_id}/secondFactorPolicy", requirement=wanted
    )
    request = policy_pb.UpdateSecondFactorPolicyRequest(
        second_factor_policy=policy, update_mask=FieldMask(paths=["requirement"])
    )
    await tenancy.second_factor_policies.UpdateSecondFactorPolicy(
        request, metadata=by or tenancy.operator
    )


async def _actions(tenancy: Tenancy, tenant_id: str) -> list[str]:
    log = await tenancy.audit.ListAuditEntries(
        audit_service_pb2.ListAuditEntriesRequest(parent=f"tenants/{tenant_id}"),
        metadata=tenancy.client(tenant_id),
    )
    return [entry.action for entry in log.audit_entries]


async def test_who_has_one_is_let_in_by_both_steps_alone(tenancy: Tenancy) -> None:
    """The password gives no principal; a code is taken once, and the one before it never again."""
    tenant_id = await tenancy.a_client()
    user = await tenancy.a_user(tenant_id, ANN)
    secret, _ = await _turned_on(tenancy, user)
    token = await _first_step(tenancy, tenant_id)

    wrong = await refusal(_second_step(tenancy, tenant_id, token, "000000"))
    code = _code(tenancy, secret, 1)
    let_in = await _second_step(tenancy, tenant_id, token, code)
    again = await refusal(_second_step(tenancy, tenant_id, token, code))
    before = await refusal(_second_step(tenancy, tenant_id, token, _code(tenancy, secret)))

    assert (let_in.principal.subject, let_in.display_name) == (user, ANN)
    assert set(let_in.principal.permissions) >= {"calls.read"}
    assert {wrong, again, before} == {"CODE_INVALID"}


async def test_a_step_is_of_its_time_its_portal_and_its_password(tenancy: Tenancy) -> None:
    """Codes from further off, a token that is old, changed or another client's: nobody gets in."""
    tenant_id, other = await tenancy.a_client(), await tenancy.a_client()
    secret, _ = await _turned_on(tenancy, await tenancy.a_user(tenant_id, ANN))
    token = await _first_step(tenancy, tenant_id)
    forged = token[:-1] + ("A" if token[-1] != "A" else "B")

    early = await refusal(_second_step(tenancy, tenant_id, token, _code(tenancy, secret, 2)))
    elsewhere = await refusal(_second_step(tenancy, other, token, _code(tenancy, secret)))
    changed = await refusal(_second_step(tenancy, tenant_id, forged, _code(tenancy, secret)))
    tenancy.clock.advance(minutes=11)
    late = await refusal(_second_step(tenancy, tenant_id, token, _code(tenancy, secret)))

    assert early == "CODE_INVALID"
    assert {elsewhere, changed, late} == {"SECOND_STEP_OVER"}


async def test_wrong_codes_are_counted_apart_from_passwords(tenancy: Tenancy) -> None:
    """Ten in a quarter of an hour; the password goes on being taken."""
    tenant_id = await tenancy.a_client()
    secret, _ = await _turned_on(tenancy, await tenancy.a_user(tenant_id, ANN))
    token = await _first_step(tenancy, tenant_id)

    codes = [await refusal(_second_step(tenancy, tenant_id, token, "000000")) for _ in range(11)]
    token = await _first_step(tenancy, tenant_id)
    tenancy.clock.advance(minutes=16)
    token = await _first_step(tenancy, tenant_id)
    let_in = await _second_step(tenancy, tenant_id, token, _code(tenancy, secret))

    assert (codes[9], codes[10]) == ("CODE_INVALID", "TOO_MANY_ATTEMPTS")
    assert let_in.principal.token


async def test_a_recovery_code_is_good_once(tenancy: Tenancy) -> None:
    """However it is typed; others are made by a code of the app, and end all before."""
    tenant_id = await tenancy.a_client()
    user = await tenancy.a_user(tenant_id, ANN)
    secret, codes = await _turned_on(tenancy, user)
    token = await _first_step(tenancy, tenant_id)

    let_in = await _second_step(tenancy, tenant_id, token, codes[0].upper().replace("-", " "))
    again = await refusal(_second_step(tenancy, tenant_id, token, codes[0]))
    renewed = await tenancy.second_factors.RenewRecoveryCodes(
        pb.RenewRecoveryCodesRequest(user=user, code=_code(tenancy, secret))
    )
    earlier = await refusal(_second_step(tenancy, tenant_id, token, codes[1]))
    shown = await tenancy.second_factors.ReadSecondFactor(pb.ReadSecondFactorRequest(user=user))

    assert let_in.principal.token
    assert (again, earlier) == ("CODE_INVALID", "CODE_INVALID")
    assert len(set(codes) | set(renewed.recovery_codes)) == 20
    assert (shown.recovery_code_count, shown.secret) == (10, "")
    assert (await _actions(tenancy, tenant_id))[:3] == [
        "users.renewRecoveryCodes",
        "notices.send",
        "users.useRecoveryCode",
    ]


async def test_it_is_turned_on_by_its_first_code(tenancy: Tenancy) -> None:
    """By who knows the password, in time; until then the password is enough."""
    tenant_id = await tenancy.a_client()
    user = await tenancy.a_user(tenant_id, ANN)
    begin = pb.BeginSecondFactorRequest(user=user, password="not this one")

    unknown = await refusal(tenancy.second_factors.BeginSecondFactor(begin))
    secret = await _begun(tenancy, user)
    wrong = await refusal(_confirm(tenancy, user, "000000"))
    still = await tenancy.log_in(tenant_id, ANN, PASSWORD)
    tenancy.clock.advance(minutes=16)
    late = await refusal(_confirm(tenancy, user, _code(tenancy, secret)))
    await _turned_on(tenancy, user)
    twice = await refusal(_begun(tenancy, user))

    assert (unknown, wrong, late) == ("CREDENTIALS_INVALID", "CODE_INVALID", "SETUP_OVER")
    assert still.principal.token
    assert twice == "SECOND_FACTOR_ON"


async def test_it_is_turned_off_by_password_and_code(tenancy: Tenancy) -> None:
    """Not by one of them, and not where the company wants it of everybody."""
    tenant_id = await tenancy.a_client()
    user = await tenancy.a_user(tenant_id, ANN)
    secret, codes = await _turned_on(tenancy, user)

    def off(password: str, code: str) -> Any:
        request = pb.TurnOffSecondFactorRequest(user=user, password=password, code=code)
        return tenancy.second_factors.TurnOffSecondFactor(request)

    wrong = await refusal(off("not this one", codes[0])), await refusal(off(PASSWORD, "000000"))
    await _require(tenancy, tenant_id)
    required = await refusal(off(PASSWORD, codes[0]))
    await _require(tenancy, tenant_id, OPTIONAL)
    await off(PASSWORD, _code(tenancy, secret))

    assert wrong == ("CREDENTIALS_INVALID", "CODE_INVALID")
    assert required == "SECOND_FACTOR_REQUIRED"
    assert (await tenancy.log_in(tenant_id, ANN, PASSWORD)).principal.token


async def test_where_it_is_required_nothing_is_open_without(tenancy: Tenancy) -> None:
    """At the log-in and in sessions that are open; a provider's word is enough."""
    tenant_id = await tenancy.a_client()
    user = await tenancy.a_user(tenant_id, ANN)
    await _require(tenancy, tenant_id)

    async def renewed(is_vouched_for: bool = False) -> Any:
        request = auth_pb.RenewPrincipalRequest(user=user, is_vouched_for=is_vouched_for)
        return (await tenancy.doors.RenewPrincipal(request)).principal

    let_in = (await tenancy.log_in(tenant_id, ANN, PASSWORD)).principal
    open_session, vouched = await renewed(), await renewed(is_vouched_for=True)
    await _turned_on(tenancy, user)
    after = await renewed()

    for held in (let_in, open_session):
        assert (held.needs_second_factor, list(held.permissions)) == (True, [])
    for free in (vouched, after):
        assert (free.needs_second_factor, "calls.read" in free.permissions) == (False, True)


async def test_owners_alone_require_it_and_reset_it(tenancy: Tenancy) -> None:
    """And it is in the log; whose is reset logs in with the password again."""
    tenant_id = await tenancy.a_client()
    user = await tenancy.a_user(tenant_id, ANN)
    await _turned_on(tenancy, user)
    owner = await _an_owner(tenancy, tenant_id)
    reset = users_pb.ResetSecondFactorRequest(name=user)
    people = users_pb.ListUsersRequest(parent=f"tenants/{tenant_id}")

    admin = tenancy.client(tenant_id)
    refused = (
        await refusal(tenancy.users.ResetSecondFactor(reset, metadata=admin)),
        await refusal(_require(tenancy, tenant_id, by=admin)),
    )
    before = (await tenancy.users.ListUsers(people, metadata=admin)).users
    await tenancy.users.ResetSecondFactor(reset, metadata=owner)
    await _require(tenancy, tenant_id, by=owner)

    assert refused == ("OWNER_NEEDED", "OWNER_NEEDED")
    assert {each.email: each.has_second_factor for each in before} == {
        ANN: True,
        "owner@sunny.example": False,
    }
    assert (await tenancy.log_in(tenant_id, ANN, PASSWORD)).principal.needs_second_factor
    actions = await _actions(tenancy, tenant_id)
    assert {"users.resetSecondFactor", "secondFactorPolicies.update"} <= set(actions)


async def _an_owner(tenancy: Tenancy, tenant_id: str) -> Metadata:
    user = users_pb.User(email="owner@sunny.example", role=users_pb.User.OWNER, password=PASSWORD)
    request = users_pb.CreateUserRequest(parent=f"tenants/{tenant_id}", user=user)
    created = await tenancy.users.CreateUser(request, metadata=tenancy.operator)
    return mesh().client(tenancy.clock, tenant_id, CLIENT_PERMISSIONS, subject=created.name)


async def test_who_reads_the_store_has_neither_codes_nor_secret(tenancy: Tenancy) -> None:
    """They are hashed, and sealed."""
    tenant_id = await tenancy.a_client()
    secret, codes = await _turned_on(tenancy, await tenancy.a_user(tenant_id, ANN))

    superuser = await asyncpg.connect(driver_dsn(tenancy.admin_url))
    kept = ""
    for table in ("second_factors", "recovery_codes", "notices", "audit_entries"):
        rows = await superuser.fetch(f"SELECT * FROM {table} WHERE tenant_id = $1", tenant_id)  # noqa: S608
        kept += str([tuple(row) for row in rows])
    await superuser.close()

    told = [secret, *codes, *(code.replace("-", "") for code in codes)]
    assert [each for each in told if each in kept] == []
    assert "second_factors" not in kept
    assert "was turned on" in kept
