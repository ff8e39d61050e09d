"""Stubs of tenancy."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from veneer.tenancy.v1 import (
    agreement_service_pb2_grpc,
    agreement_version_service_pb2_grpc,
    api_key_service_pb2_grpc,
    audit_record_service_pb2_grpc,
    audit_service_pb2_grpc,
    authentication_service_pb2_grpc,
    cancellation_service_pb2_grpc,
    client_note_service_pb2_grpc,
    directory_service_pb2_grpc,
    email_change_service_pb2_grpc,
    host_certificate_service_pb2_grpc,
    host_name_service_pb2_grpc,
    invitation_service_pb2_grpc,
    lifecycle_service_pb2_grpc,
    notice_record_service_pb2_grpc,
    onboarding_service_pb2_grpc,
    password_service_pb2_grpc,
    profile_service_pb2_grpc,
    second_factor_policy_service_pb2_grpc,
    second_factor_service_pb2_grpc,
    single_sign_on_service_pb2_grpc,
    support_access_service_pb2_grpc,
    support_staff_service_pb2_grpc,
    tenant_service_pb2_grpc,
    user_service_pb2_grpc,
)

if TYPE_CHECKING:
    from veneer.tenancy.v1.agreement_service_pb2_grpc import AgreementServiceAsyncStub
    from veneer.tenancy.v1.agreement_version_service_pb2_grpc import (
        AgreementVersionServiceAsyncStub,
    )
    from veneer.tenancy.v1.api_key_service_pb2_grpc import ApiKeyServiceAsyncStub
    from veneer.tenancy.v1.audit_record_service_pb2_grpc import AuditRecordServiceAsyncStub
    from veneer.tenancy.v1.audit_service_pb2_grpc import AuditServiceAsyncStub
    from veneer.tenancy.v1.authentication_service_pb2_grpc import AuthenticationServiceAsyncStub
    from veneer.tenancy.v1.cancellation_service_pb2_grpc import CancellationServiceAsyncStub
    from veneer.tenancy.v1.client_note_service_pb2_grpc import ClientNoteServiceAsyncStub
    from veneer.tenancy.v1.directory_service_pb2_grpc import DirectoryServiceAsyncStub
    from veneer.tenancy.v1.email_change_service_pb2_grpc import EmailChangeServiceAsyncStub
    from veneer.tenancy.v1.host_certificate_service_pb2_grpc import HostCertificateServiceAsyncStub
    from veneer.tenancy.v1.host_name_service_pb2_grpc import HostNameServiceAsyncStub
    from veneer.tenancy.v1.invitation_service_pb2_grpc import InvitationServiceAsyncStub
    from veneer.tenancy.v1.lifecycle_service_pb2_grpc import LifecycleServiceAsyncStub
    from veneer.tenancy.v1.notice_record_service_pb2_grpc import NoticeRecordServiceAsyncStub
    from veneer.tenancy.v1.onboarding_service_pb2_grpc import OnboardingServiceAsyncStub
    from veneer.tenancy.v1.password_service_pb2_grpc import PasswordServiceAsyncStub
    from veneer.tenancy.v1.profile_service_pb2_grpc import ProfileServiceAsyncStub
    from veneer.tenancy.v1.second_factor_policy_service_pb2_grpc import (
        SecondFactorPolicyServiceAsyncStub,
    )
    from veneer.tenancy.v1.second_factor_service_pb2_grpc import SecondFactorServiceAsyncStub
    from veneer.tenancy.v1.single_sign_on_service_pb2_grpc import SingleSignOnServiceAsyncStub
    from veneer.tenancy.v1.support_access_service_pb2_grpc import SupportAccessServiceAsyncStub
    from veneer.tenancy.v1.support_staff_service_pb2_grpc import SupportStaffServiceAsyncStub
    from veneer.tenancy.v1.tenant_service_pb2_grpc import TenantServiceAsyncStub
    from veneer.tenancy.v1.user_service_pb2_grpc import UserServiceAsyncStub


class TenancyServices:
    """The stubs, by what the gateway calls them."""

    passwords: PasswordServiceAsyncStub
    authentication: AuthenticationServiceAsyncStub
    directory: DirectoryServiceAsyncStub
    tenants: TenantServiceAsyncStub
    onboarding: OnboardingServiceAsyncStub
    lifecycle: LifecycleServiceAsyncStub
    cancellations: CancellationServiceAsyncStub
    agreements: AgreementServiceAsyncStub
    agreement_versions: AgreementVersionServiceAsyncStub
    client_notes: ClientNoteServiceAsyncStub
    support_accesses: SupportAccessServiceAsyncStub
    support_staff: SupportStaffServiceAsyncStub
    api_keys: ApiKeyServiceAsyncStub
    users: UserServiceAsyncStub
    host_certificates: HostCertificateServiceAsyncStub
    host_names: HostNameServiceAsyncStub
    invitations: InvitationServiceAsyncStub
    audit: AuditServiceAsyncStub
    audit_records: AuditRecordServiceAsyncStub
    notices: NoticeRecordServiceAsyncStub
    profiles: ProfileServiceAsyncStub
    second_factors: SecondFactorServiceAsyncStub
    email_changes: EmailChangeServiceAsyncStub
    second_factor_policies: SecondFactorPolicyServiceAsyncStub
    single_sign_ons: SingleSignOnServiceAsyncStub


# The generated stubs are typed for synchronous channels, the Async ones exist for mypy alone.
STUBS: dict[str, Callable[[Any], Any]] = {
    "passwords": password_service_pb2_grpc.PasswordServiceStub,
    "authentication": authentication_service_pb2_grpc.AuthenticationServiceStub,
    "directory": directory_service_pb2_grpc.DirectoryServiceStub,
    "tenants": tenant_service_pb2_grpc.TenantServiceStub,
    "onboarding": onboarding_service_pb2_grpc.OnboardingServiceStub,
    "lifecycle": lifecycle_service_pb2_grpc.LifecycleServiceStub,
    "cancellations": cancellation_service_pb2_grpc.CancellationServiceStub,
    "agreements": agreement_service_pb2_grpc.AgreementServiceStub,
    "agreement_versions": agreement_version_service_pb2_grpc.AgreementVersionServiceStub,
    "client_notes": client_note_service_pb2_grpc.ClientNoteServiceStub,
    "support_accesses": support_access_service_pb2_grpc.SupportAccessServiceStub,
    "support_staff": support_staff_service_pb2_grpc.SupportStaffServiceStub,
    "api_keys": api_key_service_pb2_grpc.ApiKeyServiceStub,
    "users": user_service_pb2_grpc.UserServiceStub,
    "host_certificates": host_certificate_service_pb2_grpc.HostCertificateServiceStub,
    "host_names": host_name_service_pb2_grpc.HostNameServiceStub,
    "invitations": invitation_service_pb2_grpc.InvitationServiceStub,
    "audit": audit_service_pb2_grpc.AuditServiceStub,
    "audit_records": audit_record_service_pb2_grpc.AuditRecordServiceStub,
    "notices": notice_record_service_pb2_grpc.NoticeRecordServiceStub,
    "profiles": profile_service_pb2_grpc.ProfileServiceStub,
    "email_changes": email_change_service_pb2_grpc.EmailChangeServiceStub,
    "second_factors": second_factor_service_pb2_grpc.SecondFactorServiceStub,
    "second_factor_policies": (second_factor_policy_service_pb2_grpc.SecondFactorPolicyServiceStub),
    "single_sign_ons": single_sign_on_service_pb2_grpc.SingleSignOnServiceStub,
}
