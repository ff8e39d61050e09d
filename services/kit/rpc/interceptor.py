"""What the interceptors share: wrapping a method once, whatever its shape, and keeping it."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any

import grpc
from google.protobuf.message import Message

Context = grpc.aio.ServicerContext[Any, Any]


class MethodInterceptor(grpc.aio.ServerInterceptor):
    """Stands before every method, streaming ones included.

    A subclass overrides one or more of `around`, `on_call` and `on_message`. `method` is the full
    path, `/package.Service/Method`.
    """

    def __init__(self) -> None:
        # Wrapping costs more than calling, and there are as many handlers as methods.
        self._wrapped: dict[str, Any] = {}

    def around(self, method: str, context: Context) -> AbstractAsyncContextManager[Any]:
        """Encloses the whole call."""
        return nullcontext()

    def on_call(self, method: str, context: Context) -> None:
        """Sees a call before its first message; may refuse."""

    def on_message(self, method: str, message: Message) -> None:
        """Sees every message of the caller before the method does; may refuse."""

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Any:
        method = handler_call_details.method
        wrapped = self._wrapped.get(method)
        if wrapped is None:
            handler = await continuation(handler_call_details)
            if handler is None:
                return None
            wrapped = self._wrapped[method] = self._wrap(method, handler)
        return wrapped

    def _wrap(self, method: str, handler: Any) -> Any:
        make, behavior = _maker_and_behavior(handler)
        incoming = self._each_of if handler.request_streaming else self._one
        answers_in_generator = inspect.isasyncgenfunction(behavior)

        async def call(request: Any, context: Context) -> Any:
            async with self.around(method, context):
                self.on_call(method, context)
                return await behavior(incoming(method, request), context)

        async def stream(request: Any, context: Context) -> AsyncIterator[Any]:
            async with self.around(method, context):
                self.on_call(method, context)
                async for answer in behavior(incoming(method, request), context):
                    yield answer

        return make(
            stream if answers_in_generator else call,
            request_deserializer=handler.request_deserializer,
            response_serializer=handler.response_serializer,
        )

    def _one(self, method: str, message: Message) -> Message:
        self.on_message(method, message)
        return message

    async def _each_of(
        self, method: str, messages: AsyncIterator[Message]
    ) -> AsyncIterator[Message]:
        async for message in messages:
            self.on_message(method, message)
            yield message


def _maker_and_behavior(handler: Any) -> tuple[Callable[..., Any], Callable[..., Any]]:
    if handler.request_streaming and handler.response_streaming:
        return grpc.stream_stream_rpc_method_handler, handler.stream_stream
    if handler.request_streaming:
        return grpc.stream_unary_rpc_method_handler, handler.stream_unary
    if handler.response_streaming:
        return grpc.unary_stream_rpc_method_handler, handler.unary_stream
    return grpc.unary_unary_rpc_method_handler, handler.unary_unary
