"""A small client of the REST API at the edge, as any program outside would write it."""

from __future__ import annotations

import ssl
import uuid
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from dev.ports import LOOPBACK

TIMEOUT_SECONDS = 60
_TRIES = 5
_WORTH_ANOTHER_TRY = (503, 504)
_NAMESPACE = uuid.UUID("6f1f7e5c-52a8-4c0e-9d3a-0d6a4f4b8a11")


class Refused(Exception):
    """The API said no: `status` as HTTP has it, `reason` as the API names it."""

    def __init__(self, request: str, answer: httpx.Response) -> None:
        self.status = answer.status_code
        self.reason = _reason(answer)
        super().__init__(f"{request}: {answer.status_code} {answer.text[:1000]}")


class Rest:
    """Speaks to one host of the edge with one API key."""

    def __init__(self, host: str, port: int, ca: Path, key: str) -> None:
        # The connection goes to the loopback address and not to the host's: not every resolver
        # knows names below localhost.
        self._client = httpx.Client(
            base_url=f"https://{LOOPBACK}:{port}",
            headers={"host": f"{host}:{port}", "authorization": f"Bearer {key}"},
            verify=ssl.create_default_context(cafile=str(ca)),
            timeout=TIMEOUT_SECONDS,
            trust_env=False,
        )
        self._extensions = {"sni_hostname": host}

    def __enter__(self) -> Rest:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def get(self, path: str, **parameters: str | int) -> dict[str, Any]:
        """GET of /v1/`path`; raises Refused."""
        return self._send("GET", path, parameters, None)

    def post(self, path: str, body: dict[str, Any], **parameters: str) -> dict[str, Any]:
        """POST to /v1/`path`; raises Refused."""
        return self._send("POST", path, parameters, body)

    def create(self, path: str, body: dict[str, Any], **parameters: str) -> dict[str, Any] | None:
        """Creates what is not there yet; None if it was. The request's id comes from what it
        asks, so that a repeated run repeats its requests, and so that one that took too long, as
        on a busy machine, is asked again."""
        request_id = stable_id(path, repr(sorted(parameters.items())), repr(body))
        for tries_left in reversed(range(_TRIES)):
            try:
                return self.post(path, body, requestId=request_id, **parameters)
            except Refused as refused:
                if refused.status == 409 and refused.reason != "REQUEST_ID_REUSED":
                    return None
                if refused.status not in _WORTH_ANOTHER_TRY or not tries_left:
                    raise
        raise AssertionError("the last try answers or raises")

    def _send(
        self, method: str, path: str, parameters: dict[str, Any], body: dict[str, Any] | None
    ) -> dict[str, Any]:
        answer = self._client.request(
            method, f"/v1/{path}", params=parameters, json=body, extensions=self._extensions
        )
        if answer.is_error:
            raise Refused(f"{method} /v1/{path}", answer)
        told: dict[str, Any] = answer.json()
        return told


def stable_id(*parts: str) -> str:
    """A version 4 UUID that is always the same for the same parts."""
    derived = uuid.uuid5(_NAMESPACE, "\n".join(parts))
    return str(uuid.UUID(bytes=derived.bytes, version=4))


def _reason(answer: httpx.Response) -> str:
    try:
        details = answer.json()["error"]["details"]
        return str(next(detail["reason"] for detail in details if "reason" in detail))
    except (ValueError, KeyError, TypeError, StopIteration):
        return ""
