"""python -m services.tenancy serve | migrate | bootstrap | onboard."""

from __future__ import annotations

import asyncio
import sys

from services.kit.clock import Clock, running_clock
from services.kit.db.engine import create_database
from services.kit.db.figures import FigureWatch
from services.kit.db.migrations import upgrade
from services.kit.db.transaction import Database
from services.kit.logging import configure_logging, get_logger
from services.kit.process import Worker, run
from services.kit.rpc.channel import secure_channel
from services.kit.rpc.principal import PrincipalSigner, PrincipalVerifier
from services.kit.rpc.server import ServeOptions, Server, Service, run_until_stopped
from services.kit.secret_box import SecretBox
from services.kit.secret_words import SecretWords, parse_words
from services.kit.settings import load
from services.kit.telemetry import configure_telemetry
from services.tenancy.assembly import lifecycle
from services.tenancy.command_line import onboard
from services.tenancy.domain.reset_link import LinkSealer
from services.tenancy.partners.dialer import Dialer
from services.tenancy.partners.mail import MailServer
from services.tenancy.partners.prices import Prices
from services.tenancy.rpc.agreement_versions import AgreementVersionService
from services.tenancy.rpc.agreements import AgreementService
from services.tenancy.rpc.api_keys import ApiKeyService
from services.tenancy.rpc.audit import AuditRecordService, AuditService
from services.tenancy.rpc.authentication import AuthenticationService
from services.tenancy.rpc.invitations import InvitationService
from services.tenancy.rpc.notices import NoticeRecordService, NoticeService, WebhookNoticeService
from services.tenancy.rpc.onboarding import OnboardingService
from services.tenancy.rpc.passwords import PasswordService
from services.tenancy.rpc.profiles import ProfileService
from services.tenancy.rpc.single_sign_on import SingleSignOnService
from services.tenancy.rpc.tenants import DirectoryService, TenantService
from services.tenancy.rpc.users import UserService
from services.tenancy.settings import (
    BootstrapSettings,
    MigrateSettings,
    OnboardSettings,
    TenancySettings,
)
from services.tenancy.store import TenancyStore
from services.tenancy.store.figures import FIGURES
from services.tenancy.usecases.bootstrap import Operator, bootstrap
from services.tenancy.usecases.onboarding.running import Runner
from services.tenancy.usecases.passwords import Passwords
from services.tenancy.worker.mailer import Mailer
from services.tenancy.worker.onboarder import Onboarder
from veneer.tenancy.v1 import (
    agreement_service_pb2_grpc,
    agreement_version_service_pb2_grpc,
    api_key_service_pb2_grpc,
    audit_record_service_pb2_grpc,
    audit_service_pb2_grpc,
    authentication_service_pb2_grpc,
    directory_service_pb2_grpc,
    invitation_service_pb2_grpc,
    notice_record_service_pb2_grpc,
    notice_service_pb2_grpc,
    onboarding_service_pb2_grpc,
    password_service_pb2_grpc,
    profile_service_pb2_grpc,
    single_sign_on_service_pb2_grpc,
    tenant_service_pb2_grpc,
    user_service_pb2_grpc,
    webhook_notice_service_pb2_grpc,
)

log = get_logger(__name__)


