"""AuditService and AuditRecordService: who changed what, for tenants and for the operator."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from google.api.httpbody_pb2 import HttpBody
from google.protobuf.timestamp_pb2 import Timestamp

from services.kit.aip import page_token
from services.kit.aip.page_token import InvalidPageToken
from services.kit.aip.resource_name import tenant_id_of
from services.kit.db.transaction import Database
from services.kit.errors import InvalidRequest
from services.tenancy.domain.audit import Entry, Fault
from services.tenancy.domain.audit_files import CSV, JSON_LINES
from services.tenancy.rpc import wire
from services.tenancy.rpc.names import AuditEntryName
from services.tenancy.store import TenancyStore
from services.tenancy.store.audit import Wanted
from services.tenancy.usecases.export_audit_log import export_audit_log
from services.tenancy.usecases.name_resources import display_names
from services.tenancy.usecases.verify_audit_log import verify_audit_log
from veneer.tenancy.v1 import audit_record_service_pb2 as records
from veneer.tenancy.v1 import audit_record_service_pb2_grpc as record_rpc
from veneer.tenancy.v1 import audit_service_pb2 as pb
from veneer.tenancy.v1 import audit_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_Request = pb.ListAuditEntriesRequest | records.ListAuditRecordsRequest


class AuditService(rpc.AuditServiceServicer):
    """veneer.tenancy.v1.AuditService."""

    def __init__(self, db: Database[TenancyStore]) -> None:
        self._db = db

    async def ListAuditEntries(
        self, request: pb.ListAuditEntriesRequest, context: Context
    ) -> pb.ListAuditEntriesResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        async with self._db.read(tenant_id) as store:
            found, token = await _page(store, tenant_id, request, by_staff=False)
            names = await display_names(store, _named_in(found))
        return pb.ListAuditEntriesResponse(
            audit_entries=(_to_wire(entry, names) for entry in found), next_page_token=token
        )

    async def ExportAuditLog(
        self, request: pb.ExportAuditLogRequest, context: Context
    ) -> AsyncIterator[HttpBody]:
        tenant_id = tenant_id_of(request.parent, "parent")
        media_type = CSV if request.format == pb.ExportAuditLogRequest.CSV else JSON_LINES
        async for piece in export_audit_log(self._db, tenant_id, media_type):
            yield HttpBody(content_type=media_type, data=piece)

    async def VerifyAuditLog(
        self, request: pb.VerifyAuditLogRequest, context: Context
    ) -> pb.VerifyAuditLogResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        verdict = await verify_audit_log(self._db, tenant_id, _hash(request.known_hash))
        answer = pb.VerifyAuditLogResponse(
            whole=verdict.fault is None,
            entry_count=verdict.count,
            head_hash=verdict.head.hex() if verdict.count else "",
        )
        if verdict.fault is not None:
            answer.fault = pb.VerifyAuditLogResponse.Fault.Value(verdict.fault)
            if verdict.fault is not Fault.KNOWN_HASH_MISSING:
                answer.faulty_entry = str(AuditEntryName(tenant_id, str(verdict.count + 1)))
        return answer


class AuditRecordService(record_rpc.AuditRecordServiceServicer):
    """veneer.tenancy.v1.AuditRecordService."""

    def __init__(self, db: Database[TenancyStore]) -> None:
        self._db = db

    async def ListAuditRecords(
        self, request: records.ListAuditRecordsRequest, context: Context
    ) -> records.ListAuditRecordsResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        # In the operator's role: who is behind an entry is no user of that tenant.
        async with self._db.operator_read() as store:
            found, token = await _page(store, tenant_id, request, by_staff=True)
            names = await display_names(
                store, [*_named_in(found), *(entry.actor.staff for entry in found)]
            )
        return records.ListAuditRecordsResponse(
            audit_records=(
                records.AuditRecord(
                    entry=_to_wire(entry, names),
                    staff=entry.actor.staff,
                    staff_display_name=names[entry.actor.staff],
                )
                for entry in found
            ),
            next_page_token=token,
        )


async def _page(
    store: TenancyStore, tenant_id: str, request: _Request, *, by_staff: bool
) -> tuple[list[Entry], str]:
    size = page_token.page_size(request, 50, 500)
    wanted = Wanted(
        start_time=_instant(request.start_time) if request.HasField("start_time") else None,
        end_time=_instant(request.end_time) if request.HasField("end_time") else None,
        actor=request.actor,
        action=request.action,
        resource=request.resource,
        by_staff=by_staff,
    )
    before = _cursor(page_token.decode(request))
    found = await store.audit.list_before(tenant_id, wanted, before, size + 1)
    if len(found) <= size:
        return found, ""
    return found[:size], page_token.encode(request, [str(found[size - 1].sequence)])


def _named_in(entries: Iterable[Entry]) -> Iterator[str]:
    for entry in entries:
        yield entry.actor.seen
        yield entry.resource


def _instant(wire_time: Timestamp) -> datetime:
    return wire_time.ToDatetime(UTC)


def _cursor(parts: list[str] | None) -> int | None:
    if parts is None:
        return None
    if len(parts) != 1 or not (parts[0].isascii() and parts[0].isdigit() and len(parts[0]) < 19):
        raise InvalidPageToken
    return int(parts[0])


def _hash(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise InvalidRequest.at("known_hash", "Must be a hash in hex.") from error


def _to_wire(entry: Entry, names: Mapping[str, str]) -> pb.AuditEntry:
    return pb.AuditEntry(
        name=str(AuditEntryName(entry.tenant_id, str(entry.sequence))),
        create_time=wire.timestamp(entry.time),
        actor=entry.actor.seen,
        action=entry.action,
        resource=entry.resource,
        differences=(
            pb.AuditEntry.Difference(field=each.field, before=each.before, after=each.after)
            for each in entry.differences
        ),
        actor_digest=entry.staff_digest,
        previous_hash=entry.previous_hash.hex(),
        hash=entry.hash.hex(),
        actor_display_name=names[entry.actor.seen],
        resource_display_name=names[entry.resource],
    )
