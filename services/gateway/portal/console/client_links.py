"""The pages about one client: whoever may not see one is not led to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from services.gateway.portal.visit import Visit


@dataclass(frozen=True, slots=True)
class ClientLink:
    """A page, below the client's own, and what one must be allowed to see it."""

    page: str
    label: str
    needs: tuple[str, ...]


_LINKS: Final = (
    ClientLink("money", "Payments and credit notes", ("account.read", "payments.read")),
    ClientLink("prices", "Prices and plans", ("prices.read",)),
    ClientLink("life", "State of service", ("tenants.read",)),
    ClientLink("brand", "Brand", ("tenants.read",)),
    ClientLink("host-names", "Host names", ("hostNames.read", "tenants.read")),
    ClientLink("dialer", "In the dialer", ("provisioning.read", "tenants.read")),
    ClientLink("agreement", "Agreement", ("agreements.read", "tenants.read")),
    ClientLink("mails", "Mails", ("notices.read", "tenants.read")),
    ClientLink("notes", "Notes", ("clientNotes.read", "tenants.read")),
    ClientLink("support", "Support", ("supportAccesses.read", "tenants.read")),
    ClientLink("activity", "Activity", ("auditRecords.read", "tenants.read")),
)


def links_of(visit: Visit) -> list[ClientLink]:
    """Gives those that the visitor may see."""
    return [each for each in _LINKS if all(visit.caller.may(need) for need in each.needs)]
