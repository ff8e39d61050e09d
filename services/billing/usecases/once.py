"""A request that may be repeated, and is answered once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from google.protobuf.message import Message

from services.billing.store import BillingStore
from services.kit.audit import ChangeLog, facts_of_message
from services.kit.changes import Change
from services.kit.db.idempotency import Requests, fingerprint

T = TypeVar("T")
M = TypeVar("M", bound=Message)


@dataclass(frozen=True, slots=True)
class Once(Generic[T, M]):
    """One request with a `request_id`, and how its result is told.

    `tenant_id` is whose request ids they are; empty for what belongs to no tenant. `action` names
    the change in the audit log: the tenant's if clients may ask for it, or else the operator's. It
    is empty for what only services ask for.
    """

    tenant_id: str
    request: Any
    answer: Callable[[T], M]
    answer_type: type[M]
    action: str = ""
    is_clients: bool = False

    async def earlier(self, requests: Requests) -> M | None:
        """Gives the first answer if the request is a repeat.

        Refuses with REQUEST_ID_REUSED if its id was used for another request.
        """
        kept = await requests.answer_to(*self._key, fingerprint(self.request))
        return self.answer_type.FromString(kept) if kept is not None else None

    async def keep(self, store: BillingStore, result: T) -> M:
        """Gives the answer, keeps it for repeats and notes it; in the transaction of the change."""
        message = self.answer(result)
        await store.requests.remember(*self._key, message.SerializeToString())
        if self.action:
            await self._note(store.changes, message)
        return message

    async def _note(self, changes: ChangeLog, message: Message) -> None:
        facts = facts_of_message(message)
        resource = getattr(message, "name", "") or getattr(self.request, "name", "")
        if self.is_clients:
            change = Change(self.tenant_id, self.action, resource, after=facts)
            await changes.note(change)
        else:
            await changes.note_of_operator(self.action, resource, after=facts)

    @property
    def _key(self) -> tuple[str, str, str]:
        return self.tenant_id, self.request.DESCRIPTOR.name, self.request.request_id
