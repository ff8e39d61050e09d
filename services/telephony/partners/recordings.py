"""Fetches recordings from the server that keeps them, piece by piece."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import httpx

from services.kit.errors import NotFound, Unavailable
from services.telephony.domain.byte_range import Part, part_of

_SECONDS: Final = 10.0
_PIECE_BYTES: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A part of a file that is being fetched."""

    part: Part
    file_bytes: int
    pieces: AsyncIterator[bytes]


class RecordingFiles:
    """Files below one address; what is asked of it is a path, never a host."""

    def __init__(self, url: str) -> None:
        self._client = httpx.AsyncClient(
            base_url=url, timeout=_SECONDS, follow_redirects=False, trust_env=False
        )

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    @asynccontextmanager
    async def opened(self, path: str, asked_range: str, name: str) -> AsyncIterator[OpenFile]:
        """Opens (a range of) a file. Refuses with RESOURCE_NOT_FOUND, naming `name`, and with
        RANGE_NOT_SATISFIABLE; raises Unavailable without a word of the server's."""
        try:
            size = await self._size(path, name)
            part = part_of(asked_range, size)
            headers = {"accept-encoding": "identity"}
            if part.is_part:
                headers["range"] = f"bytes={part.offset}-{part.last}"
            async with self._client.stream("GET", path, headers=headers) as answer:
                wanted = httpx.codes.PARTIAL_CONTENT if part.is_part else httpx.codes.OK
                if answer.status_code != wanted:
                    raise Unavailable
                yield OpenFile(part, size, answer.aiter_raw(_PIECE_BYTES))
        except httpx.HTTPError:
            raise Unavailable from None

    async def _size(self, path: str, name: str) -> int:
        answer = await self._client.head(path, headers={"accept-encoding": "identity"})
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise NotFound(resource=name)
        length = answer.headers.get("content-length", "")
        if answer.status_code != httpx.codes.OK or not length.isdecimal():
            raise Unavailable
        return int(length)
