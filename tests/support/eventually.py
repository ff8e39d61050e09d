"""Waits for what happens soon, but not at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

_PAUSE_SECONDS = 0.01


async def eventually(
    condition: Callable[[], Awaitable[object]], deadline_seconds: float = 10.0
) -> None:
    """Returns when `condition` gives something true; fails after `deadline_seconds`."""
    deadline = time.monotonic() + deadline_seconds
    while not await condition():
        assert time.monotonic() < deadline, f"not within {deadline_seconds} s"
        await asyncio.sleep(_PAUSE_SECONDS)
