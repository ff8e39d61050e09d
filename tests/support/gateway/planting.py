"""Plants words into what peers answer, wherever their messages have room for a text."""

from __future__ import annotations

import re
from typing import Any

import grpc
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from tests.support.gateway.world import World

# What a program reads and no person: a word in it would only break the answer.
_FOR_PROGRAMS = re.compile(
    r"name|parent|tenant|token|currency_code|value|time_zone|.*media_type|content_type|etag"
    r"|primary_color|subject|type_url|month|.*_month|request_id"
)
# Whose portal it is and who asks stay as they are, so that the rest of each page is made.
_LEFT_ALONE = re.compile(
    r"/veneer\.(gateway\.|tenancy\.v1\.(Authentication|Directory)|telephony\.v1\.SecretWord)"
)


class PlantingChannel(grpc.aio.Channel):
    """A channel to a peer; while the world has something to plant, every text ends in it."""

    def __init__(self, channel: grpc.aio.Channel, world: World) -> None:
        self._channel, self._world = channel, world

    def unary_unary(self, method: str, *args: Any, **options: Any) -> Any:
        return self._channel.unary_unary(method, *self._planting(method, args, options))

    def unary_stream(self, method: str, *args: Any, **options: Any) -> Any:
        return self._channel.unary_stream(method, *self._planting(method, args, options))

    def stream_unary(self, method: str, *args: Any, **options: Any) -> Any:
        return self._channel.stream_unary(method, *self._planting(method, args, options))

    def stream_stream(self, method: str, *args: Any, **options: Any) -> Any:
        return self._channel.stream_stream(method, *self._planting(method, args, options))

    async def close(self, grace: float | None = None) -> None:
        await self._channel.close(grace)

    def get_state(self, try_to_connect: bool = False) -> grpc.ChannelConnectivity:
        return self._channel.get_state(try_to_connect)

    async def wait_for_state_change(self, last_observed_state: grpc.ChannelConnectivity) -> None:
        await self._channel.wait_for_state_change(last_observed_state)

    async def channel_ready(self) -> None:
        await self._channel.channel_ready()

    async def __aenter__(self) -> PlantingChannel:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.close()

    def _planting(self, method: str, args: Any, options: Any) -> tuple[Any, Any]:
        named = dict(zip(("request_serializer", "response_deserializer"), args, strict=False))
        named |= options
        read = named["response_deserializer"]

        def planted(data: bytes) -> Any:
            message = read(data)
            if self._world.planted and not _LEFT_ALONE.match(method):
                plant(message, self._world.planted)
            return message

        return named["request_serializer"], planted


def plant(message: Message, words: str) -> None:
    """Ends every text in a message in `words`, at any depth."""
    for held, value in message.ListFields():
        for each in _messages(held, value):
            plant(each, words)
    for field in message.DESCRIPTOR.fields:
        if field.type == FieldDescriptor.TYPE_STRING and not _FOR_PROGRAMS.fullmatch(field.name):
            said = getattr(message, field.name)
            if isinstance(said, str):
                setattr(message, field.name, f"{said} {words}")
            elif said:
                said[:] = [f"{each} {words}" for each in said]


def _messages(field: Any, value: Any) -> list[Message]:
    if field.message_type is None:
        return []
    if field.message_type.GetOptions().map_entry:
        return [each for each in value.values() if isinstance(each, Message)]
    return list(value) if field.is_repeated else [value]
