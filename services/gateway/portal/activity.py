"""Who changed what: the audit log of a tenant, as it may see it or as the operator may."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import grpc
from google.protobuf.timestamp_pb2 import Timestamp
from starlette.responses import Response, StreamingResponse

from services.gateway.http.headers import PRIVATE_DATA
from services.gateway.portal.activity_words import ACTIONS, COLLECTIONS
from services.gateway.portal.figures import moment
from services.gateway.portal.handling import refusal_of
from services.gateway.portal.visit import Visit
from services.kit.errors import InvalidRequest
from veneer.tenancy.v1 import audit_record_service_pb2 as records_pb
from veneer.tenancy.v1 import audit_service_pb2 as pb

_PAGE_SIZE: Final = 50
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_CAPITAL = re.compile(r"(?=[A-Z])")
_FORMATS: Final = {
    "csv": (pb.ExportAuditLogRequest.CSV, "activity.csv"),
    "jsonl": (pb.ExportAuditLogRequest.JSON_LINES, "activity.jsonl"),
}
_FAULTS: Final = {
    pb.VerifyAuditLogResponse.CONTENT_CHANGED: "Entry {} does not say any more what it said.",
    pb.VerifyAuditLogResponse.ENTRY_MISSING: "Entry {} is missing.",
    pb.VerifyAuditLogResponse.LINK_BROKEN: "Entry {} does not follow the one before it.",
    pb.VerifyAuditLogResponse.KNOWN_HASH_MISSING: "The entry of this seal is not in the log.",
}


@dataclass(frozen=True, slots=True)
class Log:
    """Whose log a page is of, where the page is, and how it is headed."""

    tenant: str
    path: str
    title: str
    client: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as people read it."""

    time: Timestamp
    action: str
    resource: str
    who: str
    differences: tuple[tuple[str, str, str], ...]


async def show_log(visit: Visit, log: Log) -> Response:
    """Shows a page of a log, latest first, and what a check has found if one was asked for."""
    parameters = visit.request.query_params
    zone = await visit.portal.zones.of(log.tenant)
    chosen = {name: parameters.get(name, "") for name in ("from", "to", "what")}
    asked = _request(log, chosen, zone)
    asked["page_token"] = parameters.get("page", "")
    rows, token = await (_records if visit.site.is_operator else _entries)(visit, asked, zone)
    query = urlencode({name: value for name, value in chosen.items() if value})
    verdict, problem = None, None
    if "check" in parameters:
        try:
            verdict = await _verified(visit, log, parameters.get("seal", ""))
        except grpc.aio.AioRpcError as error:
            problem = refusal_of(error)
    return visit.page(
        "activity.html",
        title=log.title,
        log=log,
        rows=rows,
        chosen=chosen,
        collections=COLLECTIONS,
        verdict=verdict,
        fault=_fault(verdict) if verdict else "",
        seal=parameters.get("seal", ""),
        problem=problem,
        is_first=not asked["page_token"],
        first_query=query,
        next_query=f"{query}&{urlencode({'page': token})}" if token else "",
        zone=zone,
    )


async def send_log(visit: Visit, tenant: str) -> Response:
    """Hands out a whole log as a file, piece by piece."""
    file_format, name = _FORMATS[_format(visit)]
    request = pb.ExportAuditLogRequest(parent=tenant, format=file_format)
    pieces = aiter(visit.services.audit.ExportAuditLog(request, metadata=visit.metadata))
    # A refusal comes instead of the first piece, while it can still be told.
    first = await anext(pieces)
    headers = {key.decode(): value.decode() for key, value in PRIVATE_DATA}
    headers["content-disposition"] = f'attachment; filename="{name}"'

    async def body() -> AsyncIterator[bytes]:
        yield first.data
        async for piece in pieces:
            yield piece.data

    return StreamingResponse(body(), 200, headers, first.content_type)


def _format(visit: Visit) -> str:
    chosen: str = visit.request.query_params.get("format", "csv")
    if chosen not in _FORMATS:
        raise InvalidRequest.at("format", "Must be csv or jsonl.")
    return chosen


