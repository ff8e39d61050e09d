"""python -m services.billing serve | migrate."""

from __future__ import annotations

import asyncio
import sys
import uuid

from services.billing.partners.directory import Directory
from services.billing.partners.notices import Notices
from services.billing.partners.payments import Processor
from services.billing.partners.stripe import Stripe, StripeAccount
from services.billing.partners.usage import Usage
from services.billing.rpc.accounts import AccountService
from services.billing.rpc.client_events import ClientEventService
from services.billing.rpc.cost_services import cost_services
from services.billing.rpc.credit_notes import CreditNoteService
from services.billing.rpc.discounts import CouponService, DiscountService
from services.billing.rpc.draft_invoices import DraftInvoiceService
from services.billing.rpc.dunning import DunningService
from services.billing.rpc.final_invoices import FinalInvoiceService
from services.billing.rpc.invoice_explanations import InvoiceExplanationService
from services.billing.rpc.invoice_runs import InvoiceRunService
from services.billing.rpc.invoices import InvoiceService
from services.billing.rpc.ledger import LedgerService
from services.billing.rpc.payment_events import PaymentEventService
from services.billing.rpc.payments import PaymentService
from services.billing.rpc.plans import PlanService
from services.billing.rpc.price_books import PriceBookService
from services.billing.rpc.price_notices import PriceNoticeRecordService, PriceNoticeService
from services.billing.rpc.price_schedules import PriceScheduleService
from services.billing.rpc.resellers import ResellerService
from services.billing.rpc.statements import StatementService
from services.billing.rpc.taxes import TaxService
from services.billing.rpc.wallets import AccountGateService, WalletService, WalletTermsService
from services.billing.settings import BillingSettings, MigrateSettings
from services.billing.store import BillingStore
from services.billing.store.figures import FIGURES
from services.billing.usecases import Desk
from services.billing.worker.account_letters import AccountLetters, DunningClock
from services.billing.worker.card_payments import CardPayments
from services.billing.worker.client_events import ClientEvents
from services.billing.worker.invoice_runs import InvoiceRunner
from services.billing.worker.loss_checks import LossChecks
from services.billing.worker.price_notice_mails import PriceNoticeMails
from services.kit.audit import AuditTeller
from services.kit.clock import running_clock
from services.kit.db.engine import create_database
from services.kit.db.figures import FigureWatch
from services.kit.db.leases import Leases
from services.kit.db.migrations import upgrade
from services.kit.logging import configure_logging
from services.kit.process import run
from services.kit.rpc.channel import secure_channel
from services.kit.rpc.principal import PrincipalVerifier
from services.kit.rpc.server import ServeOptions, Server, Service, run_until_stopped
from services.kit.settings import load
from services.kit.telemetry import configure_telemetry
from veneer.billing.v1 import (
    account_gate_service_pb2_grpc,
    account_service_pb2_grpc,
    client_event_service_pb2_grpc,
    coupon_service_pb2_grpc,
    credit_note_service_pb2_grpc,
    discount_service_pb2_grpc,
    draft_invoice_service_pb2_grpc,
    dunning_service_pb2_grpc,
    final_invoice_service_pb2_grpc,
    invoice_explanation_service_pb2_grpc,
    invoice_run_service_pb2_grpc,
    invoice_service_pb2_grpc,
    ledger_service_pb2_grpc,
    payment_event_service_pb2_grpc,
    payment_service_pb2_grpc,
    plan_service_pb2_grpc,
    price_book_service_pb2_grpc,
    price_notice_record_service_pb2_grpc,
    price_notice_service_pb2_grpc,
    price_schedule_service_pb2_grpc,
    reseller_service_pb2_grpc,
    statement_service_pb2_grpc,
    tax_service_pb2_grpc,
    wallet_service_pb2_grpc,
    wallet_terms_service_pb2_grpc,
)
from veneer.tenancy.v1 import audit_intake_service_pb2 as audit_pb
from veneer.tenancy.v1 import audit_intake_service_pb2_grpc as audit_rpc