def services(
    db: Database[TenancyStore], clock: Clock, signer: PrincipalSigner, box: SecretBox
) -> tuple[Service, ...]:
    """Gives everything that tenancy serves."""
    return (
        (tenant_service_pb2_grpc.add_TenantServiceServicer_to_server, TenantService(db, clock)),
        (directory_service_pb2_grpc.add_DirectoryServiceServicer_to_server, DirectoryService(db)),
        (profile_service_pb2_grpc.add_ProfileServiceServicer_to_server, ProfileService(db)),
        (
            invitation_service_pb2_grpc.add_InvitationServiceServicer_to_server,
            InvitationService(db),
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
        (
            single_sign_on_service_pb2_grpc.add_SingleSignOnServiceServicer_to_server,
            SingleSignOnService(db, box),
        ),
        (audit_service_pb2_grpc.add_AuditServiceServicer_to_server, AuditService(db)),
        (
            audit_record_service_pb2_grpc.add_AuditRecordServiceServicer_to_server,
            AuditRecordService(db),
        ),
        (user_service_pb2_grpc.add_UserServiceServicer_to_server, UserService(db, clock)),
        (api_key_service_pb2_grpc.add_ApiKeyServiceServicer_to_server, ApiKeyService(db, clock)),
        (
            authentication_service_pb2_grpc.add_AuthenticationServiceServicer_to_server,
            AuthenticationService(db, clock, signer, box),
        ),
    )


def onboarding(
    db: Database[TenancyStore], dialer: Dialer, prices: Prices
) -> tuple[tuple[Service, ...], Onboarder]:
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
    return served, Onboarder(db, Runner(db, dialer, prices), wake)


def password_service(passwords: Passwords) -> Service:
    """Gives what lets people choose another password."""
    return (
        password_service_pb2_grpc.add_PasswordServiceServicer_to_server,
        PasswordService(passwords),
    )


def _workers(
    settings: TenancySettings, db: Database[TenancyStore], sealer: LinkSealer
) -> list[Worker]:
    watch = FigureWatch(db, FIGURES)
    if settings.smtp_url is None:
        log.warning("notices wait: no mail server is set")
        return [watch.run]
    server = MailServer(settings.smtp_url.get_secret_value(), settings.mail_from)
    secret_words = SecretWords(parse_words(settings.secret_words))
    return [watch.run, Mailer(db, server, secret_words, sealer).run]


async def serve(settings: TenancySettings) -> None:
    """Serves until it is told to stop."""
    clock = running_clock()
    shutdown = configure_telemetry("tenancy")
    db = create_database(settings.database_url.get_secret_value(), "tenancy", TenancyStore, clock)
    certificates = settings.certificates
    telephony = secure_channel("tenancy", "telephony", settings.telephony_address, certificates)
    billing = secure_channel("tenancy", "billing", settings.billing_address, certificates)
    try:
        async with telephony, billing:
            signer = PrincipalSigner.from_file(settings.principal_private_key, clock)
            lifecycle_services, lifecycles = lifecycle(db, telephony, billing)
            onboarding_services, onboarder = onboarding(db, Dialer(telephony), Prices(billing))
            own = services(db, clock, signer, settings.secret_box())
            sealer = LinkSealer(settings.principal_private_key.read_bytes())
            passwords = password_service(Passwords(db, clock, sealer))
            server = Server(
                ServeOptions(
                    identity="tenancy",
                    listen=settings.listen,
                    certificates=certificates,
                    services=(*own, passwords, *onboarding_services, *lifecycle_services),
                    verifier=PrincipalVerifier.from_file(settings.principal_public_key, clock),
                    reflection=settings.reflection,
                    health_listen=settings.health_listen,
                )
            )
            workers = [*_workers(settings, db, sealer), onboarder.run, lifecycles.run]
            await run_until_stopped(server, workers)
    finally:
        await db.dispose()
        shutdown()


async def migrate(settings: MigrateSettings) -> None:
    """Brings the store to its newest revision."""
    await upgrade(
        "tenancy",
        settings.owner_database_url.get_secret_value(),
        service_url=settings.database_url.get_secret_value(),
    )


async def make_operator(settings: BootstrapSettings) -> None:
    """Makes the operator and prints its key's secret; does nothing the second time."""
    clock = running_clock()
    db = create_database(settings.database_url.get_secret_value(), "tenancy", TenancyStore, clock)
    operator = Operator(
        tenant_id=settings.operator_id,
        display_name=settings.operator_display_name,
        host_name=settings.operator_host_name,
        time_zone=settings.operator_time_zone,
        email=settings.operator_email,
        password=settings.operator_password.get_secret_value(),
    )
    try:
        secret = await bootstrap(db, clock, operator)
    finally:
        await db.dispose()
    if secret is None:
        print("There is an operator already; nothing was changed.", file=sys.stderr)
    else:
        print(secret)


def main() -> None:
    """Does what the command line says."""
    match sys.argv[1:]:
        case ["serve"]:
            settings = load(TenancySettings)
            configure_logging("tenancy", settings.log_level)
            run(serve(settings))
        case ["migrate"]:
            asyncio.run(migrate(load(MigrateSettings)))
        case ["bootstrap"]:
            asyncio.run(make_operator(load(BootstrapSettings)))
        case ["onboard", *arguments]:
            raise SystemExit(asyncio.run(onboard(load(OnboardSettings), arguments)))
        case _:
            raise SystemExit(
                "usage: python -m services.tenancy serve | migrate | bootstrap | onboard"
            )


if __name__ == "__main__":
    main()
