"""What the scripted peers know: tenants, keys, passwords, and what to answer instead."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from services.kit.clock import Clock
from services.kit.errors import Kind, NotFound, Refusal
from services.kit.rpc.principal import Audience, PrincipalSigner
from tests.support.gateway.purses import Purse
from tests.support.mesh import mesh
from veneer.tenancy.v1 import authentication_service_pb2 as auth_pb
from veneer.tenancy.v1 import brand_pb2
from veneer.tenancy.v1.single_sign_on_service_pb2 import SingleSignOn

PASSWORD = "correct horse battery"
LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><circle cx="20" cy="20" r="17" '
    b'fill="#d97706"/><path d="M8 24h24M11 29h18" stroke="#fff" stroke-width="2.5"/></svg>'
)
CLIENT_READS = (
    "usage.read", "calls.read", "invoices.read", "apiKeys.read", "profile.read", "leads.read",
    "recordings.read", "account.read", "payments.read", "agents.read", "campaigns.read",
    "dids.read", "dnc.read", "reports.read", "audit.read",
)  # fmt: skip
CLIENT_PERMISSIONS = frozenset(
    {
        *CLIENT_READS,
        "agreements.read",
        "profile.read",
        "profile.write",
        "supportAccesses.read",
        "supportAccesses.write",
        "agreements.write",
        "priceNotices.read",
        "priceNotices.write",
        "cancellation.read",
        "cancellation.write",
        "hostNames.read",
        "hostNames.write",
        "apiKeys.write",
        "agents.write",
        "campaigns.write",
        "leads.write",
        "dids.order",
        "dnc.write",
        "users.write",
        "users.read",
        "account.write",
        "payments.write",
        "webhooks.read",
        "webhooks.write",
    }
)
OPERATOR_PERMISSIONS = CLIENT_PERMISSIONS | {
    "auditRecords.read",
    "hostCertificates.read",
    "hostCertificates.write",
    "tenants.read",
    "tenants.write",
    "margins.read",
    "prices.read",
    "prices.write",
    "invoices.write",
    "manualPayments.write",
    "costs.read",
    "costs.write",
    "refunds.write",
    "leakAlarms.read",
    "clientNotes.read",
    "clientNotes.write",
    "notices.read",
    "notices.write",
    "leakAlarms.write",
    "legs.read",
    "legs.write",
    "routes.read",
    "routes.write",
    "carriers.read",
    "carriers.write",
    "stock.read",
    "stock.write",
    "support.begin",
    "supportAccesses.read",
    "supportAccesses.write",
    "provisioning.read",
    "provisioning.write",
    "reconciliations.read",
}


class CredentialsWrong(Refusal):
    """As tenancy says it."""

    kind = Kind.UNAUTHENTICATED
    reason = "CREDENTIALS_INVALID"


class TooManyAttempts(Refusal):
    """As tenancy says it."""

    kind = Kind.RESOURCE_EXHAUSTED
    reason = "TOO_MANY_ATTEMPTS"
    retry_after_seconds = 900.0


@dataclass
class Party:
    """A tenant that somebody scripted."""

    tenant_id: str
    display_name: str
    is_operator: bool = False
    color: str = ""
    logo: bytes = b""
    tagline: str = ""
    time_zone: str = "America/New_York"

    @property
    def name(self) -> str:
        """Its resource name."""
        return f"tenants/{self.tenant_id}"

    @property
    def host(self) -> str:
        """Its host name."""
        return "console.example" if self.is_operator else f"{self.tenant_id}.dialer.example"

    @property
    def key(self) -> str:
        """The secret of its one API key."""
        return f"key-{self.tenant_id}"

    @property
    def brand(self) -> brand_pb2.Brand:
        """How its pages look."""
        return brand_pb2.Brand(
            display_name=self.display_name,
            tagline=self.tagline,
            primary_color=self.color,
            logo=self.logo,
            logo_media_type="image/svg+xml" if self.logo else "",
        )


@dataclass
class World:
    """Shared by all scripted peers. `failures` are raised once by the RPC of that name."""

    clock: Clock
    parties: dict[str, Party] = field(default_factory=dict)
    failures: dict[str, Exception] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    is_parked: bool = False
    revoked_users: set[str] = field(default_factory=set)
    readings: dict[tuple[str, str], Any] = field(default_factory=dict)
    permissions: frozenset[str] = CLIENT_PERMISSIONS
    # Notices of new prices, by tenant.
    price_notices: dict[str, Any] = field(default_factory=dict)

    # What clients have accepted, by tenant.
    acceptances: dict[str, Any] = field(default_factory=dict)

    # What clients have and owe, by tenant.
    purses: dict[str, Purse] = field(default_factory=dict)

    # How clients stand, where that is not ACTIVE, and the runs that brought them there.
    states: dict[str, Any] = field(default_factory=dict)
    brands: dict[str, brand_pb2.Brand] = field(default_factory=dict)
    lifecycle_runs: list[Any] = field(default_factory=list)
    host_names: list[Any] = field(default_factory=list)
    # Runs that bring clients in, latest first, and what the last one was asked for.
    onboarding_runs: list[Any] = field(default_factory=list)
    onboarding_asked: Any = None
    # What staff have noted about clients, latest first.
    client_notes: list[Any] = field(default_factory=list)
    # Looks of support at clients' accounts, latest first, and whether clients allow them.
    support_accesses: list[Any] = field(default_factory=list)
    may_look: bool = True
    cancellations: dict[str, Any] = field(default_factory=dict)

    # Invoice runs, latest first, and what happens by itself.
    runs: list[Any] = field(default_factory=list)
    run_policy: Any = None
    # Campaigns, by resource name.
    campaigns: dict[str, Any] = field(default_factory=dict)
    # Agents that were made, by resource name.
    agents: dict[str, Any] = field(default_factory=dict)
    agents_shut_out: bool = False
    # What the operator pays whatever happens, latest first.
    overheads: list[Any] = field(default_factory=list)
    cost_books: list[Any] = field(default_factory=list)
    # What became of drafts, by name: "released" or "issued".
    settled: dict[str, str] = field(default_factory=dict)

    # What every text of the peers ends in, and the invoice that they send instead.
    planted: str = ""
    pdf: bytes = b""
    # How many requests keys may send a minute, if not the usual number.
    requests_per_minute: int | None = None
    # Where keys may be used from, and the one that was asked for last.
    allowed_networks: tuple[str, ...] = ()
    api_key: Any = None
    # What is wrong with audit logs, if anything.
    audit_fault: str = ""
    # Events of calls that usage has, by tenant, and whose it was asked to keep.
    call_events: dict[str, list[Any]] = field(default_factory=dict)
    account_events: list[Any] = field(default_factory=list)
    kept_call_events: set[str] = field(default_factory=set)
    # The pieces of a report of an upload.
    report: tuple[bytes, ...] = ()
    # How far an upload is; received if nothing is said.
    upload_state: Any = 0

    # How far the second factor of whoever asks is, and whether everybody must have one.
    second_factor: Any = 0
    second_factor_required: bool = False
    # What it wants to log in with.
    wanted_email: str = ""
    # How far the mail of a new invitation is; none is sent unless this is set.
    invitation_mail: Any = 0

    # The provider of whichever tenant asks.
    single_sign_on: Any = field(default_factory=SingleSignOn)

    def forget(self) -> None:
        """Is as it was before anybody asked or did anything; who is there stays."""
        for kept in (
            self.failures,
            self.revoked_users,
            self.asked,
            self.price_notices,
            self.acceptances,
            self.purses,
            self.runs,
            self.states,
            self.brands,
            self.lifecycle_runs,
            self.host_names,
            self.onboarding_runs,
            self.client_notes,
            self.support_accesses,
            self.cancellations,
            self.campaigns,
            self.agents,
            self.overheads,
            self.cost_books,
            self.settled,
            self.call_events,
            self.kept_call_events,
            self.account_events,
        ):
            kept.clear()
        self.permissions, self.run_policy, self.is_parked = CLIENT_PERMISSIONS, None, False
        self.agents_shut_out, self.onboarding_asked = False, None
        self.planted, self.pdf, self.report, self.audit_fault = "", b"", (), ""
        self.upload_state = 0
        self.single_sign_on = SingleSignOn()
        self.invitation_mail, self.may_look = 0, True
        self.second_factor, self.second_factor_required, self.wanted_email = 0, False, ""
        self.allowed_networks, self.api_key, self.requests_per_minute = (), None, None

    def purse(self, name: str) -> Purse:
        """Gives a tenant's means, by the name of anything of it; made when first asked for."""
        tenant = self.party(name).name
        return self.purses.setdefault(tenant, Purse(tenant))

    def add(self, party: Party) -> Party:
        """Adds a tenant."""
        self.parties[party.tenant_id] = party
        return party

    def party(self, name: str) -> Party:
        """Finds a tenant by the name of anything of it."""
        parts = name.split("/")
        if len(parts) < 2 or parts[1] not in self.parties:
            raise NotFound(resource=name)
        return self.parties[parts[1]]

    def hear(self, rpc: str) -> None:
        """Notes a call, and fails it if that was wanted."""
        self.asked.append(rpc)
        if rpc in self.failures:
            raise self.failures[rpc]

    def principal(
        self,
        party: Party,
        subject: str,
        needs_second_factor: bool = False,
        held: frozenset[str] | None = None,
    ) -> auth_pb.SignedPrincipal:
        """Signs a principal as tenancy does."""
        signer = PrincipalSigner.from_file(mesh().private_key, self.clock)
        permissions = OPERATOR_PERMISSIONS if party.is_operator else held or self.permissions
        if needs_second_factor:
            permissions = frozenset()
        audience: Audience = "operator" if party.is_operator else "client"
        token, end = signer.sign(subject, party.tenant_id, audience, permissions)
        signed = auth_pb.SignedPrincipal(
            token=token,
            subject=subject,
            tenant=party.name,
            is_operator=party.is_operator,
            permissions=sorted(permissions),
            needs_second_factor=needs_second_factor,
        )
        signed.expire_time.FromDatetime(end)
        return signed
