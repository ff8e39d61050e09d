"""A request that may be repeated, and is answered once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from google.protobuf.message import Message

from services.kit.db.idempotency import Requests, fingerprint

T = TypeVar("T")
M = TypeVar("M", bound=Message)


@dataclass(frozen=True, slots=True)
class Once(Generic[T, M]):
    """One request with a `request_id`, and how its result is told.

    `tenant_id` is whose request ids they are; empty for what belongs to no tenant.
    """

    tenant_id: str
    request: Any
    answer: Callable[[T], M]
    answer_type: type[M]

    async def earlier(self, requests: Requests) -> M | None:
        """Gives the first answer if the request is a repeat.

        Refuses with REQUEST_ID_REUSED if its id was used for another request.
        """
        kept = await requests.answer_to(*self._key, fingerprint(self.request))
        return self.answer_type.FromString(kept) if kept is not None else None

    async def keep(self, requests: Requests, result: T) -> M:
        """Gives the answer, and keeps it for repeats; in the transaction of the change."""
        message = self.answer(result)
        await requests.remember(*self._key, message.SerializeToString())
        return message

    @property
    def _key(self) -> tuple[str, str, str]:
        return self.tenant_id, self.request.DESCRIPTOR.name, self.request.request_id
