"""A file of leads: sent from the page, its columns told, followed until it is in the list."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import suppress
from typing import Any

import grpc
from google.api.httpbody_pb2 import HttpBody
from starlette.responses import Response, StreamingResponse

from services.gateway.portal.amounts import new_request_id
from services.gateway.portal.handling import form_of, refusal_of
from services.gateway.portal.resource_ids import name_in_path
from services.gateway.portal.uploads import Upload
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from services.gateway.rest.files import head_of
from veneer.telephony.v1 import lead_list_service_pb2 as lists_pb
from veneer.telephony.v1 import lead_upload_service_pb2 as pb

_PIECE_BYTES = 512 * 1024
_NAME_LENGTH_MAX = 100
_WORKING = (pb.LeadUpload.RECEIVING, pb.LeadUpload.RUNNING)
FIELDS = {
    "phone_number": "Phone number",
    "alternate_phone_number": "Other phone number",
    "title": "Title",
    "first_name": "First name",
    "middle_initial": "Middle initial",
    "last_name": "Last name",
    "address1": "Address",
    "address2": "Address, second line",
    "address3": "Address, third line",
    "city": "City",
    "state": "State",
    "province": "Province",
    "postal_code": "Postal code",
    "country_code": "Country code",
    "email": "E-mail",
    "date_of_birth": "Date of birth",
    "gender": "Gender",
    "external_id": "Your own number of it",
    "priority": "Priority",
    "comments": "Comments",
}


async def send_lead_file(visit: Visit, upload: Upload) -> Response:
    """Takes a file to a list, and goes on to its columns."""
    made = await _made(visit, upload, upload.texts.get("request_id", ""))
    if made.state == pb.LeadUpload.CANCELLED:
        # The same form was sent before, and broke off.
        made = await _made(visit, upload, new_request_id())
    await _send(visit, made.name, upload.pieces)
    return visit.go_to(_path(visit, made.name.rpartition("/")[2]))


async def _made(visit: Visit, upload: Upload, request_id: str) -> pb.LeadUpload:
    request = pb.CreateLeadUploadRequest(
        parent=name_in_path(visit, "leadLists", "lead_list"),
        lead_upload=pb.LeadUpload(display_name=upload.file_name[:_NAME_LENGTH_MAX]),
        request_id=request_id,
    )
    return await visit.services.lead_uploads.CreateLeadUpload(request, metadata=visit.metadata)


async def _send(visit: Visit, name: str, pieces: AsyncIterator[bytes]) -> None:
    """Sends a file on while it comes. One that breaks off is given up: nobody goes on with it."""
    troubles: list[Exception] = []

    async def messages() -> AsyncIterator[pb.UploadLeadsRequest]:
        try:
            async for message in _pieces(name, pieces):
                yield message
        except Exception as error:
            # The call is cancelled by it, and does not say why.
            troubles.append(error)
            raise

    try:
        await visit.services.lead_uploads.UploadLeads(messages(), metadata=visit.metadata)
    except (asyncio.CancelledError, grpc.aio.AioRpcError):
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        request = pb.CancelLeadUploadRequest(name=name, request_id=new_request_id())
        with suppress(grpc.aio.AioRpcError):
            await visit.services.lead_uploads.CancelLeadUpload(request, metadata=visit.metadata)
        if troubles:
            raise troubles[0] from None
        raise


async def lead_file(visit: Visit) -> Response:
    """Shows how far a file is: what its columns are, how many rows are taken, which are not."""
    return await _page(visit)


async def start_lead_file(visit: Visit) -> Response:
    """Takes the rows in, by the columns that were told."""
    form = await form_of(visit)
    upload = await _upload(visit)
    columns = [
        pb.LeadUpload.Column(header=column.header, field=form.get(f"field-{number}", ""))
        for number, column in enumerate(upload.columns, start=1)
    ]
    request = pb.StartLeadUploadRequest(
        name=_name(visit), columns=columns, request_id=form.get("request_id", "")
    )
    return await _move(
        visit, visit.services.lead_uploads.StartLeadUpload(request, metadata=visit.metadata)
    )


async def cancel_lead_file(visit: Visit) -> Response:
    """Gives a file up: none of its rows gets into the list."""
    form = await form_of(visit)
    request = pb.CancelLeadUploadRequest(name=_name(visit), request_id=form.get("request_id", ""))
    return await _move(
        visit, visit.services.lead_uploads.CancelLeadUpload(request, metadata=visit.metadata)
    )


async def lead_file_report(visit: Visit) -> Response:
    """Hands out the rows that were not taken, and what to do about each."""
    request = pb.DownloadLeadUploadReportRequest(name=_name(visit))
    answers = aiter(
        visit.services.lead_uploads.DownloadLeadUploadReport(request, metadata=visit.metadata)
    )
    first = await anext(answers, HttpBody(content_type="text/csv"))
    status, headers = head_of(request, first)

    async def rows() -> AsyncIterator[bytes]:
        yield first.data
        async for answer in answers:
            yield answer.data

    told = {name.decode(): value.decode() for name, value in headers}
    return StreamingResponse(rows(), status, told)


async def _move(visit: Visit, doing: Awaitable[pb.LeadUpload]) -> Response:
    try:
        await doing
    except grpc.aio.AioRpcError as error:
        return await _page(visit, refusal_of(error))
    return visit.go_to(_path(visit, visit.request.path_params["file"]))


async def _page(visit: Visit, problem: Problem | None = None) -> Response:
    name, upload = _name(visit), await _upload(visit)
    context: dict[str, Any] = {
        "upload": upload,
        "states": pb.LeadUpload,
        "is_working": upload.state in _WORKING,
        "fields": FIELDS,
        "here": _path(visit, name.rpartition("/")[2]),
    }
    if visit.is_fragment:
        return visit.page("client/lead_file_state.html", **context)
    found = await visit.services.lead_lists.GetLeadList(
        lists_pb.GetLeadListRequest(name=name.partition("/uploads/")[0]), metadata=visit.metadata
    )
    return visit.page(
        "client/lead_file.html",
        status=problem.http_status if problem else 200,
        title=upload.display_name or "A file of leads",
        lead_list=found,
        problem=problem,
        may_change=visit.caller.may("leads.write"),
        request_id=new_request_id,
        **context,
    )


async def _upload(visit: Visit) -> pb.LeadUpload:
    request = pb.GetLeadUploadRequest(name=_name(visit))
    return await visit.services.lead_uploads.GetLeadUpload(request, metadata=visit.metadata)


def _name(visit: Visit) -> str:
    upload = name_in_path(visit, "uploads", "file").rpartition("/")[2]
    return f"{name_in_path(visit, 'leadLists', 'lead_list')}/uploads/{upload}"


def _path(visit: Visit, upload: str) -> str:
    return f"/lists/{visit.request.path_params['lead_list']}/files/{upload}"


async def _pieces(name: str, pieces: AsyncIterator[bytes]) -> AsyncIterator[pb.UploadLeadsRequest]:
    """Gives a file as telephony takes it; the first message says whose it is."""
    request, gathered = pb.UploadLeadsRequest(name=name), bytearray()
    async for piece in pieces:
        gathered += piece
        if len(gathered) >= _PIECE_BYTES:
            request.file.data = bytes(gathered)
            gathered.clear()
            yield request
            request = pb.UploadLeadsRequest()
    request.file.data = bytes(gathered)
    yield request