def services(desk: Desk) -> tuple[Service, ...]:
    """Gives everything that billing serves."""
    return (
        (
            statement_service_pb2_grpc.add_StatementServiceServicer_to_server,
            StatementService(desk),
        ),
        (invoice_service_pb2_grpc.add_InvoiceServiceServicer_to_server, InvoiceService(desk.db)),
        (
            draft_invoice_service_pb2_grpc.add_DraftInvoiceServiceServicer_to_server,
            DraftInvoiceService(desk),
        ),
        (
            invoice_explanation_service_pb2_grpc.add_InvoiceExplanationServiceServicer_to_server,
            InvoiceExplanationService(desk),
        ),
        (
            invoice_run_service_pb2_grpc.add_InvoiceRunServiceServicer_to_server,
            InvoiceRunService(desk),
        ),
        (discount_service_pb2_grpc.add_DiscountServiceServicer_to_server, DiscountService(desk)),
        (coupon_service_pb2_grpc.add_CouponServiceServicer_to_server, CouponService(desk)),
        (tax_service_pb2_grpc.add_TaxServiceServicer_to_server, TaxService(desk)),
        (plan_service_pb2_grpc.add_PlanServiceServicer_to_server, PlanService(desk)),
        (
            price_book_service_pb2_grpc.add_PriceBookServiceServicer_to_server,
            PriceBookService(desk),
        ),
        (
            price_notice_service_pb2_grpc.add_PriceNoticeServiceServicer_to_server,
            PriceNoticeService(desk),
        ),
        (
            price_notice_record_service_pb2_grpc.add_PriceNoticeRecordServiceServicer_to_server,
            PriceNoticeRecordService(desk),
        ),
        (reseller_service_pb2_grpc.add_ResellerServiceServicer_to_server, ResellerService(desk)),
        (
            price_schedule_service_pb2_grpc.add_PriceScheduleServiceServicer_to_server,
            PriceScheduleService(desk),
        ),
        *cost_services(desk),
        (wallet_service_pb2_grpc.add_WalletServiceServicer_to_server, WalletService(desk)),
        (
            wallet_terms_service_pb2_grpc.add_WalletTermsServiceServicer_to_server,
            WalletTermsService(desk),
        ),
        (
            account_gate_service_pb2_grpc.add_AccountGateServiceServicer_to_server,
            AccountGateService(desk),
        ),
        (
            final_invoice_service_pb2_grpc.add_FinalInvoiceServiceServicer_to_server,
            FinalInvoiceService(desk),
        ),
        (dunning_service_pb2_grpc.add_DunningServiceServicer_to_server, DunningService(desk)),
        (
            client_event_service_pb2_grpc.add_ClientEventServiceServicer_to_server,
            ClientEventService(desk.db),
        ),
        (ledger_service_pb2_grpc.add_LedgerServiceServicer_to_server, LedgerService(desk.db)),
        (account_service_pb2_grpc.add_AccountServiceServicer_to_server, AccountService(desk.db)),
        (
            credit_note_service_pb2_grpc.add_CreditNoteServiceServicer_to_server,
            CreditNoteService(desk),
        ),
        (payment_service_pb2_grpc.add_PaymentServiceServicer_to_server, PaymentService(desk)),
        (
            payment_event_service_pb2_grpc.add_PaymentEventServiceServicer_to_server,
            PaymentEventService(desk),
        ),
    )


async def serve(settings: BillingSettings) -> None:
    """Serves until it is told to stop."""
    clock = running_clock()
    shutdown = configure_telemetry("billing")
    db = create_database(settings.database_url.get_secret_value(), "billing", BillingStore, clock)
    certificates = settings.certificates
    usage = secure_channel("billing", "usage", settings.usage_address, certificates)
    tenancy = secure_channel("billing", "tenancy", settings.tenancy_address, certificates)
    try:
        async with usage, tenancy:
            desk = Desk(db, clock, Usage(usage), Directory(tenancy, clock), processor_by(settings))
            server = Server(
                ServeOptions(
                    identity="billing",
                    listen=settings.listen,
                    certificates=certificates,
                    services=services(desk),
                    verifier=PrincipalVerifier.from_file(settings.principal_public_key, clock),
                    reflection=settings.reflection,
                    health_listen=settings.health_listen,
                )
            )
            runner = InvoiceRunner(desk)
            mails = PriceNoticeMails(db, Notices(tenancy))
            letters = AccountLetters(desk, Notices(tenancy))
            dunning = DunningClock(desk, Leases(db, uuid.uuid4().hex))
            workers = [mails.run, letters.run, dunning.run, runner.schedule, runner.run]
            workers += [LossChecks(desk).run, FigureWatch(db, FIGURES).run, ClientEvents(db).run]
            workers.append(
                AuditTeller(
                    db,
                    audit_rpc.AuditIntakeServiceStub(tenancy).RecordChange,
                    audit_pb.RecordChangeRequest,
                ).run
            )
            if desk.processor is not None:
                workers.append(CardPayments(desk).run)
            await run_until_stopped(server, workers)
    finally:
        await db.dispose()
        shutdown()


def processor_by(settings: BillingSettings) -> Processor | None:
    """Gives who charges cards, or None if nobody was set."""
    if settings.stripe_key is None or settings.stripe_webhook_secret is None:
        return None
    return Stripe(
        StripeAccount(
            secret_key=settings.stripe_key.get_secret_value(),
            webhook_secret=settings.stripe_webhook_secret.get_secret_value(),
            api_base=settings.stripe_api_base,
        )
    )


async def migrate(settings: MigrateSettings) -> None:
    """Brings the store to its newest revision."""
    await upgrade(
        "billing",
        settings.owner_database_url.get_secret_value(),
        service_url=settings.database_url.get_secret_value(),
    )


def main() -> None:
    """Does what the command line says."""
    match sys.argv[1:]:
        case ["serve"]:
            settings = load(BillingSettings)
            configure_logging("billing", settings.log_level)
            run(serve(settings))
        case ["migrate"]:
            asyncio.run(migrate(load(MigrateSettings)))
        case _:
            raise SystemExit("usage: python -m services.billing serve | migrate")


if __name__ == "__main__":
    main()
