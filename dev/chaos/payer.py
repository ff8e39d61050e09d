"""Somebody who records payments all the while, each until the answer says that it is there."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable

import httpx

from dev.demo_content import Client
from dev.rest import Refused, Rest

REFERENCE = "chaos"
_AMOUNT = {"currencyCode": "USD", "units": "1"}
_PAUSE_SECONDS = 0.25


class Payer:
    """Records payments of one dollar in a thread of its own; asks again under the same id."""

    def __init__(self, open_api: Callable[[], Rest], client: Client) -> None:
        self._open_api, self._client = open_api, client
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self.recorded = 0
        self.repeats = 0

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def finish(self) -> None:
        """Returns when the last payment has been answered."""
        self._stop.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._stop.is_set():
            request_id = str(uuid.uuid4())
            while not self._is_recorded(request_id):
                self.repeats += 1
                self._stop.wait(_PAUSE_SECONDS)
            self.recorded += 1
            self._stop.wait(_PAUSE_SECONDS)

    def _is_recorded(self, request_id: str) -> bool:
        try:
            with self._open_api() as api:
                payment = {"amount": _AMOUNT, "method": "BANK_TRANSFER", "reference": REFERENCE}
                api.post(f"{self._client.name}/payments", payment, requestId=request_id)
        except (Refused, httpx.HTTPError):
            return False
        return True
