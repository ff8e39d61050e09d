"""Requests: a request that is repeated gets the first answer and changes nothing (AIP-155)."""

from __future__ import annotations

import hashlib

from google.protobuf.message import Message
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.db.scope import scope_of
from services.kit.errors import Kind, Refusal

_CLAIM = text(
    "INSERT INTO requests (tenant_id, method, request_id, fingerprint, create_time)"
    " VALUES (:tenant_id, :method, :request_id, :fingerprint, :create_time)"
    " ON CONFLICT DO NOTHING RETURNING 1"
)
_ANSWERED = text(
    "SELECT fingerprint, answer FROM requests"
    " WHERE tenant_id = :tenant_id AND method = :method AND request_id = :request_id"
)
_REMEMBER = text(
    "UPDATE requests SET answer = :answer"
    " WHERE tenant_id = :tenant_id AND method = :method AND request_id = :request_id"
    " AND answer IS NULL"
)


class RequestIdReused(Refusal):
    """The request id was used before for another request."""

    kind = Kind.ALREADY_EXISTS
    reason = "REQUEST_ID_REUSED"


class Requests:
    """The requests answered so far, bound to one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def answer_to(
        self, tenant_id: str, method: str, request_id: str, fingerprint: bytes
    ) -> bytes | None:
        """Returns the first answer to this request; None if the caller is to make and remember it.

        While another transaction answers the same request, waits for its end. An id used before
        with another fingerprint refuses with REQUEST_ID_REUSED. Without a request id every
        request is a new one.
        """
        if not request_id:
            return None
        key = {"tenant_id": tenant_id, "method": method, "request_id": request_id}
        claim = {
            **key,
            "fingerprint": fingerprint,
            "create_time": scope_of(self._connection).time,
        }
        if (await self._connection.execute(_CLAIM, claim)).first() is not None:
            return None
        answered = (await self._connection.execute(_ANSWERED, key)).one()
        if answered.fingerprint != fingerprint:
            raise RequestIdReused(
                "The request id was used before for another request.", request_id=request_id
            )
        assert answered.answer is not None, f"{method} committed without remembering its answer"
        return bytes(answered.answer)

    async def remember(self, tenant_id: str, method: str, request_id: str, answer: bytes) -> None:
        """Keeps `answer` for repeats of a request that `answer_to` called new."""
        if not request_id:
            return
        key = {"tenant_id": tenant_id, "method": method, "request_id": request_id}
        kept = await self._connection.execute(_REMEMBER, {**key, "answer": answer})
        assert kept.rowcount == 1, f"{method} remembers an answer to what it never asked for"


def fingerprint(request: Message) -> bytes:
    """Returns the SHA-256 of `request` without its request_id.

    Two requests of one type have one fingerprint exactly if they ask for the same.
    """
    bare = type(request)()
    bare.CopyFrom(request)
    if "request_id" in bare.DESCRIPTOR.fields_by_name:
        bare.ClearField("request_id")
    digest = hashlib.sha256(bare.DESCRIPTOR.full_name.encode() + b"\0")
    digest.update(bare.SerializeToString(deterministic=True))
    return digest.digest()
