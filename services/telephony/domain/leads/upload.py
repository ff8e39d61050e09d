"""An upload of leads, from its first byte to its leads in the list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from services.kit.errors import Kind, Refusal
from services.telephony.domain.leads.fields import Column, check_mapped

FILE_BYTES_MAX: Final = 64 * 1024 * 1024
PIECE_BYTES_MAX: Final = 1024 * 1024
ROWS_MAX: Final = 200_000


class UploadState(StrEnum):
    """The states of uploads; FINISHING is a RUNNING one that cannot be given up any more."""

    RECEIVING = "RECEIVING"
    RECEIVED = "RECEIVED"
    RUNNING = "RUNNING"
    FINISHING = "FINISHING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class DuplicateScope(StrEnum):
    """Among which leads a number may not be twice."""

    LIST = "LIST"
    CAMPAIGN = "CAMPAIGN"
    TENANT = "TENANT"


class LeadUploadStateForbids(Refusal):
    """The upload is in no state in which this can be done to it."""

    kind = Kind.FAILED_PRECONDITION
    reason = "LEAD_UPLOAD_STATE_FORBIDS"


class LeadUploadRuns(Refusal):
    """Another upload to the list is not over."""

    kind = Kind.FAILED_PRECONDITION
    reason = "LEAD_UPLOAD_RUNS"


class UploadOffsetWrong(Refusal):
    """What was sent does not begin where the last piece ended."""

    kind = Kind.OUT_OF_RANGE
    reason = "UPLOAD_OFFSET_WRONG"


class UploadTooLarge(Refusal):
    """The file is larger than one may be."""

    kind = Kind.INVALID_ARGUMENT
    reason = "UPLOAD_TOO_LARGE"


class FileUnreadable(Exception):
    """The file cannot be read; the text is for its sender."""


@dataclass(frozen=True, slots=True)
class LeadUpload:
    """An upload as it stands.

    `number` makes the id of the list in the dialer where its leads wait: one that no campaign
    has. `read_rows` rows have been looked at for good: their leads wait, their faults are kept.
    """

    tenant_id: str
    list_id: str
    upload_id: str
    number: int
    create_time: datetime
    display_name: str = ""
    duplicate_scope: DuplicateScope = DuplicateScope.LIST
    auto_start: bool = False
    state: UploadState = UploadState.RECEIVING
    columns: tuple[Column, ...] = ()
    received_bytes: int = 0
    read_rows: int = 0
    accepted_rows: int = 0
    rejected_rows: Mapping[str, int] = field(default_factory=dict)
    failure: str = ""
    end_time: datetime | None = None

    @property
    def name(self) -> str:
        """The resource name."""
        return f"tenants/{self.tenant_id}/leadLists/{self.list_id}/uploads/{self.upload_id}"

    @property
    def is_going_on(self) -> bool:
        """Whether its rows are being checked, or its leads moved."""
        return self.state in (UploadState.RUNNING, UploadState.FINISHING)


def check_receiving(upload: LeadUpload, offset: int) -> None:
    """Refuses a piece that the upload cannot take, LEAD_UPLOAD_STATE_FORBIDS or its offset."""
    if upload.state is not UploadState.RECEIVING:
        raise LeadUploadStateForbids("The upload takes no file any more.", state=upload.state)
    if offset != upload.received_bytes:
        raise UploadOffsetWrong(
            f"The next byte is number {upload.received_bytes}.",
            received_bytes=upload.received_bytes,
        )


def started(upload: LeadUpload, columns: tuple[Column, ...]) -> LeadUpload:
    """Gives the upload with its rows being checked."""
    if upload.state is not UploadState.RECEIVED:
        raise LeadUploadStateForbids("The upload cannot be started.", state=upload.state)
    check_mapped(columns)
    return replace(upload, state=UploadState.RUNNING, columns=columns)


def cancelled(upload: LeadUpload, at: datetime) -> LeadUpload:
    """Gives the upload given up; the same if it was."""
    if upload.state is UploadState.CANCELLED:
        return upload
    if upload.state in (UploadState.FINISHING, UploadState.SUCCEEDED, UploadState.FAILED):
        raise LeadUploadStateForbids("It is too late to give the upload up.", state=upload.state)
    return replace(upload, state=UploadState.CANCELLED, end_time=at)


def failed(upload: LeadUpload, why: str, at: datetime) -> LeadUpload:
    """Gives the upload as one that cannot be read."""
    return replace(upload, state=UploadState.FAILED, failure=why, end_time=at)
