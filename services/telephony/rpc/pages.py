"""Pages of things that are ordered by an id."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from services.kit.aip import page_token
from services.kit.aip.page_token import InvalidPageToken

T = TypeVar("T")


def cursor_of(request: Any) -> str:
    """Gives the id to go on after; empty at the beginning."""
    cursor = page_token.decode(request)
    if cursor is not None and len(cursor) != 1:
        raise InvalidPageToken
    return cursor[0] if cursor else ""


def cut(
    request: Any, found: Sequence[T], size: int, key: Callable[[T], str]
) -> tuple[Sequence[T], str]:
    """Gives the page of `found`, of which one more than `size` was asked for, and its token."""
    if len(found) <= size:
        return found, ""
    page = found[:size]
    return page, page_token.encode(request, [key(page[-1])])
