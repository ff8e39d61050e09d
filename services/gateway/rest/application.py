"""The REST side of a listener as an ASGI application: key, route, call, answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import grpc
from google.protobuf.message import Message

from services.gateway.auth.api_keys import ApiKeys
from services.gateway.auth.hosts import Hosts
from services.gateway.http.asgi import Header, Receive, Scope, Send, header, raw_path, respond
from services.gateway.http.headers import PRIVATE_DATA
from services.gateway.http.limits import read_body
from services.gateway.rest.contracts import Contracts, Route
from services.gateway.rest.errors import Problem, problem_of
from services.gateway.rest.metering import ApiCallMeter
from services.gateway.rest.transcoding import JSON, Answer, Transcoder
from services.kit.logging import get_logger
from veneer.access.v1 import access_pb2

Call = Callable[..., Awaitable[Message]]

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
        meter: ApiCallMeter,
    ) -> None:
        self._transcoder = Transcoder(contracts)
        self._hosts, self._api_keys, self._meter = hosts, api_keys, meter
        # Made once: looking up a method on a channel costs as much as transcoding its request.
        self._calls: dict[str, Call] = {
            route.rpc_path: _call(channels[route.peer], route) for route in contracts.routes
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            answer = await self._answer(scope, receive)
        except Exception as error:
            problem = problem_of(error)
            if problem.http_status == 500:
                log.error("failed", path=raw_path(scope), exc_info=error)
            await _refuse(send, problem)
        else:
            await _send(send, answer)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        site = await self._hosts.site_at(header(scope, b"host") or b"")
        endpoint, segments = self._transcoder.find(scope["method"], raw_path(scope))
        metadata: tuple[tuple[str, str], ...] = ()
        if endpoint.route.audience != access_pb2.PUBLIC:
            caller = await self._api_keys.caller(header(scope, b"authorization"), site)
            metadata = caller.metadata
            if not caller.is_operator:
                await self._meter.count(caller.tenant)
        body = await read_body(receive) if scope["method"] != "GET" else b""
        request = endpoint.read(segments, scope["query_string"], body)
        response = await self._calls[endpoint.route.rpc_path](request, metadata=metadata)
        return endpoint.write(request, response)


def _call(channel: grpc.aio.Channel, route: Route) -> Call:
    call: Any = channel.unary_unary(
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
