"""Asks the dialer's agent page; believes neither its status nor its size."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final

import httpx

from services.kit.errors import Unavailable
from services.kit.logging import get_logger

_SECONDS_MAX: Final = 10.0
# Twice what the largest page is known to be.
_BYTES_MAX: Final = 2 * 1024 * 1024
_TEXTS: Final = frozenset({"text/html", "text/plain"})
_IMAGES: Final = frozenset({"image/gif", "image/png", "image/jpeg"})

log = get_logger(__name__)


class AgentPageAway(Unavailable):
    """The dialer did not answer, or not with what a browser may have."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, and of which kind it is."""

    media_type: str
    content: bytes


class AgentPage:
    """The dialer's pages below one address. Raises AgentPageAway."""

    def __init__(self, url: str) -> None:
        self._client = httpx.AsyncClient(
            base_url=url,
            timeout=_SECONDS_MAX,
            trust_env=False,
            follow_redirects=False,
            # What it sets is kept for nobody: agents are told apart by what is asked.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )

    async def close(self) -> None:
        """Drops the connections."""
        await self._client.aclose()

    async def text(self, script: str, fields: Mapping[str, str]) -> str:
        """Gives what a script answers."""
        _, content = await self._ask("POST", script, fields, _TEXTS)
        return content.decode("utf-8", "replace")

    async def picture(self, path: str) -> Picture:
        """Gives a picture."""
        return Picture(*await self._ask("GET", path, None, _IMAGES))

    async def _ask(
        self, method: str, path: str, fields: Mapping[str, str] | None, wanted: frozenset[str]
    ) -> tuple[str, bytes]:
        try:
            async with (
                asyncio.timeout(_SECONDS_MAX),
                self._client.stream(method, path, data=fields) as answer,
            ):
                media_type = answer.headers.get("content-type", "").partition(";")[0].strip()
                if answer.status_code != httpx.codes.OK or media_type not in wanted:
                    raise _away(path, f"{answer.status_code} {media_type}")
                content = bytearray()
                async for piece in answer.aiter_bytes():
                    content += piece
                    if len(content) > _BYTES_MAX:
                        raise _away(path, "too large")
        except (httpx.HTTPError, TimeoutError) as error:
            raise _away(path, type(error).__name__) from error
        return media_type, bytes(content)


def _away(path: str, cause: str) -> AgentPageAway:
    log.warning("the agent page did not answer as it should", path=path, cause=cause)
    return AgentPageAway(cause=cause)
