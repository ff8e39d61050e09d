"""Lists, uploads and leads: messages to domain and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from services.kit.aip import field_mask
from services.kit.clock import Clock
from services.telephony.domain.leads.fields import FIELDS
from services.telephony.domain.leads.lead_list import LeadList, ListState
from services.telephony.domain.leads.lead_number import lead_id_of
from services.telephony.domain.leads.upload import LeadUpload, UploadState
from services.telephony.rpc.names import CampaignName
from services.telephony.rpc.wire import timestamp
from veneer.telephony.v1 import lead_list_service_pb2, lead_service_pb2, lead_upload_service_pb2

_List = lead_list_service_pb2.LeadList
_Upload = lead_upload_service_pb2.LeadUpload
_Lead = lead_service_pb2.Lead
# Fields of a lead that a client may change, by the dialer's columns.
CHANGEABLE: Final = {
    "disposition": "status",
    **{
        name: FIELDS[name].column
        for name in (
            "external_id", "first_name", "last_name", "city", "state", "postal_code", "email",
            "comments",
        )
    },
}  # fmt: skip


def lead_list(found: LeadList) -> _List:
    """A list as its tenant sees it."""
    return _List(
        name=found.name,
        display_name=found.display_name,
        campaign=f"tenants/{found.tenant_id}/campaigns/{found.campaign_id}",
        state=_List.State.Value(found.state.value),
        default_region=found.default_region,
        reconciling=found.is_reconciling,
        etag=found.etag,
        create_time=timestamp(found.create_time),
        update_time=timestamp(found.update_time),
    )


def lead_list_from(
    tenant_id: str, request: lead_list_service_pb2.CreateLeadListRequest, clock: Clock
) -> LeadList:
    """The list that is asked for."""
    now = clock.now()
    blank = LeadList(tenant_id, request.lead_list_id, 0, "", "", now, now)
    return _with_settings(blank, request.lead_list)


def lead_list_merged(
    current: LeadList, request: lead_list_service_pb2.UpdateLeadListRequest
) -> LeadList:
    """The list with the settings that are asked for."""
    return _with_settings(
        current, field_mask.merged(request.update_mask, request.lead_list, lead_list(current))
    )


def _with_settings(current: LeadList, asked: _List) -> LeadList:
    return replace(
        current,
        display_name=asked.display_name,
        campaign_id=CampaignName.parse(asked.campaign, "lead_list.campaign").campaign,
        default_region=asked.default_region or "US",
        state=ListState(_List.State.Name(asked.state)) if asked.state else ListState.INACTIVE,
    )


def lead_upload(found: LeadUpload) -> _Upload:
    """An upload as its tenant sees it."""
    state = UploadState.RUNNING if found.is_going_on else found.state
    return _Upload(
        name=found.name,
        display_name=found.display_name,
        duplicate_scope=_Upload.DuplicateScope.Value(found.duplicate_scope.value),
        auto_start=found.auto_start,
        state=_Upload.State.Value(state.value),
        columns=[_Upload.Column(header=each.header, field=each.field) for each in found.columns],
        received_bytes=found.received_bytes,
        read_row_count=found.read_rows,
        accepted_row_count=found.accepted_rows,
        rejections=[
            _Upload.Rejection(reason=reason, row_count=count)
            for reason, count in sorted(found.rejected_rows.items())
        ],
        failure=found.failure,
        create_time=timestamp(found.create_time),
        end_time=timestamp(found.end_time) if found.end_time else None,
    )


def lead(list_name: str, tenant_id: str, row: Mapping[str, Any]) -> _Lead:
    """A lead as its tenant sees it, from a row of the dialer's."""
    number = f"+{row['phone_code']}{row['phone_number']}"
    return _Lead(
        name=f"{list_name}/leads/{lead_id_of(int(row['lead_id']), tenant_id)}",
        phone_number=number,
        call_count=int(row["called_count"] or 0),
        **{field: row[column] or "" for field, column in CHANGEABLE.items()},
    )
