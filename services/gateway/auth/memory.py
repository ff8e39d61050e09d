"""Remembers what was asked of another service for as long as the answer holds."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from services.kit.clock import Clock
from services.kit.errors import Refusal

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Held(Generic[V]):
    """An answer, or the refusal that was given instead, and until when it holds."""

    value: V | None
    refusal: Refusal | None
    until: datetime


class Memory(Generic[K, V]):
    """Answers by key, the latest `size_max` of them.

    While one caller asks, the others who want the same wait for its answer, so that a burst of
    requests with one key costs one question.
    """

    def __init__(self, clock: Clock, size_max: int) -> None:
        self._clock = clock
        self._size_max = size_max
        self._held: OrderedDict[K, Held[V]] = OrderedDict()
        self._asking: dict[K, asyncio.Task[Held[V]]] = {}

    def known(self, key: K) -> V | None:
        """Gives an answer that holds; None if it must be asked for. Raises a held refusal."""
        held = self._held.get(key)
        if held is None or held.until <= self._clock.now():
            return None
        if held.refusal is not None:
            raise held.refusal.with_traceback(None)
        return held.value

    async def get(self, key: K, ask: Callable[[], Awaitable[Held[V]]]) -> V:
        """Gives the answer, asking if none holds; raises what `ask` raises or has held."""
        known = self.known(key)
        if known is not None:
            return known
        task = self._asking.get(key)
        if task is None:
            task = asyncio.ensure_future(self._ask(key, ask))
            self._asking[key] = task
            task.add_done_callback(lambda _: self._asking.pop(key, None))
        # Shielded: the caller who happens to ask may go away while others wait.
        held = await asyncio.shield(task)
        if held.refusal is not None:
            raise held.refusal.with_traceback(None)
        assert held.value is not None
        return held.value

    def forget(self, key: K) -> None:
        """Makes the next caller ask."""
        self._held.pop(key, None)

    def put(self, key: K, held: Held[V]) -> None:
        """Remembers an answer that was come by otherwise."""
        self._held[key] = held
        self._held.move_to_end(key)
        while len(self._held) > self._size_max:
            self._held.popitem(last=False)

    async def _ask(self, key: K, ask: Callable[[], Awaitable[Held[V]]]) -> Held[V]:
        held = await ask()
        self.put(key, held)
        return held
