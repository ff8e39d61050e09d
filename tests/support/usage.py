"""What tests of usage's RPCs share."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

import grpc
import pytest

from services.kit.rpc.errors import RpcProblem, from_rpc_error


async def answers(call: Any) -> list[Any]:
    """Gives all answers of a stream."""
    return [answer async for answer in call]


async def refusal(call: Awaitable[Any]) -> RpcProblem:
    """Gives how a call is refused; fails if it is not."""
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await call
    return from_rpc_error(refused.value)
