"""Channels to other services: mTLS, service config, deadlines and traces that are passed on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import grpc

from services.kit import telemetry
from services.kit.rpc import deadline
from services.kit.rpc.credentials import channel_credentials
from services.kit.rpc.limits import CHANNEL_OPTIONS
from services.kit.watched_files import WatchedFiles

DEFAULT_DEADLINE_SECONDS = 30.0
# How long calls that were begun with earlier certificates may take to end.
_OLD_CALLS_SECONDS = 600.0
SERVICE_CONFIGS = Path(__file__).resolve().parents[3] / "protos" / "veneer" / "service_config"


def secure_channel(
    identity: str, target_service: str, address: str, certificates: Path
) -> grpc.aio.Channel:
    """Opens a channel as `identity` to `target_service`, whose identity is verified.

    `address` is host:port; every address that its name has is used in turn. Timeouts and retries
    are those of the target's service config. A unary call without a timeout gets 30 s; every call
    made on behalf of an incoming one ends with it at the latest. Where our certificates have
    changed, later calls are made with the new ones, and calls that have begun end as they began.
    """
    config = json.loads((SERVICE_CONFIGS / f"{target_service}.json").read_text(encoding="utf-8"))
    options = [
        *CHANNEL_OPTIONS,
        ("grpc.ssl_target_name_override", target_service),
        ("grpc.service_config", json.dumps(config)),
    ]

    def open_with(credentials: grpc.ChannelCredentials) -> grpc.aio.Channel:
        return grpc.aio.secure_channel(f"dns:///{address}", credentials, options=options)

    return _Channel(channel_credentials(identity, certificates), open_with)


class _Channel(grpc.aio.Channel):
    """Gives every call its deadline and trace, by the certificates of its moment.

    An interceptor would cost a task for each call.
    """

    def __init__(
        self,
        credentials: WatchedFiles[grpc.ChannelCredentials],
        open_with: Callable[[grpc.ChannelCredentials], grpc.aio.Channel],
    ) -> None:
        self._credentials, self._open_with = credentials, open_with
        self._opened_with = credentials.get()
        self._channel = open_with(self._opened_with)
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def current(self) -> grpc.aio.Channel:
        """The channel for a call that begins now."""
        fresh = self._credentials.get()
        if fresh is not self._opened_with:
            old, self._channel = self._channel, self._open_with(fresh)
            self._opened_with = fresh
            closing = asyncio.ensure_future(old.close(_OLD_CALLS_SECONDS))
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)
        return self._channel

    def unary_unary(self, *method: Any, **options: Any) -> Any:
        return _Method(
            self, lambda opened: opened.unary_unary(*method, **options), DEFAULT_DEADLINE_SECONDS
        )

    def unary_stream(self, *method: Any, **options: Any) -> Any:
        return _Method(self, lambda opened: opened.unary_stream(*method, **options))

    def stream_unary(self, *method: Any, **options: Any) -> Any:
        return _Method(self, lambda opened: opened.stream_unary(*method, **options))

    def stream_stream(self, *method: Any, **options: Any) -> Any:
        return _Method(self, lambda opened: opened.stream_stream(*method, **options))

    async def close(self, grace: float | None = None) -> None:
        for closing in self._closing:
            closing.cancel()
        await self._channel.close(grace)

    def get_state(self, try_to_connect: bool = False) -> grpc.ChannelConnectivity:
        return self.current.get_state(try_to_connect)

    async def wait_for_state_change(self, last_observed_state: grpc.ChannelConnectivity) -> None:
        await self.current.wait_for_state_change(last_observed_state)

    async def channel_ready(self) -> None:
        await self.current.channel_ready()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


class _Method:
    def __init__(
        self,
        channel: _Channel,
        make: Callable[[grpc.aio.Channel], Any],
        default_seconds: float | None = None,
    ) -> None:
        self._channel, self._make, self._default_seconds = channel, make, default_seconds
        self._made_for = channel.current
        self._method = make(self._made_for)

    def __call__(
        self,
        *request: Any,
        timeout: float | None = None,
        metadata: Iterable[tuple[str, str | bytes]] | None = None,
        **options: Any,
    ) -> Any:
        limits = (timeout or self._default_seconds, deadline.remaining())
        seconds = min((limit for limit in limits if limit is not None), default=None)
        traceparent = telemetry.traceparent()
        sent = tuple(metadata or ())
        if traceparent is not None:
            sent += (("traceparent", traceparent),)
        opened = self._channel.current
        if opened is not self._made_for:
            self._made_for, self._method = opened, self._make(opened)
        return self._method(*request, timeout=seconds, metadata=sent, **options)
