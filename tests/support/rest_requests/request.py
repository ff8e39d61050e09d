"""One request, and how it is written down."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

_NAME = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Request:
    """A method, a path with its query, the JSON of a body, and the status of the answer.

    The status is another than 200 where success would need a state that a journey has not got;
    the RPC's own tests show its success then.
    """

    method: str
    path: str
    body: str | None = None
    status: int = 200

    def filled(self, values: dict[str, str]) -> Request:
        """Puts the values where their names stand in braces, and "none" for a name without."""

        def fill(text: str) -> str:
            return _NAME.sub(lambda found: values.get(found[1], "none"), text)

        body = fill(self.body) if self.body is not None else None
        return Request(self.method, fill(self.path), body, self.status)

    def options(self) -> dict[str, Any]:
        """What an HTTP client is told of the body."""
        if self.body is None:
            return {}
        return {"content": self.body.encode(), "headers": {"content-type": "application/json"}}


def get(path: str, status: int = 200) -> Request:
    """A GET."""
    return Request("GET", path, None, status)


def post(path: str, body: dict[str, Any], status: int = 200) -> Request:
    """A POST of JSON."""
    return Request("POST", path, json.dumps(body), status)


def patch(path: str, body: dict[str, Any], status: int = 200) -> Request:
    """A PATCH of JSON."""
    return Request("PATCH", path, json.dumps(body), status)


def delete(path: str, status: int = 200) -> Request:
    """A DELETE."""
    return Request("DELETE", path, None, status)
