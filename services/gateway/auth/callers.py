"""Callers: in whose name requests go on to the other services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from services.kit.errors import Kind, Refusal
from services.kit.rpc.principal import principal_metadata

if TYPE_CHECKING:
    from veneer.tenancy.v1.authentication_service_pb2 import SignedPrincipal

# A principal is given up so long before its end: a request begun with it must have the time to
# reach the last service that verifies it.
MARGIN = timedelta(seconds=15)


class CredentialsInvalid(Refusal):
    """No key or log-in, or one that is not good here."""

    kind = Kind.UNAUTHENTICATED
    reason = "CREDENTIALS_INVALID"

    def __init__(self) -> None:
        super().__init__("The credentials are missing or not valid.")


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who has been let in, and the metadata that proves it to the other services."""

    subject: str
    tenant: str
    is_operator: bool
    permissions: frozenset[str]
    metadata: tuple[tuple[str, str], ...]
    # It may do nothing but turn a second factor on.
    needs_second_factor: bool = False

    @classmethod
    def of(cls, principal: SignedPrincipal) -> Caller:
        """Reads tenancy's answer."""
        return cls(
            subject=principal.subject,
            tenant=principal.tenant,
            is_operator=principal.is_operator,
            permissions=frozenset(principal.permissions),
            metadata=principal_metadata(principal.token),
            needs_second_factor=principal.needs_second_factor,
        )

    def may(self, permission: str) -> bool:
        """Tells whether a page should offer something; the services decide by themselves."""
        return permission in self.permissions


def holds_until(principal: SignedPrincipal, now: datetime) -> datetime:
    """Tells until when a principal may be used; at once over if it ends too soon."""
    end = datetime.fromtimestamp(principal.expire_time.seconds, now.tzinfo)
    return end - MARGIN
