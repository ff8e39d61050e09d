"""Pages of lists that go backwards in time, latest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

from google.protobuf.message import Message

from services.billing.domain.ledger import Posted
from services.billing.domain.month import Month
from services.billing.store.places import Place
from services.kit.aip import page_token
from services.kit.aip.page_token import InvalidPageToken
from services.kit.errors import InvalidRequest

T = TypeVar("T")


def month_cursor(request: Message) -> Month | None:
    """Gives the month that the page before ended with."""
    text = _cursor(request)
    try:
        return Month.parse(text, "page_token") if text is not None else None
    except InvalidRequest as refusal:
        raise InvalidPageToken from refusal


def date_cursor(request: Message) -> date | None:
    """Gives the date that the page before ended with."""
    text = _cursor(request)
    try:
        return date.fromisoformat(text) if text is not None else None
    except ValueError as error:
        raise InvalidPageToken from error


def cost_book_cursor(request: Message) -> tuple[date, str] | None:
    """Gives the date and the carrier that the page before ended with."""
    text = _cursor(request)
    if text is None:
        return None
    day, _, carrier = text.partition("/")
    try:
        return date.fromisoformat(day), carrier
    except ValueError as error:
        raise InvalidPageToken from error


def text_cursor(request: Message) -> str:
    """Gives the id that the page before ended with; empty on the first page."""
    return _cursor(request) or ""


def posted_place(posted: Posted) -> Place:
    """Gives the place of a transaction of the ledger."""
    return posted.post_time, posted.transaction.cause.source


def cut_places(
    request: Message, found: Sequence[T], size: int, place: Callable[[T], Place]
) -> tuple[Sequence[T], str]:
    """Cuts as `cut` does, where what is listed has a place in time."""
    page = found[:size]
    if len(found) <= size:
        return page, ""
    instant, identity = place(page[-1])
    return page, page_token.encode_place(request, instant, identity)


def cut(
    request: Message, found: Sequence[T], size: int, key: Callable[[T], object]
) -> tuple[Sequence[T], str]:
    """Gives the page and the token of the next one; `found` is one more than the page, if any."""
    page = found[:size]
    if len(found) <= size:
        return page, ""
    return page, page_token.encode(request, [str(key(page[-1]))])


def _cursor(request: Message) -> str | None:
    parts = page_token.decode(request)
    if parts is None:
        return None
    if len(parts) != 1:
        raise InvalidPageToken
    return parts[0]
