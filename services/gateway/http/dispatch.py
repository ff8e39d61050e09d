"""One listener's application: limits, then REST or pages by path."""

from __future__ import annotations

from collections.abc import Callable

from services.gateway.http.asgi import Application, Receive, Scope, Send
from services.gateway.http.limits import BODY_BYTES_MAX, BodyLimit

_REST = "/v1"


def listener_application(
    rest: Application,
    pages: Application,
    body_bytes_max: int = BODY_BYTES_MAX,
    bytes_max_of: Callable[[Scope, int], int] | None = None,
) -> Application:
    """Puts REST and pages behind the limits.

    `bytes_max_of` gives the limit of a request's body, told the usual one.
    """

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        is_rest = path.startswith(_REST) and path[len(_REST) : len(_REST) + 1] in ("", "/")
        await (rest if is_rest else pages)(scope, receive, send)

    return BodyLimit(dispatch, body_bytes_max, bytes_max_of)
