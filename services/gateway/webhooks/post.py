"""Sends one event to one address, bounded in time and bytes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import httpx
from standardwebhooks import Webhook

from services.gateway.partners.addresses import AddressRefused, Reach
from services.gateway.partners.outbound import Outbound

SECONDS_MAX: Final = 10.0
# Of an answer no more is read than tells that it is one.
_ANSWER_BYTES_MAX: Final = 4096
_AGENT: Final = "Webhooks/1"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The status of the answer, 0 if there was none; and what went wrong, empty if nothing did."""

    status: int
    problem: str


class Poster:
    """Posts events; names nobody, follows nobody, keeps no connection and no cookie."""

    def __init__(self, reach: Reach, seconds_max: float = SECONDS_MAX) -> None:
        self._outbound, self._seconds_max = Outbound(reach), seconds_max

    async def post(self, url: str, headers: dict[str, str], body: str) -> Outcome:
        """Sends a body, to an address that was checked now and to no other."""
        try:
            async with asyncio.timeout(self._seconds_max):
                status = await self._status(url, headers, body.encode())
        except AddressRefused as refused:
            return Outcome(0, str(refused))
        except TimeoutError:
            return Outcome(0, "There was no answer in time.")
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
            return Outcome(0, _said(error))
        if 200 <= status < 300:
            return Outcome(status, "")
        kind = "A redirect, which is not followed." if 300 <= status < 400 else "Not a success."
        return Outcome(status, kind)

    async def _status(self, url: str, headers: dict[str, str], body: bytes) -> int:
        sent = {**headers, "user-agent": _AGENT, "accept": "*/*"}
        async with (
            self._outbound.client(self._seconds_max) as client,
            client.stream("POST", url, headers=sent, content=body) as answer,
        ):
            read = 0
            async for piece in answer.aiter_raw():
                read += len(piece)
                if read > _ANSWER_BYTES_MAX:
                    break
            return answer.status_code


def signed_headers(
    event_id: str, payload: str, secrets: Iterable[str], now: datetime
) -> dict[str, str]:
    """Gives the headers by which a receiver knows the event and who sent it."""
    signatures = [Webhook(secret).sign(event_id, now, payload) for secret in secrets]
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
        "content-type": "application/json",
    }


def _said(error: Exception) -> str:
    match error:
        case httpx.TimeoutException():
            return "There was no answer in time."
        case httpx.ConnectError():
            return "No connection was possible, or its certificate is not valid."
        case _:
            return "The connection broke."
