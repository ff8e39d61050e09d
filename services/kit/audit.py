"""Hands what was changed over to the audit log: written with the change, told afterwards."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from dataclasses import asdict
from typing import Any, Final

import grpc
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.message import Message

from services.kit.changes import Change, Facts, time_text
from services.kit.db.outbox import Intent, Outbox, OutboxOptions, OutboxRunner
from services.kit.db.scope import Scope
from services.kit.db.transaction import Database
from services.kit.jobs import run_every
from services.kit.logging import get_logger
from services.kit.rpc.errors import refusal_from
from services.kit.rpc.principal import current_principal

AUDIT: Final = "audit"
_EVERY_SECONDS: Final = 2.0
# Nothing is left out, however long nobody takes it.
_OPTIONS: Final = OutboxOptions(attempts_max=1_000_000, longest_wait_seconds=300.0)
# What a resource has for its readers, and what is not a part of it.
_OF_THE_WIRE: Final = ("name", "etag")
_NOTHING: Final[Facts] = {}

log = get_logger(__name__)


class ChangeLog:
    """The changes of one transaction: they are told if, and only if, it commits."""

    def __init__(self, outbox: Outbox, scope: Scope) -> None:
        self._outbox, self._scope = outbox, scope

    async def note(self, change: Change) -> None:
        """Notes a change in its tenant's log; nothing if both sides are the same."""
        differences = change.differences
        if not differences:
            return
        principal = current_principal()
        # As tenancy's AuditIntakeService reads it in JSON; the intent's id is that of the change.
        payload = {
            "tenant": f"tenants/{change.tenant_id}",
            "action": change.action,
            "resource": change.resource,
            "actor": change.actor or (principal.subject if principal else ""),
            "change_time": time_text(self._scope.time),
            "differences": [asdict(each) for each in differences],
        }
        await self._outbox.add(AUDIT, payload)

    async def note_of_operator(
        self, action: str, resource: str, *, before: Facts = _NOTHING, after: Facts = _NOTHING
    ) -> None:
        """Notes in the operator's own log what its people change; services change nothing there.

        Costs and vendors may be in the facts, which no client's log may have.
        """
        principal = current_principal()
        if principal is not None:
            await self.note(Change(principal.tenant_id, action, resource, before, after))


class AuditTeller:
    """Tells changes as they come due, some of them at once; any replica may, each is kept once.

    `record` is RecordChange of tenancy's AuditIntakeService, and `request` its request's type.
    """

    def __init__(
        self,
        db: Database[Any],
        record: Callable[[Any], Awaitable[object]],
        request: Callable[..., Message],
    ) -> None:
        self._outbox = OutboxRunner(db, {AUDIT: self._tell}, _OPTIONS)
        self._record, self._request = record, request

    async def run(self) -> None:
        """Works until it is cancelled."""
        await run_every(_EVERY_SECONDS, self.run_due, asyncio.Event())

    async def run_due(self) -> int:
        """Tells what is due. Returns how many attempts that took."""
        return await self._outbox.run_until_empty()

    async def _tell(self, intent: Intent) -> None:
        request = ParseDict(intent.payload, self._request(change_id=intent.outbox_id.hex))
        try:
            await self._record(request)
        except grpc.aio.AioRpcError as error:
            if error.code() is not grpc.StatusCode.NOT_FOUND:
                raise refusal_from(error) from error
            log.warning("a change is of nobody's log", tenant=intent.payload["tenant"])


def facts_of_message(message: Message, only: Collection[str] = ()) -> Facts:
    """Gives the fields of a message that are set, by their paths, but its name and its etag.

    Of a message with what is not to be kept, `only` says which fields are told.
    """
    fields = MessageToDict(message, preserving_proto_field_name=True)
    told = {
        name: each
        for name, each in fields.items()
        if (name in only if only else name not in _OF_THE_WIRE)
    }
    return dict(_texts("", told))


def _texts(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _texts(f"{path}.{name}".lstrip("."), each)
    elif isinstance(value, list):
        is_plain = not any(isinstance(each, dict | list) for each in value)
        yield path, ", ".join(map(str, value)) if is_plain else json.dumps(value)
    else:
        yield path, str(value)
