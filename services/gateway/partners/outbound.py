"""HTTP to addresses that clients have named: by what was resolved and checked, and nothing else."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

import httpx

from services.gateway.partners.addresses import Reach

_CONNECT_SECONDS: Final = 5.0


class ReachTransport(httpx.AsyncBaseTransport):
    """Connects to the very address that was checked, so that nothing is resolved twice.

    Name and certificate stay those of the URL. Raises AddressRefused.
    """

    def __init__(self, reach: Reach, inner: httpx.AsyncBaseTransport) -> None:
        self._reach, self._inner = reach, inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        target = await self._reach.resolved(str(request.url))
        literal = f"[{target.address}]" if ":" in target.address else target.address
        pinned = httpx.Request(
            request.method,
            request.url.copy_with(host=literal),
            headers={**request.headers, "host": urlsplit(target.url).netloc},
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": target.host},
        )
        return await self._inner.handle_async_request(pinned)

    async def aclose(self) -> None:
        await self._inner.aclose()


class Outbound:
    """Opens clients that name nobody, follow nobody, and keep no connection and no cookie."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        # Made once: reading all authorities' certificates costs more than a request.
        self._trust = httpx.create_ssl_context(trust_env=False)

    def transport(self) -> ReachTransport:
        """Gives the way out for one client, which closes it."""
        return ReachTransport(
            self._reach, httpx.AsyncHTTPTransport(verify=self._trust, trust_env=False)
        )

    def client(self, seconds_max: float) -> httpx.AsyncClient:
        """Gives a client for a few requests, to be closed."""
        return httpx.AsyncClient(
            transport=self.transport(),
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(seconds_max, connect=min(seconds_max, _CONNECT_SECONDS)),
        )
