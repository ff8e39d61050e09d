"""Every change is in its tenant's log, and whoever changes the log is found out."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
import json
import uuid
from datetime import UTC
from typing import Any

import asyncpg
import grpc
import pytest
from google.protobuf.field_mask_pb2 import FieldMask

from services.kit.db.urls import driver_dsn
from tests.rpc.tenancy.conftest import Tenancy, reason_of
from tests.support.builders.tenancy import NOON
from veneer.tenancy.v1 import api_key_service_pb2 as keys
from veneer.tenancy.v1 import audit_intake_service_pb2 as intake
from veneer.tenancy.v1 import audit_record_service_pb2 as records
from veneer.tenancy.v1 import audit_service_pb2 as pb
from veneer.tenancy.v1 import tenant_service_pb2 as tenants


async def _entries(tenancy: Tenancy, tenant_id: str, **filters: Any) -> list[pb.AuditEntry]:
    request = pb.ListAuditEntriesRequest(parent=f"tenants/{tenant_id}", **filters)
    answer = await tenancy.audit.ListAuditEntries(request, metadata=tenancy.client(tenant_id))
    return list(answer.audit_entries)


async def _verified(tenancy: Tenancy, tenant_id: str, known_hash: str = "") -> Any:
    request = pb.VerifyAuditLogRequest(parent=f"tenants/{tenant_id}", known_hash=known_hash)
    return await tenancy.audit.VerifyAuditLog(request, metadata=tenancy.client(tenant_id))


async def _a_key(tenancy: Tenancy, tenant_id: str, name: str = "CRM", request_id: str = "") -> Any:
    return await tenancy.api_keys.CreateApiKey(
        keys.CreateApiKeyRequest(
            parent=f"tenants/{tenant_id}",
            api_key=keys.ApiKey(display_name=name, permissions=["calls.read"]),
            request_id=request_id,
        ),
        metadata=tenancy.client(tenant_id),
    )


async def _file(tenancy: Tenancy, tenant_id: str, file_format: Any) -> str:
    request = pb.ExportAuditLogRequest(parent=f"tenants/{tenant_id}", format=file_format)
    call = tenancy.audit.ExportAuditLog(request, metadata=tenancy.client(tenant_id))
    return b"".join([piece.data async for piece in call]).decode()


async def _rewrite(tenancy: Tenancy, tenant_id: str, statement: str) -> None:
    """Does what no role of the service can do."""
    superuser = await asyncpg.connect(driver_dsn(tenancy.admin_url))
    try:
        done = await superuser.execute(
            f"{statement} WHERE tenant_id = $1 AND sequence = 2", tenant_id
        )
        assert done.endswith(" 1")
    finally:
        await superuser.close()


async def test_what_happened_to_a_key_is_told_with_who_did_it(tenancy: Tenancy) -> None:
    """Revoking it again changes nothing, so nothing is noted; nor is a repeated request."""
    tenant_id = await tenancy.a_client()
    request_id = str(uuid.uuid4())
    key = await _a_key(tenancy, tenant_id, request_id=request_id)
    await _a_key(tenancy, tenant_id, request_id=request_id)
    for _ in range(2):
        await tenancy.api_keys.RevokeApiKey(
            keys.RevokeApiKeyRequest(name=key.name), metadata=tenancy.client(tenant_id)
        )

    revoked, created, signed = await _entries(tenancy, tenant_id)

    told = [(each.action, each.actor, each.resource) for each in (revoked, created)]
    assert told == [
        ("apiKeys.revoke", f"tenants/{tenant_id}/users/u1", key.name),
        ("apiKeys.create", f"tenants/{tenant_id}/users/u1", key.name),
    ]
    assert [each.field for each in revoked.differences] == ["revoke_time"]
    facts = {each.field: each.after for each in created.differences}
    assert facts == {
        "display_name": "CRM",
        "permissions": "calls.read",
        "prefix": key.prefix,
    }
    assert key.secret not in str(created)
    assert (signed.action, signed.actor) == ("tenants.create", "provider")
    assert (created.resource_display_name, signed.resource_display_name) == ("CRM", "Sunny Side")


async def test_a_client_is_told_of_its_providers_changes_and_never_of_its_notes(
    tenancy: Tenancy,
) -> None:
    """The notes are in the operator's own log; who of its people it was is the operator's too."""
    tenant_id = await tenancy.a_client()
    await tenancy.tenants.UpdateTenant(
        tenants.UpdateTenantRequest(
            tenant=tenants.Tenant(
                name=f"tenants/{tenant_id}", time_zone="America/Denver", internal_notes="Pays late"
            ),
            update_mask=FieldMask(paths=["time_zone", "internal_notes"]),
        ),
        metadata=tenancy.operator,
    )

    (entry,) = await _entries(tenancy, tenant_id, action="tenants.update")

    difference = pb.AuditEntry.Difference(
        field="time_zone", before="America/New_York", after="America/Denver"
    )
    assert (entry.actor, list(entry.differences)) == ("provider", [difference])
    assert "northgate" not in f"{entry}"

    async def recorded(parent: str, **filters: Any) -> list[records.AuditRecord]:
        answer = await tenancy.audit_records.ListAuditRecords(
            records.ListAuditRecordsRequest(parent=parent, **filters), metadata=tenancy.operator
        )
        return list(answer.audit_records)

    (record,) = await recorded(
        f"tenants/{tenant_id}", actor="tenants/northgate/users/u1", action="tenants.update"
    )
    assert (record.entry, record.staff) == (entry, "tenants/northgate/users/u1")
    (own,) = await recorded("tenants/northgate", resource=f"tenants/{tenant_id}")
    assert [each.after for each in own.entry.differences] == ["Pays late"]


async def test_a_client_cannot_have_the_operators_records(tenancy: Tenancy) -> None:
    """Not even those of its own log."""
    tenant_id = await tenancy.a_client()
    request = records.ListAuditRecordsRequest(parent=f"tenants/{tenant_id}")

    with pytest.raises(Exception, match="permission"):
        await tenancy.audit_records.ListAuditRecords(request, metadata=tenancy.client(tenant_id))


async def test_entries_are_found_by_time_and_action_page_by_page(tenancy: Tenancy) -> None:
    """Latest first; a time is included, an end is not."""
    tenant_id = await tenancy.a_client()
    for name in ("one", "two", "three"):
        tenancy.clock.advance(minutes=1)
        await _a_key(tenancy, tenant_id, name)
    latest, middle, earliest = await _entries(tenancy, tenant_id, action="apiKeys")

    request = pb.ListAuditEntriesRequest(
        parent=f"tenants/{tenant_id}", action="apiKeys.create", page_size=2
    )
    first = await tenancy.audit.ListAuditEntries(request, metadata=tenancy.client(tenant_id))
    request.page_token = first.next_page_token
    second = await tenancy.audit.ListAuditEntries(request, metadata=tenancy.client(tenant_id))

    assert [*first.audit_entries, *second.audit_entries] == [latest, middle, earliest]
    assert second.next_page_token == ""
    assert await _entries(
        tenancy, tenant_id, start_time=middle.create_time, end_time=latest.create_time
    ) == [middle]


async def test_a_log_is_whole_and_ends_where_it_says(tenancy: Tenancy) -> None:
    """With the head that was kept it is also known that the end was not cut off."""
    tenant_id = await tenancy.a_client()
    await _a_key(tenancy, tenant_id)
    kept = (await _verified(tenancy, tenant_id)).head_hash
    await _a_key(tenancy, tenant_id)

    verdict = await _verified(tenancy, tenant_id, kept)
    assert (verdict.whole, verdict.entry_count) == (True, 3)

    other = await _verified(tenancy, tenant_id, "ab" * 32)
    assert (other.whole, other.fault) == (False, pb.VerifyAuditLogResponse.KNOWN_HASH_MISSING)


@pytest.mark.parametrize(
    ("statement", "fault", "faulty"),
    [
        ("UPDATE audit_entries SET actor = 'system'", "CONTENT_CHANGED", "2"),
        ("UPDATE audit_entries SET staff = 'tenants/x/users/y'", "CONTENT_CHANGED", "2"),
        ("UPDATE audit_entries SET differences = '[1'", "CONTENT_CHANGED", "2"),
        ("DELETE FROM audit_entries", "ENTRY_MISSING", "2"),
    ],
)
async def test_who_changes_the_log_behind_our_back_is_found_out(
    tenancy: Tenancy, statement: str, fault: str, faulty: str
) -> None:
    """And where it was is named."""
    tenant_id = await tenancy.a_client()
    for name in ("one", "two"):
        await _a_key(tenancy, tenant_id, name)

    await _rewrite(tenancy, tenant_id, statement)

    verdict = await _verified(tenancy, tenant_id)
    assert not verdict.whole
    assert pb.VerifyAuditLogResponse.Fault.Name(verdict.fault) == fault
    assert verdict.faulty_entry == f"tenants/{tenant_id}/auditEntries/{faulty}"
    assert verdict.entry_count == 1


async def test_many_at_once_make_one_chain(tenancy: Tenancy) -> None:
    """Who comes second links to the first."""
    tenant_id = await tenancy.a_client()

    await asyncio.gather(*(_a_key(tenancy, tenant_id, f"key {n}") for n in range(8)))

    verdict = await _verified(tenancy, tenant_id)
    assert (verdict.whole, verdict.entry_count) == (True, 9)


async def test_the_file_can_be_checked_without_us(tenancy: Tenancy) -> None:
    """As the contract says how."""
    tenant_id = await tenancy.a_client()
    await _a_key(tenancy, tenant_id, "Kürzel")

    lines = (await _file(tenancy, tenant_id, pb.ExportAuditLogRequest.JSON_LINES)).splitlines()

    previous = "0" * 64
    for line in map(json.loads, lines):
        said = [
            1, line["tenant"], line["sequence"], line["time"], line["actor"],
            line["actorDigest"], line["action"], line["resource"], line["differences"], previous,
        ]  # fmt: skip
        previous = hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()
        assert line["hash"] == previous
    assert (await _verified(tenancy, tenant_id)).head_hash == previous


async def test_a_sheet_takes_nothing_in_the_file_for_a_formula(tenancy: Tenancy) -> None:
    """A key's name is whatever somebody typed."""
    tenant_id = await tenancy.a_client()
    await _a_key(tenancy, tenant_id, '=HYPERLINK("x")')

    text = await _file(tenancy, tenant_id, pb.ExportAuditLogRequest.CSV)

    rows = list(csv.DictReader(io.StringIO(text)))
    assert next(row["after"] for row in rows if row["action"] == "apiKeys.create") == (
        '\'=HYPERLINK("x")'
    )


