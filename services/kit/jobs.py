"""Runs functions every n seconds until told to stop; a failing run does not end the next."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

_log = structlog.stdlib.get_logger(__name__)


class Postponed(Exception):
    """Work that somebody else's trouble keeps from being done now; it is done later."""


async def run_every(
    seconds: float, function: Callable[[], Awaitable[object]], stop: asyncio.Event
) -> None:
    """Awaits `function` now and `seconds` after each end of it, until `stop` is set."""
    name = getattr(function, "__qualname__", type(function).__name__)
    while not stop.is_set():
        await trouble_of(name, function())
        try:
            await asyncio.wait_for(stop.wait(), seconds)
        except TimeoutError:
            continue


async def trouble_of(name: str, work: Awaitable[object]) -> Exception | None:
    """Awaits `work` and returns what it raised, logged, or None.

    This is where a worker survives what a piece of its work throws; nowhere else.
    """
    try:
        await work
    except Postponed as reason:
        _log.warning("job postponed", job=name, reason=str(reason))
        return reason
    except Exception as error:
        _log.exception("job failed", job=name)
        return error
    return None