def _request(log: Log, chosen: dict[str, str], zone: ZoneInfo) -> dict[str, Any]:
    last = _start(chosen["to"], "to", zone, later=1)
    return {
        "parent": log.tenant,
        "page_size": _PAGE_SIZE,
        "action": chosen["what"] if chosen["what"] in COLLECTIONS else "",
        "start_time": _start(chosen["from"], "from", zone),
        "end_time": last,
    }


def _start(text: str, field: str, zone: ZoneInfo, later: int = 0) -> Timestamp | None:
    """Gives the beginning of a day as it is typed, or of a day `later`."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text) + timedelta(days=later)
    except (ValueError, OverflowError):
        raise InvalidRequest.at(field, "Must be a day such as 2026-11-01.") from None
    instant = Timestamp()
    instant.FromDatetime(datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC))
    return instant


async def _entries(visit: Visit, asked: dict[str, Any], zone: ZoneInfo) -> tuple[list[Row], str]:
    request = pb.ListAuditEntriesRequest(**asked)
    answer = await visit.services.audit.ListAuditEntries(request, metadata=visit.metadata)
    seller = visit.site.seller_display_name
    rows = [_row(entry, _who(entry, seller), zone) for entry in answer.audit_entries]
    return rows, answer.next_page_token


async def _records(visit: Visit, asked: dict[str, Any], zone: ZoneInfo) -> tuple[list[Row], str]:
    request = records_pb.ListAuditRecordsRequest(**asked)
    answer = await visit.services.audit_records.ListAuditRecords(request, metadata=visit.metadata)
    rows = []
    for record in answer.audit_records:
        staff = record.staff_display_name or record.staff.rpartition("/")[2]
        who = f"{staff} (provider)" if record.staff.startswith("tenants/") else ""
        rows.append(_row(record.entry, who or _who(record.entry, ""), zone))
    return rows, answer.next_page_token


async def _verified(visit: Visit, log: Log, seal: str) -> pb.VerifyAuditLogResponse:
    request = pb.VerifyAuditLogRequest(parent=log.tenant, known_hash=seal.strip())
    return await visit.services.audit.VerifyAuditLog(request, metadata=visit.metadata)


def _fault(verdict: pb.VerifyAuditLogResponse) -> str:
    number = verdict.faulty_entry.rpartition("/")[2]
    return _FAULTS[verdict.fault].format(number) if not verdict.whole else ""


def _who(entry: pb.AuditEntry, seller: str) -> str:
    if entry.actor == "provider":
        return seller or "Your provider"
    if entry.actor == "system":
        return "By itself"
    return entry.actor_display_name or entry.actor.rpartition("/")[2]


def _row(entry: pb.AuditEntry, who: str, zone: ZoneInfo) -> Row:
    return Row(
        time=entry.create_time,
        action=ACTIONS.get(entry.action) or _words(entry.action),
        resource=entry.resource_display_name or _id(entry.resource),
        who=who,
        differences=tuple(
            (_field(each.field), _value(each.before, zone), _value(each.after, zone))
            for each in entry.differences
        ),
    )


def _id(resource: str) -> str:
    """Gives how a thing without a name is known: by its id; nothing for an account itself."""
    _, _, rest = resource.removeprefix("tenants/").partition("/")
    return rest.rpartition("/")[2] if resource.startswith("tenants/") else resource


def _words(action: str) -> str:
    """Says an action that has no words of its own: `webhooks.create`."""
    collection, _, verb = action.partition(".")
    said = [" ".join(_CAPITAL.split(part)).lower() for part in (collection, verb)]
    return ": ".join(said).capitalize()


def _field(name: str) -> str:
    return name.replace("_", " ").replace(".", ", ").capitalize()


def _value(text: str, zone: ZoneInfo) -> str:
    if not _TIME.fullmatch(text):
        return text
    instant = Timestamp()
    instant.FromDatetime(datetime.fromisoformat(text))
    return moment(instant, zone)
