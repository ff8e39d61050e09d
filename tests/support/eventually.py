"""Waits for something to become true, without guessing how long that takes."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

T = TypeVar("T")

# Sooner than workers who are woken when there is something to do look by themselves: a test can
# tell that nobody woke them.
DEADLINE_SECONDS = 14.0
_LONGEST_PAUSE_SECONDS = 0.2


@overload
async def eventually(
    condition: Callable[[], Awaitable[T]], deadline_seconds: float = ..., what: str = ...
) -> T: ...


@overload
async def eventually(
    condition: Callable[[], T], deadline_seconds: float = ..., what: str = ...
) -> T: ...


async def eventually(
    condition: Callable[[], Any],
    deadline_seconds: float = DEADLINE_SECONDS,
    what: str = "the condition",
) -> Any:
    """Gives the first true value of `condition`, sync or async; fails after `deadline_seconds`.

    An AssertionError counts as not yet, and is shown if time runs out.
    """
    ends_at = time.monotonic() + deadline_seconds
    pause = 0.005
    last: object = None
    while True:
        try:
            found = condition()
            value = await found if inspect.isawaitable(found) else found
            if value:
                return value
            last = value
        except AssertionError as error:
            last = error
        if time.monotonic() >= ends_at:
            raise AssertionError(f"{what} was not met within {deadline_seconds} s: {last!r}")
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