def _told(tenant_id: str, **fields: Any) -> intake.RecordChangeRequest:
    request = intake.RecordChangeRequest(
        tenant=f"tenants/{tenant_id}",
        change_id=uuid.uuid4().hex,
        action="campaigns.pause",
        resource=f"tenants/{tenant_id}/campaigns/west",
        actor="tenants/northgate/users/op",
        differences=[pb.AuditEntry.Difference(field="state", before="ACTIVE", after="PAUSED")],
    )
    request.change_time.FromDatetime(NOON)
    request.MergeFrom(intake.RecordChangeRequest(**fields))
    return request


async def test_what_another_service_changed_is_in_the_chain_once(tenancy: Tenancy) -> None:
    """However often it is told; the operator's people are not named to the client."""
    tenant_id = await tenancy.a_client()
    told = _told(tenant_id)
    for _ in range(2):
        await tenancy.intake.RecordChange(told)
    await tenancy.intake.RecordChange(_told(tenant_id, actor=f"tenants/{tenant_id}/users/u1"))

    mine, providers, signed = await _entries(tenancy, tenant_id)

    assert (signed.action, providers.action) == ("tenants.create", "campaigns.pause")
    assert (providers.actor, mine.actor) == ("provider", f"tenants/{tenant_id}/users/u1")
    assert providers.create_time.ToDatetime(UTC) == NOON
    assert list(providers.differences) == list(told.differences)
    verdict = await _verified(tenancy, tenant_id)
    assert (verdict.whole, verdict.entry_count) == (True, 3)


async def test_a_change_of_nobody_is_refused(tenancy: Tenancy) -> None:
    """There is no such log."""
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await tenancy.intake.RecordChange(_told("nobody"))

    assert reason_of(refused.value) == "RESOURCE_NOT_FOUND"
