"""The resource names of tenancy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from services.kit.aip.resource_name import Pattern, ResourceName


@dataclass(frozen=True, slots=True)
class UserName(ResourceName):
    """`tenants/{tenant}/users/{user}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/users/{user}")

    tenant: str
    user: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class InvitationName(ResourceName):
    """`tenants/{tenant}/invitations/{invitation}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/invitations/{invitation}")

    tenant: str
    invitation: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class SupportAccessName(ResourceName):
    """`tenants/{tenant}/supportAccesses/{support_access}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/supportAccesses/{support_access}")

    tenant: str
    support_access: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class SupportPolicyName(ResourceName):
    """`tenants/{tenant}/supportPolicy`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/supportPolicy")

    tenant: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class SecondFactorPolicyName(ResourceName):
    """`tenants/{tenant}/secondFactorPolicy`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/secondFactorPolicy")

    tenant: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class ApiKeyName(ResourceName):
    """`tenants/{tenant}/apiKeys/{api_key}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/apiKeys/{api_key}")

    tenant: str
    api_key: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class NoticeName(ResourceName):
    """`tenants/{tenant}/notices/{notice}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/notices/{notice}")

    tenant: str
    notice: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class AuditEntryName(ResourceName):
    """`tenants/{tenant}/auditEntries/{audit_entry}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/auditEntries/{audit_entry}")

    tenant: str
    audit_entry: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class ClientNoteName(ResourceName):
    """`tenants/{tenant}/clientNotes/{client_note}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/clientNotes/{client_note}")

    tenant: str
    client_note: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class OnboardingRunName(ResourceName):
    """`onboardingRuns/{onboarding_run}`."""

    pattern: ClassVar[Pattern] = Pattern("onboardingRuns/{onboarding_run}")

    onboarding_run: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class LifecycleRunName(ResourceName):
    """`tenants/{tenant}/lifecycleRuns/{lifecycle_run}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/lifecycleRuns/{lifecycle_run}")

    tenant: str
    lifecycle_run: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class CancellationName(ResourceName):
    """`tenants/{tenant}/cancellation`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/cancellation")

    tenant: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class AgreementName(ResourceName):
    """`tenants/{tenant}/agreement`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/agreement")

    tenant: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class AgreementAcceptanceName(ResourceName):
    """`tenants/{tenant}/agreementAcceptances/{agreement_acceptance}`."""

    pattern: ClassVar[Pattern] = Pattern(
        "tenants/{tenant}/agreementAcceptances/{agreement_acceptance}"
    )

    tenant: str
    agreement_acceptance: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class ProfileName(ResourceName):
    """`tenants/{tenant}/profile`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/profile")

    tenant: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class HostNameName(ResourceName):
    """`tenants/{tenant}/hostNames/{host_name}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/hostNames/{host_name}")

    tenant: str
    host_name: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class HostCertificateName(ResourceName):
    """`hostCertificates/{host_certificate}`."""

    pattern: ClassVar[Pattern] = Pattern("hostCertificates/{host_certificate}")

    host_certificate: str

    __str__ = ResourceName.__str__


@dataclass(frozen=True, slots=True)
class SingleSignOnName(ResourceName):
    """`tenants/{tenant}/singleSignOn`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}/singleSignOn")

    tenant: str

    __str__ = ResourceName.__str__
