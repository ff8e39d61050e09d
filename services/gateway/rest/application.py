"""The REST side of a listener as an ASGI application: key, route, call, answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import grpc

from services.gateway.auth.api_keys import ApiKeys, Holder
from services.gateway.auth.callers import Caller
from services.gateway.auth.hosts import Hosts
from services.gateway.http.asgi import (
    Header,
    Message,
    Receive,
    Scope,
    Send,
    client_address,
    header,
    raw_path,
    respond,
)
from services.gateway.http.headers import PRIVATE_DATA
from services.gateway.http.limits import read_body
from services.gateway.rest.contracts import Contracts, Route
from services.gateway.rest.errors import Problem, problem_of
from services.gateway.rest.files import RANGE_FIELD, UPLOAD_BYTES_MAX, pieces_of, send_file
from services.gateway.rest.metering import ApiCallMeter
from services.gateway.rest.rate_limits import RequestLimiter
from services.gateway.rest.transcoding import JSON, Answer, Transcoder
from services.kit.errors import Refusal
from services.kit.logging import get_logger
from services.kit.rpc.access import PermissionMissing
from veneer.access.v1 import access_pb2

Call = Callable[..., Any]
_RANGE_LENGTH_MAX = 200

_SIGNATURE = "x-event-signature"
_JSON_HEADERS: list[Header] = [*PRIVATE_DATA, (b"content-type", JSON.encode())]

log = get_logger(__name__)


class RestApplication:
    """Answers everything under /v1."""

    def __init__(
        self,
        contracts: Contracts,
        channels: Mapping[str, grpc.aio.Channel],
        hosts: Hosts,
        api_keys: ApiKeys,
        admission: tuple[ApiCallMeter, RequestLimiter],
    ) -> None:
        self._transcoder = Transcoder(contracts)
        self._hosts, self._api_keys = hosts, api_keys
        self._meter, self._limiter = admission
        # Made once: looking up a method on a channel costs as much as transcoding its request.
        self._calls: dict[str, Call] = {
            route.rpc_path: _call(channels[route.peer], route) for route in contracts.routes
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = _Begun(send)
        try:
            answer = await self._answer(scope, receive, begun)
            if answer is not None:
                await _send(begun, answer)
        except Exception as error:
            problem = problem_of(error)
            if problem.http_status == 500:
                log.error("failed", path=raw_path(scope), exc_info=error)
            if begun.is_begun:
                # Half of a file is sent: only a broken connection says so.
                raise
            await _refuse(begun, problem)

    def bytes_max(self, scope: Scope, usual: int) -> int:
        """Gives how long the body of a request may be."""
        try:
            endpoint, _ = self._transcoder.find(scope["method"], raw_path(scope))
        except Refusal:
            return usual
        return UPLOAD_BYTES_MAX if endpoint.route.takes_stream else usual

    async def _admit(self, holder: Holder, send: _Begun) -> None:
        """Lets a client's request through if it has not sent too many; only then it counts."""
        allowance = self._limiter.take(holder)
        send.headers += allowance.headers
        if allowance.refusal is not None:
            raise allowance.refusal
        await self._meter.count(holder.caller.tenant)

    async def _answer(self, scope: Scope, receive: Receive, send: _Begun) -> Answer | None:
        site = await self._hosts.site_at(header(scope, b"host") or b"")
        endpoint, segments = self._transcoder.find(scope["method"], raw_path(scope))
        metadata: tuple[tuple[str, str], ...] = _signature(scope) if endpoint.takes_file else ()
        if endpoint.route.audience != access_pb2.PUBLIC:
            authorization = header(scope, b"authorization")
            holder = await self._api_keys.holder(authorization, site, client_address(scope))
            metadata = holder.caller.metadata
            if endpoint.route.takes_stream:
                _check_may(holder.caller, endpoint.route.permission)
            if not site.is_operator:
                await self._admit(holder, send)
        call, route = self._calls[endpoint.route.rpc_path], endpoint.route
        if route.takes_stream:
            first = endpoint.read(segments, scope["query_string"], b"")
            pieces = pieces_of(receive, first, route.body)
            return endpoint.write(first, await call(pieces, metadata=metadata))
        body = await read_body(receive) if scope["method"] != "GET" else b""
        request = endpoint.read(segments, scope["query_string"], body)
        if route.sends_stream:
            asked = header(scope, b"range")
            if asked is not None and RANGE_FIELD in request.DESCRIPTOR.fields_by_name:
                setattr(request, RANGE_FIELD, asked.decode("latin-1")[:_RANGE_LENGTH_MAX])
            await send_file(send, request, call(request, metadata=metadata))
            return None
        return endpoint.write(request, await call(request, metadata=metadata))


class _Begun:
    """Sends, knows whether anything was sent, and adds `headers` to every answer."""

    def __init__(self, send: Send) -> None:
        self._send, self.is_begun = send, False
        self.headers: list[Header] = []

    async def __call__(self, message: Message) -> None:
        self.is_begun = True
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *self.headers]
        await self._send(message)


def _check_may(caller: Caller, permission: str) -> None:
    """Refuses a file before it is read.

    Its service would refuse it too, but amid the stream: gRPC then may tell no more than that the
    stream broke.
    """
    if not caller.may(permission):
        raise PermissionMissing("This needs a permission.", permission=permission)


def _signature(scope: Scope) -> tuple[tuple[str, str], ...]:
    """Passes on what signs the body, whatever its sender calls that header."""
    for name, value in scope["headers"]:
        if name.endswith(b"-signature"):
            return ((_SIGNATURE, value.decode("ascii", "replace")),)
    return ()


def _call(channel: grpc.aio.Channel, route: Route) -> Call:
    kinds: dict[tuple[bool, bool], Any] = {
        (False, False): channel.unary_unary,
        (True, False): channel.stream_unary,
        (False, True): channel.unary_stream,
    }
    call: Any = kinds[route.takes_stream, route.sends_stream](
        route.rpc_path,
        request_serializer=route.request_class.SerializeToString,
        response_deserializer=route.response_class.FromString,
    )
    return call  # type: ignore[no-any-return]


async def _send(send: Send, answer: Answer) -> None:
    if answer.media_type == JSON:
        await respond(send, 200, _JSON_HEADERS, answer.body)
        return
    headers = [*PRIVATE_DATA, (b"content-type", answer.media_type.encode())]
    if answer.file_name:
        disposition = f'attachment; filename="{answer.file_name}"'
        headers.append((b"content-disposition", disposition.encode()))
    await respond(send, 200, headers, answer.body)


async def _refuse(send: Send, problem: Problem) -> None:
    await respond(send, problem.http_status, [*_JSON_HEADERS, *problem.headers], problem.json())
