"""What the roles may do."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from services.kit.errors import Kind, Refusal

# Every permission that a CLIENT rule of the contracts demands; a test keeps the two alike.
CLIENT_PERMISSIONS = frozenset(
    {
        "account.read",
        "account.write",
        "agents.read",
        "agents.write",
        "agreements.read",
        "agreements.write",
        "apiKeys.read",
        "apiKeys.write",
        "audit.read",
        "calls.read",
        "campaigns.read",
        "campaigns.write",
        "cancellation.read",
        "cancellation.write",
        "clients.read",
        "clients.write",
        "dids.order",
        "dids.read",
        "dnc.read",
        "dnc.write",
        "hostNames.read",
        "hostNames.write",
        "invoices.read",
        "leads.read",
        "leads.write",
        "priceNotices.read",
        "priceNotices.write",
        "payments.read",
        "payments.write",
        "profile.read",
        "profile.write",
        "recordings.read",
        "reports.read",
        "supportAccesses.read",
        "supportAccesses.write",
        "usage.read",
        "users.read",
        "users.write",
        "webhooks.read",
        "webhooks.write",
    }
)

# Every permission that an OPERATOR rule demands and no CLIENT rule does.
OPERATOR_PERMISSIONS = frozenset(
    {
        "auditRecords.read",
        "calls.write",
        "carriers.read",
        "carriers.write",
        "clientNotes.read",
        "clientNotes.write",
        "costs.read",
        "costs.write",
        "dids.write",
        "discounts.read",
        "discounts.write",
        "dunning.read",
        "dunning.write",
        "hostCertificates.read",
        "hostCertificates.write",
        "invoices.write",
        "leakAlarms.read",
        "leakAlarms.write",
        "legs.read",
        "legs.write",
        "ledger.read",
        "manualPayments.write",
        "margins.read",
        "measurements.write",
        "notices.read",
        "notices.write",
        "prices.read",
        "prices.write",
        "provisioning.read",
        "provisioning.write",
        "refunds.write",
        "reconciliations.read",
        "routes.read",
        "routes.write",
        "stock.read",
        "stock.write",
        "support.begin",
        "taxes.read",
        "taxes.write",
        "tenants.read",
        "tenants.write",
        "walletTerms.read",
        "walletTerms.write",
    }
)


# What it takes to run the dialer.
_SUPERVISION = frozenset(
    {
        "agents.read",
        "agents.write",
        "calls.read",
        "campaigns.read",
        "campaigns.write",
        "dids.order",
        "dids.read",
        "dnc.read",
        "dnc.write",
        "leads.read",
        "leads.write",
        "profile.read",
        "recordings.read",
        "reports.read",
        "usage.read",
    }
)
_OPERATOR_SUPERVISION = _SUPERVISION | {
    "calls.write",
    "clientNotes.read",
    "clientNotes.write",
    "clients.read",
    "legs.read",
    "legs.write",
    "provisioning.read",
    "reconciliations.read",
    "stock.read",
    "support.begin",
    "supportAccesses.read",
    "supportAccesses.write",
    "tenants.read",
}
# What it takes to see to money.
_BILLING = frozenset(
    {
        "account.read",
        "account.write",
        "calls.read",
        "invoices.read",
        "payments.read",
        "payments.write",
        "priceNotices.read",
        "priceNotices.write",
        "profile.read",
        "usage.read",
    }
)
_OPERATOR_BILLING = _BILLING | {
    "clientNotes.read",
    "clientNotes.write",
    "clients.read",
    "costs.read",
    "discounts.read",
    "dunning.read",
    "dunning.write",
    "invoices.write",
    "ledger.read",
    "manualPayments.write",
    "margins.read",
    "prices.read",
    "refunds.write",
    "taxes.read",
    "tenants.read",
    "walletTerms.read",
}


# What only the owner of a client may do.
_OWNERS = frozenset({"cancellation.write"})
# What is left to the owner of a client whose service has ended: to take its data along, to look at
# its invoices and to pay them.
LEAVING_PERMISSIONS = frozenset(
    {
        "account.read",
        "calls.read",
        "cancellation.read",
        "invoices.read",
        "leads.read",
        "payments.read",
        "payments.write",
        "profile.read",
        "recordings.read",
    }
)


class Role(StrEnum):
    """What a user may do within its tenant."""

    OWNER = "OWNER"
    ADMIN = "ADMIN"
    SUPERVISOR = "SUPERVISOR"
    BILLING = "BILLING"
    VIEWER = "VIEWER"


class PermissionNotHeld(Refusal):
    """Somebody tried to give away what it does not have."""

    kind = Kind.PERMISSION_DENIED
    reason = "PERMISSION_NOT_HELD"


def permissions_of(role: Role, *, of_operator: bool) -> frozenset[str]:
    """Gives what a role allows; a viewer only looks."""
    all_of_them = CLIENT_PERMISSIONS | OPERATOR_PERMISSIONS if of_operator else CLIENT_PERMISSIONS
    match role:
        case Role.OWNER:
            return all_of_them
        case Role.ADMIN:
            return all_of_them if of_operator else all_of_them - _OWNERS
        case Role.SUPERVISOR:
            return _OPERATOR_SUPERVISION if of_operator else _SUPERVISION
        case Role.BILLING:
            return _OPERATOR_BILLING if of_operator else _BILLING
        case Role.VIEWER:
            return frozenset(each for each in all_of_them if each.endswith(".read"))


def granted(asked: Iterable[str], held: Iterable[str]) -> frozenset[str]:
    """Gives what a new key may do: all that its creator holds if nothing is asked for."""
    wanted, having = frozenset(asked), frozenset(held)
    missing = sorted(wanted - having)
    if missing:
        raise PermissionNotHeld(
            f"A key cannot be allowed what its creator is not: {', '.join(missing)}.",
            permissions=",".join(missing),
        )
    return wanted or having
