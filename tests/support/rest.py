"""The REST API as a program uses it: through the edge, by host name, with a key."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import httpx


class Refused(AssertionError):
    """An answer that is not a success, with its status and body."""

    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        self.body: dict[str, Any] = response.json() if _is_json(response) else {}
        super().__init__(f"{response.request.method} {response.request.url}: {response.text[:500]}")

    @property
    def reason(self) -> str:
        """The reason in its ErrorInfo; empty if it has none."""
        for detail in self.body.get("error", {}).get("details", ()):
            if detail.get("@type", "").endswith("google.rpc.ErrorInfo"):
                return str(detail["reason"])
        return ""


class Rest:
    """One host name at the edge, asked with one key."""

    def __init__(self, port: int, host: str, ca: Path, key: str = "") -> None:
        context = ssl.create_default_context(cafile=str(ca))
        headers = {"Host": f"{host}:{port}"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        self.host, self.port, self.key, self._ca = host, port, key, ca
        self._client = httpx.Client(
            base_url=f"https://127.0.0.1:{port}",
            verify=context,
            headers=headers,
            timeout=30,
            trust_env=False,
        )

    def with_key(self, key: str) -> Rest:
        """Gives the same host asked with another key."""
        return Rest(self.port, self.host, self._ca, key)

    def at_host(self, host: str) -> Rest:
        """Gives another host of the same listener asked with the same key."""
        return Rest(self.port, host, self._ca, self.key)

    def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Sends a request and gives whatever is answered."""
        extensions = {"sni_hostname": self.host}
        return self._client.request(method, path, extensions=extensions, **options)

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        """Gets a resource; raises Refused."""
        return self._answer(self.send("GET", path, params=query))

    def post(self, path: str, body: Any = None, **query: Any) -> dict[str, Any]:
        """Posts a body; raises Refused."""
        return self._answer(self.send("POST", path, json=body or {}, params=query))

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    @staticmethod
    def _answer(response: httpx.Response) -> dict[str, Any]:
        if response.is_success:
            answer: dict[str, Any] = response.json()
            return answer
        raise Refused(response)


def _is_json(response: httpx.Response) -> bool:
    media_type: str = response.headers.get("content-type", "")
    return media_type.startswith("application/json")
