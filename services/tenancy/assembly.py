"""Puts together what tenancy serves, and what takes its runs on."""

from __future__ import annotations

import asyncio

from grpc.aio import Channel

from services.kit.clock import Clock
from services.kit.db.transaction import Database
from services.kit.rpc.principal import PrincipalSigner
from services.kit.rpc.server import Service
from services.kit.secret_box import SecretBox
from services.tenancy.partners.dialer import Dialer
from services.tenancy.partners.final_invoices import FinalInvoices
from services.tenancy.partners.prices import Prices
from services.tenancy.partners.service_states import ServiceStates
from services.tenancy.rpc.agreement_versions import AgreementVersionService
from services.tenancy.rpc.agreements import AgreementService
from services.tenancy.rpc.api_keys import ApiKeyService
from services.tenancy.rpc.audit import AuditRecordService, AuditService
from services.tenancy.rpc.audit_intake import AuditIntakeService
from services.tenancy.rpc.authentication import AuthenticationService
from services.tenancy.rpc.cancellations import CancellationService
from services.tenancy.rpc.client_notes import ClientNoteService
from services.tenancy.rpc.email_changes import EmailChangeService
from services.tenancy.rpc.host_certificates import HostCertificateService
from services.tenancy.rpc.host_names import HostNameService, HostTerms
from services.tenancy.rpc.invitations import InvitationService
from services.tenancy.rpc.lifecycle import LifecycleService
from services.tenancy.rpc.notices import NoticeRecordService, NoticeService, WebhookNoticeService
from services.tenancy.rpc.onboarding import OnboardingService
from services.tenancy.rpc.passwords import PasswordService
from services.tenancy.rpc.profiles import ProfileService
from services.tenancy.rpc.second_factors import SecondFactorPolicyService, SecondFactorService
from services.tenancy.rpc.single_sign_on import SingleSignOnService
from services.tenancy.rpc.support import SupportAccessService, SupportStaffService
from services.tenancy.rpc.tenants import DirectoryService, TenantService
from services.tenancy.rpc.users import UserService
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.email_changes import EmailChanges
from services.tenancy.usecases.host_names.looking import HostNameLooker, Names
from services.tenancy.usecases.invite import Links
from services.tenancy.usecases.lifecycle.running import LifecycleRunner, Partners
from services.tenancy.usecases.onboarding.running import Runner
from services.tenancy.usecases.passwords import Passwords
from services.tenancy.usecases.second_factors import SecondFactors
from services.tenancy.worker.run_taker import RunTaker
from veneer.tenancy.v1 import (
    agreement_service_pb2_grpc,
    agreement_version_service_pb2_grpc,
    api_key_service_pb2_grpc,
    audit_intake_service_pb2_grpc,
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
    notice_service_pb2_grpc,
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
    webhook_notice_service_pb2_grpc,
)


def services(
    db: Database[TenancyStore],
    clock: Clock,
    signer: PrincipalSigner,
    box: SecretBox,
    links: Links,
) -> tuple[Service, ...]:
    """Gives what tenancy serves of tenants, their people and what they are told."""
    return (
        *_tenants(db, clock),
        *_people(db, clock, box, links),
        (
            authentication_service_pb2_grpc.add_AuthenticationServiceServicer_to_server,
            AuthenticationService(db, clock, signer, box, links.sealer),
        ),
    )


def _tenants(db: Database[TenancyStore], clock: Clock) -> tuple[Service, ...]:
    return (
        (tenant_service_pb2_grpc.add_TenantServiceServicer_to_server, TenantService(db, clock)),
        (directory_service_pb2_grpc.add_DirectoryServiceServicer_to_server, DirectoryService(db)),
        (profile_service_pb2_grpc.add_ProfileServiceServicer_to_server, ProfileService(db)),
        (
            client_note_service_pb2_grpc.add_ClientNoteServiceServicer_to_server,
            ClientNoteService(db),
        ),
        (notice_service_pb2_grpc.add_NoticeServiceServicer_to_server, NoticeService(db)),
        (
            notice_record_service_pb2_grpc.add_NoticeRecordServiceServicer_to_server,
            NoticeRecordService(db),
        ),
        (
            webhook_notice_service_pb2_grpc.add_WebhookNoticeServiceServicer_to_server,
            WebhookNoticeService(db),
        ),
        *_audit(db),
        (
            support_access_service_pb2_grpc.add_SupportAccessServiceServicer_to_server,
            SupportAccessService(db),
        ),
        (api_key_service_pb2_grpc.add_ApiKeyServiceServicer_to_server, ApiKeyService(db, clock)),
    )


