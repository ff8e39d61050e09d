"""python -m services.tenancy serve | migrate | bootstrap | operator-key | rescue | onboard."""

from __future__ import annotations

import asyncio
import sys

from services.kit.clock import running_clock
from services.kit.db.engine import create_database
from services.kit.db.figures import FigureWatch
from services.kit.db.migrations import upgrade
from services.kit.db.transaction import Database
from services.kit.errors import Refusal
from services.kit.logging import configure_logging, get_logger
from services.kit.process import Worker, run
from services.kit.resealing import Resealer
from services.kit.rpc.channel import secure_channel
from services.kit.rpc.principal import PrincipalSigner, PrincipalVerifier
from services.kit.rpc.server import ServeOptions, Server, run_until_stopped
from services.kit.secret_words import SecretWords, parse_words
from services.kit.settings import load
from services.kit.telemetry import configure_telemetry
from services.tenancy.assembly import host_names, lifecycle, onboarding, services
from services.tenancy.command_line import onboard
from services.tenancy.domain.sealed_link import LinkSealer
from services.tenancy.partners.breached_passwords import BreachedPasswords
from services.tenancy.partners.dialer import Dialer
from services.tenancy.partners.mail import MailServer
from services.tenancy.partners.name_server import NameServers
from services.tenancy.partners.prices import Prices
from services.tenancy.rpc.host_names import HostTerms
from services.tenancy.settings import (
    BootstrapSettings,
    MigrateSettings,
    OnboardSettings,
    OperatorKeySettings,
    RescueSettings,
    TenancySettings,
)
from services.tenancy.store import TenancyStore
from services.tenancy.store.figures import FIGURES
from services.tenancy.usecases.bootstrap import Operator, bootstrap, operator_key
from services.tenancy.usecases.hashing import PasswordRules
from services.tenancy.usecases.invite import Links
from services.tenancy.usecases.rescue import rescue
from services.tenancy.usecases.seal_anew import seal_anew
from services.tenancy.worker.mailer import Mailer

log = get_logger(__name__)


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
    if settings.breached_passwords is not None:
        PasswordRules.breached = BreachedPasswords(settings.breached_passwords)
    db = create_database(settings.database_url.get_secret_value(), "tenancy", TenancyStore, clock)
    certificates = settings.certificates
    telephony = secure_channel("tenancy", "telephony", settings.telephony_address, certificates)
    billing = secure_channel("tenancy", "billing", settings.billing_address, certificates)
    try:
        async with telephony, billing:
            signer = PrincipalSigner.from_file(settings.principal_private_key, clock)
            lifecycle_services, lifecycles = lifecycle(db, telephony, billing)
            onboarding_services, onboarder = onboarding(db, Dialer(telephony), Prices(billing))
            names = NameServers(settings.name_server_addresses())
            terms = HostTerms(settings.own_domain_names(), settings.host_target)
            host_services, looker = host_names(db, names, terms)
            sealer = LinkSealer(settings.principal_private_key.read_bytes())
            links = Links(sealer, sends_mail=settings.smtp_url is not None)
            box = settings.secret_box()
            own = services(db, clock, signer, box, links)
            server = Server(
                ServeOptions(
                    identity="tenancy",
                    listen=settings.listen,
                    certificates=certificates,
                    services=(*own, *onboarding_services, *lifecycle_services, *host_services),
                    verifier=PrincipalVerifier.from_file(settings.principal_public_key, clock),
                    reflection=settings.reflection,
                    health_listen=settings.health_listen,
                )
            )
            resealer = Resealer(db, box, seal_anew)
            takers = [onboarder.run, lifecycles.run, looker.run, resealer.run]
            workers = [*_workers(settings, db, sealer), *takers]
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


async def renew_operator_key(settings: OperatorKeySettings) -> None:
    """Prints the key if it may do everything, or else a new one that may."""
    clock = running_clock()
    db = create_database(settings.database_url.get_secret_value(), "tenancy", TenancyStore, clock)
    try:
        current = settings.operator_key.get_secret_value() if settings.operator_key else ""
        print(await operator_key(db, clock, current))
    finally:
        await db.dispose()


async def let_in_again(settings: RescueSettings, email: str) -> None:
    """Prints the address of a page where somebody of the operator chooses another password."""
    clock = running_clock()
    db = create_database(settings.database_url.get_secret_value(), "tenancy", TenancyStore, clock)
    sealer = LinkSealer(settings.principal_private_key.read_bytes())
    try:
        print(await rescue(db, sealer, email))
    except Refusal as refusal:
        raise SystemExit(f"{refusal.message} {email}") from None
    finally:
        await db.dispose()


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
            # What is printed is the key alone.
            configure_logging("tenancy", "WARNING")
            asyncio.run(make_operator(load(BootstrapSettings)))
        case ["operator-key"]:
            # What is printed is the key alone.
            configure_logging("tenancy", "WARNING")
            asyncio.run(renew_operator_key(load(OperatorKeySettings)))
        case ["rescue", email]:
            # What is printed is the address alone.
            configure_logging("tenancy", "WARNING")
            asyncio.run(let_in_again(load(RescueSettings), email))
        case ["onboard", *arguments]:
            # What it tells is the progress; what it notes is in the store.
            configure_logging("tenancy", "WARNING")
            raise SystemExit(asyncio.run(onboard(load(OnboardSettings), arguments)))
        case _:
            raise SystemExit(
                "usage: python -m services.tenancy"
                " serve | migrate | bootstrap | operator-key | rescue EMAIL | onboard"
            )


if __name__ == "__main__":
    main()
