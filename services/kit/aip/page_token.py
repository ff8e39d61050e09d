"""AIP-158: keyset page tokens, each good for its own request only."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from google.protobuf.message import Message

from services.kit.errors import InvalidRequest, Kind, Refusal

# Changed when the meaning of cursors changes, so that older tokens are refused.
_VERSION = 1
_LONGEST = 4096

# Where what is ordered by time stands: its instant and its id.
Place = tuple[datetime, str]


class InvalidPageToken(Refusal):
    """A token that we did not give, or gave to another question."""

    kind = Kind.INVALID_ARGUMENT
    reason = "INVALID_PAGE_TOKEN"

    def __init__(self) -> None:
        super().__init__("The page token was not given for this request.")


def encode(request: Message, cursor: Sequence[str]) -> str:
    """Makes the token for the page after `cursor`, the sort key of the last row, as text."""
    body = [_VERSION, _checksum(request, cursor), *cursor]
    text = json.dumps(body, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def decode(request: Message) -> list[str] | None:
    """Gives the cursor in the request's `page_token`, or None on the first page.

    The checksum tells a mistaken token, not a forged one: whoever forges one moves within what it
    may read anyway. So the parts are still to be parsed with care; raise InvalidPageToken.
    """
    token: str = getattr(request, "page_token")  # noqa: B009  (every List request has it)
    if not token:
        return None
    cursor, checksum = _parts(token)
    if checksum != _checksum(request, cursor):
        raise InvalidPageToken
    return cursor


def encode_place(request: Message, instant: datetime, identity: str) -> str:
    """Makes the token for the page after what has this instant and this id, in this order."""
    return encode(request, [instant.isoformat(), identity])


def decode_place(request: Message) -> Place | None:
    """Gives the instant and the id that the page before ended with; None on the first page."""
    cursor = decode(request)
    if cursor is None:
        return None
    try:
        instant, identity = cursor
        return datetime.fromisoformat(instant), identity
    except ValueError as error:
        raise InvalidPageToken from error


def page_size(request: Message, default: int, maximum: int) -> int:
    """Gives how many rows to answer: `default` if unset, at most `maximum`; refuses negatives."""
    size: int = getattr(request, "page_size")  # noqa: B009
    if size < 0:
        raise InvalidRequest.at("page_size", "Must not be negative.")
    return min(size or default, maximum)


def _parts(token: str) -> tuple[list[str], str]:
    if len(token) > _LONGEST:
        raise InvalidPageToken
    try:
        padded = token + "=" * (-len(token) % 4)
        body = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, RecursionError) as error:
        raise InvalidPageToken from error
    if not isinstance(body, list) or len(body) < 2 or body[0] != _VERSION:
        raise InvalidPageToken
    if not all(isinstance(part, str) for part in body[1:]):
        raise InvalidPageToken
    return body[2:], body[1]


def _checksum(request: Message, cursor: Sequence[str]) -> str:
    question = type(request)()
    question.CopyFrom(request)
    question.ClearField("page_token")
    question.ClearField("page_size")
    digest = hashlib.sha256(request.DESCRIPTOR.full_name.encode())
    digest.update(question.SerializeToString(deterministic=True))
    digest.update(json.dumps(list(cursor)).encode())
    return digest.hexdigest()[:20]
