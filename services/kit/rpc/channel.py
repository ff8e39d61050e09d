"""Channels to other services: mTLS, service config, deadlines and traces that are passed on."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import grpc

from services.kit import telemetry
from services.kit.rpc import deadline
from services.kit.rpc.credentials import channel_credentials
from services.kit.rpc.limits import CHANNEL_OPTIONS

DEFAULT_DEADLINE_SECONDS = 30.0
SERVICE_CONFIGS = Path(__file__).resolve().parents[3] / "protos" / "veneer" / "service_config"


def secure_channel(
    identity: str, target_service: str, address: str, certificates: Path
) -> grpc.aio.Channel:
    """Opens a channel as `identity` to `target_service`, whose identity is verified.

    `address` is host:port; every address that its name has is used in turn. Timeouts and retries
    are those of the target's service config. A unary call without a timeout gets 30 s; every call
    made on behalf of an incoming one ends with it at the latest.
    """
    config = json.loads((SERVICE_CONFIGS / f"{target_service}.json").read_text(encoding="utf-8"))
    channel = grpc.aio.secure_channel(
        f"dns:///{address}",
        channel_credentials(identity, certificates),
        options=[
            *CHANNEL_OPTIONS,
            ("grpc.ssl_target_name_override", target_service),
            ("grpc.service_config", json.dumps(config)),
        ],
    )
    return _Channel(channel)


class _Channel(grpc.aio.Channel):
    """Gives every call its deadline and trace. An interceptor would cost a task for each call."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._channel = channel

    def unary_unary(self, *method: Any, **options: Any) -> Any:
        return _Method(self._channel.unary_unary(*method, **options), DEFAULT_DEADLINE_SECONDS)

    def unary_stream(self, *method: Any, **options: Any) -> Any:
        return _Method(self._channel.unary_stream(*method, **options), None)

    def stream_unary(self, *method: Any, **options: Any) -> Any:
        return _Method(self._channel.stream_unary(*method, **options), None)

    def stream_stream(self, *method: Any, **options: Any) -> Any:
        return _Method(self._channel.stream_stream(*method, **options), None)

    async def close(self, grace: float | None = None) -> None:
        await self._channel.close(grace)

    def get_state(self, try_to_connect: bool = False) -> grpc.ChannelConnectivity:
        return self._channel.get_state(try_to_connect)

    async def wait_for_state_change(self, last_observed_state: grpc.ChannelConnectivity) -> None:
        await self._channel.wait_for_state_change(last_observed_state)

    async def channel_ready(self) -> None:
        await self._channel.channel_ready()

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
    def __init__(self, method: Any, default_seconds: float | None) -> None:
        self._method = method
        self._default_seconds = default_seconds

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
        return self._method(*request, timeout=seconds, metadata=sent, **options)
