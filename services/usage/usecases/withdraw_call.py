"""Takes a call out of what is charged, or puts it back."""

from __future__ import annotations

from dataclasses import dataclass

from services.kit.db.transaction import Database
from services.kit.errors import InvalidRequest, NotFound
from services.usage.domain.histogram import movement
from services.usage.store import UsageStore
from services.usage.store.withdrawals import Decision

_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """The request that a decision came by."""

    method: str
    request_id: str
    fingerprint: bytes


async def decide_on_call(
    db: Database[UsageStore], tenant_id: str, decision: Decision, asked: Asked
) -> None:
    """Carries a decision out; the same again changes nothing.

    The figures as of an earlier instant stay what they were. Refuses with RESOURCE_NOT_FOUND
    if there is no such call, with INVALID_REQUEST without a reason.
    """
    if not 1 <= len(decision.reason.strip()) <= _LONGEST_REASON:
        raise InvalidRequest.at("reason", f"Must be 1 to {_LONGEST_REASON} characters.")
    key = tenant_id, asked.method, asked.request_id
    async with db.transaction(tenant_id) as store:
        if await store.requests.answer_to(*key, asked.fingerprint) is not None:
            return
        stored_time = await store.state.next_stored_time(db.clock.now())
        if await store.calls.find(decision.call_id) is None:
            raise NotFound(resource=f"tenants/{tenant_id}/calls/{decision.call_id}")
        place = await store.withdrawals.set(decision, stored_time)
        if place is not None:
            gone, back = ([place], []) if decision.is_withdrawn else ([], [place])
            await store.ingest.move(movement(back, gone), stored_time)
        await store.requests.remember(*key, b"")