def _people(
    db: Database[TenancyStore], clock: Clock, box: SecretBox, links: Links
) -> tuple[Service, ...]:
    sealer = links.sealer
    return (
        (user_service_pb2_grpc.add_UserServiceServicer_to_server, UserService(db, clock)),
        (
            invitation_service_pb2_grpc.add_InvitationServiceServicer_to_server,
            InvitationService(db, links),
        ),
        (
            password_service_pb2_grpc.add_PasswordServiceServicer_to_server,
            PasswordService(Passwords(db, clock, sealer)),
        ),
        (
            email_change_service_pb2_grpc.add_EmailChangeServiceServicer_to_server,
            EmailChangeService(EmailChanges(db, clock, sealer)),
        ),
        (
            second_factor_service_pb2_grpc.add_SecondFactorServiceServicer_to_server,
            SecondFactorService(SecondFactors(db, clock, box)),
        ),
        (
            second_factor_policy_service_pb2_grpc.add_SecondFactorPolicyServiceServicer_to_server,
            SecondFactorPolicyService(db, box),
        ),
        (
            single_sign_on_service_pb2_grpc.add_SingleSignOnServiceServicer_to_server,
            SingleSignOnService(db, box),
        ),
        (
            support_staff_service_pb2_grpc.add_SupportStaffServiceServicer_to_server,
            SupportStaffService(db, sealer),
        ),
    )


def _audit(db: Database[TenancyStore]) -> tuple[Service, ...]:
    return (
        (audit_service_pb2_grpc.add_AuditServiceServicer_to_server, AuditService(db)),
        (
            audit_intake_service_pb2_grpc.add_AuditIntakeServiceServicer_to_server,
            AuditIntakeService(db),
        ),
        (
            audit_record_service_pb2_grpc.add_AuditRecordServiceServicer_to_server,
            AuditRecordService(db),
        ),
    )


def onboarding(
    db: Database[TenancyStore], dialer: Dialer, prices: Prices
) -> tuple[tuple[Service, ...], RunTaker]:
    """Gives what serves onboarding runs and agreements, and what takes runs on."""
    wake = asyncio.Event()
    served: tuple[Service, ...] = (
        (
            onboarding_service_pb2_grpc.add_OnboardingServiceServicer_to_server,
            OnboardingService(db, prices, wake),
        ),
        (
            agreement_service_pb2_grpc.add_AgreementServiceServicer_to_server,
            AgreementService(db, prices, wake),
        ),
        (
            agreement_version_service_pb2_grpc.add_AgreementVersionServiceServicer_to_server,
            AgreementVersionService(db, prices, wake),
        ),
    )
    runner = Runner(db, dialer, prices)
    return served, RunTaker(db, lambda store: store.onboarding_runs, runner.advance, wake)


def lifecycle(
    db: Database[TenancyStore], telephony: Channel, billing: Channel
) -> tuple[tuple[Service, ...], RunTaker]:
    """Gives what serves lifecycle runs, and what takes them on."""
    wake = asyncio.Event()
    partners = Partners(ServiceStates(telephony), FinalInvoices(billing))
    return (
        (
            (
                lifecycle_service_pb2_grpc.add_LifecycleServiceServicer_to_server,
                LifecycleService(db, wake),
            ),
            (
                cancellation_service_pb2_grpc.add_CancellationServiceServicer_to_server,
                CancellationService(db, wake),
            ),
        ),
        RunTaker(
            db,
            lambda store: store.lifecycle_runs,
            LifecycleRunner(db, partners).advance,
            wake,
        ),
    )


def host_names(
    db: Database[TenancyStore], names: Names, terms: HostTerms
) -> tuple[tuple[Service, ...], RunTaker]:
    """Gives what serves clients' own host names, and what looks for their proofs."""
    wake = asyncio.Event()
    served: tuple[Service, ...] = (
        (
            host_name_service_pb2_grpc.add_HostNameServiceServicer_to_server,
            HostNameService(db, terms, wake),
        ),
        (
            host_certificate_service_pb2_grpc.add_HostCertificateServiceServicer_to_server,
            HostCertificateService(db, wake),
        ),
    )
    looker = HostNameLooker(db, names)
    return served, RunTaker(db, lambda store: store.own_host_names, looker.advance, wake)
