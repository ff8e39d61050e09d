"""A scripted audit log: three entries, of which `World.audit_fault` says whether they hold."""

from __future__ import annotations

from typing import Any

from google.api.httpbody_pb2 import HttpBody

from tests.support.gateway.world import World
from veneer.tenancy.v1 import audit_record_service_pb2 as records
from veneer.tenancy.v1 import audit_record_service_pb2_grpc as record_rpc
from veneer.tenancy.v1 import audit_service_pb2 as pb
from veneer.tenancy.v1 import audit_service_pb2_grpc as rpc

_Difference = pb.AuditEntry.Difference


class Audit(rpc.AuditServiceServicer):
    """Tells the client's side."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ListAuditEntries(self, request: Any, context: Any) -> Any:
        self._world.hear(f"ListAuditEntries {request.action} {request.start_time.seconds}")
        return pb.ListAuditEntriesResponse(audit_entries=entries_of(self._world, request.parent))

    async def ExportAuditLog(self, request: Any, context: Any) -> Any:
        self._world.hear(f"ExportAuditLog {request.parent} {request.format}")
        yield HttpBody(content_type="text/csv", data=b"sequence\r\n")
        yield HttpBody(content_type="text/csv", data=b"1\r\n")

    async def VerifyAuditLog(self, request: Any, context: Any) -> Any:
        self._world.hear(f"VerifyAuditLog {request.known_hash}")
        if self._world.audit_fault:
            return pb.VerifyAuditLogResponse(
                fault=pb.VerifyAuditLogResponse.Fault.Value(self._world.audit_fault),
                faulty_entry=f"{request.parent}/auditEntries/2",
                entry_count=1,
            )
        return pb.VerifyAuditLogResponse(whole=True, entry_count=3, head_hash="ab" * 32)


class AuditRecords(record_rpc.AuditRecordServiceServicer):
    """Tells the operator's side."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ListAuditRecords(self, request: Any, context: Any) -> Any:
        found = []
        for entry in entries_of(self._world, request.parent):
            record = records.AuditRecord(entry=entry)
            if entry.actor == "provider":
                record.staff = "tenants/northgate/users/u9"
                record.staff_display_name = "Robin Vale"
            found.append(record)
        return records.ListAuditRecordsResponse(audit_records=found)


def entries_of(world: World, parent: str) -> list[pb.AuditEntry]:
    """Gives what has happened in a tenant's account."""
    entries = [
        pb.AuditEntry(
            name=f"{parent}/auditEntries/3",
            actor=f"{parent}/users/u1",
            actor_display_name="Dana Rivers",
            action="apiKeys.revoke",
            resource=f"{parent}/apiKeys/k1",
            resource_display_name="Lead import <old>",
            differences=[_Difference(field="revoke_time", after="2025-10-15T12:00:00.000000Z")],
        ),
        pb.AuditEntry(
            name=f"{parent}/auditEntries/2",
            actor="provider",
            action="tenants.update",
            resource=parent,
            differences=[
                _Difference(field="limits.max_agents", before="10", after="25"),
                _Difference(field="contact_email", before="old@abc.example", after=""),
            ],
        ),
        pb.AuditEntry(
            name=f"{parent}/auditEntries/1",
            actor="system",
            action="signingKeys.turnOver",
            resource=parent,
            differences=[_Difference(field=f"field_{n}", after=str(n)) for n in range(5)],
        ),
    ]
    for entry in entries:
        entry.create_time.FromDatetime(world.clock.now())
    return entries
