"""Pages that are kept fresh by events of the server, as long as somebody is logged in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Final

from starlette.responses import Response, StreamingResponse

from services.gateway.auth.callers import CredentialsInvalid
from services.gateway.http.headers import PRIVATE_DATA
from services.gateway.portal.handling import Handler
from services.gateway.portal.visit import SESSION_COOKIE, Visit
from services.kit.logging import get_logger

# Longer than what a listener keeps back of an answer to look at it together with what follows.
_PADDING: Final = b":" + b" " * 512 + b"\n\n"
_OVER: Final = b"event: over\ndata:\n\n"
_HEADERS: Final = {name.decode(): value.decode() for name, value in PRIVATE_DATA}

log = get_logger(__name__)


def streamed(page: Handler) -> Handler:
    """Makes a handler that sends what a page's script would fetch, again when it has changed.

    204 tells browsers to ask no more: there are too many streams, and the page fetches instead.
    """

    async def stream(visit: Visit) -> Response:
        if not visit.portal.streams.has_room(visit.site.tenant):
            return Response(status_code=204, headers=_HEADERS)
        return StreamingResponse(
            _events(visit, page), headers=_HEADERS, media_type="text/event-stream"
        )

    return stream


async def _events(visit: Visit, page: Handler) -> AsyncIterator[bytes]:
    streams, last = visit.portal.streams, b""
    with streams.opened(visit.site.tenant):
        yield b"retry: 3000\n\n"
        for _ in range(streams.looks_max):
            try:
                body = await _looked(visit, page)
            except CredentialsInvalid:
                yield _OVER
                return
            except Exception as error:
                # Better a figure of a moment ago than none.
                log.warning("could not refresh a page", path=visit.request.url.path, exc_info=error)
                body = last
            if body != last:
                last = body
                lines = b"".join(b"data: %s\n" % line for line in body.splitlines())
                yield lines + b"\n"
            yield _PADDING
            await asyncio.sleep(streams.seconds)


async def _looked(visit: Visit, page: Handler) -> bytes:
    cookie = visit.request.cookies.get(SESSION_COOKIE, "")
    visitor = await visit.portal.sessions.visitor(visit.site, cookie)
    if visitor is None:
        raise CredentialsInvalid
    response = await page(replace(visit, visitor=visitor, is_streamed=True))
    return bytes(response.body)
