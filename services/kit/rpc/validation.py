"""Refuses requests that their own annotations forbid, before the method sees them."""

from __future__ import annotations

from google.protobuf.message import Message

from services.kit.aip import required_fields
from services.kit.rpc.interceptor import MethodInterceptor


class ValidationInterceptor(MethodInterceptor):
    """Checks every message of a caller, streamed ones too."""

    def on_message(self, method: str, message: Message) -> None:
        required_fields.check(message)
