"""A running billing with simulated peers, shared by the tests of this folder."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime

import grpc
import pytest
import pytest_asyncio

from services.billing.__main__ import services
from services.billing.partners.directory import Directory
from services.billing.partners.notices import Notices
from services.billing.partners.stripe import Stripe, StripeAccount
from services.billing.partners.usage import Usage
from services.billing.store import BillingStore
from services.billing.usecases import Desk
from services.billing.worker.account_letters import AccountLetters
from services.billing.worker.price_notice_mails import PriceNoticeMails
from services.kit.audit import AuditTeller
from services.kit.clock import MovableClock
from services.kit.db.engine import create_database
from services.kit.db.transaction import Database
from simulators.stripe.server import StripeSimulator
from tests.support.billing import Billing
from tests.support.card_payers import SECRET_KEY, WEBHOOK_SECRET
from tests.support.costs import Costs
from tests.support.mesh import mesh, serving
from tests.support.postgres import service_database
from tests.support.simulators.audit_intake import AuditIntakeSimulator
from tests.support.simulators.directory import DirectorySimulator
from tests.support.simulators.notices import NoticesSimulator
from tests.support.simulators.usage import UsageSimulator
from tests.support.simulators.usage_calls import CallFeedSimulator
from veneer.billing.v1 import (
    account_gate_service_pb2_grpc,
    final_invoice_service_pb2_grpc,
    price_schedule_service_pb2_grpc,
)
from veneer.tenancy.v1 import audit_intake_service_pb2 as audit_pb
from veneer.tenancy.v1 import audit_intake_service_pb2_grpc as audit_rpc

START = datetime(2025, 11, 3, 12, tzinfo=UTC)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def billing() -> AsyncIterator[Billing]:
    async with _running() as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def own_billing() -> AsyncIterator[Billing]:
    """One that no other module's clients are in: runs are over all clients."""
    async with _running() as found:
        yield found


@pytest.fixture
def billing_on() -> Callable[[str], AbstractAsyncContextManager[Billing]]:
    """Runs one on a store of the test's own, given its URL."""
    return _running


@asynccontextmanager
async def _running(database_url: str = "") -> AsyncIterator[Billing]:
    clock = MovableClock(START)
    usage, directory = UsageSimulator(clock), DirectorySimulator()
    notices, feed = NoticesSimulator(), CallFeedSimulator()
    audit = AuditIntakeSimulator()
    async with AsyncExitStack() as stack:
        database_url = database_url or await _a_store(stack)
        db = create_database(database_url, "billing", BillingStore, clock)
        stack.push_async_callback(db.dispose)
        usage_server = await stack.enter_async_context(
            serving("usage", [usage.service, usage.change_service, *feed.services], clock)
        )
        directory_server = await stack.enter_async_context(
            serving("tenancy", [directory.service, notices.service, audit.service], clock)
        )
        to_usage = await stack.enter_async_context(
            mesh().channel(usage_server.port, "usage", identity="billing")
        )
        to_tenancy = await stack.enter_async_context(
            mesh().channel(directory_server.port, "tenancy", identity="billing")
        )
        cards = await _cards(stack)
        processor = Stripe(StripeAccount(SECRET_KEY, WEBHOOK_SECRET, cards.url))
        desk = Desk(db, clock, Usage(to_usage), Directory(to_tenancy, clock), processor)
        server = await stack.enter_async_context(serving("billing", services(desk), clock))
        channel = await stack.enter_async_context(mesh().channel(server.port, "billing"))
        inner = await _as(stack, server.port, "telephony")
        leaving = await _as(stack, server.port, "tenancy")
        found = Billing(clock, usage, directory, channel)
        found.gates = account_gate_service_pb2_grpc.AccountGateServiceStub(inner)
        found.finals = final_invoice_service_pb2_grpc.FinalInvoiceServiceStub(leaving)
        found.schedules = price_schedule_service_pb2_grpc.PriceScheduleServiceStub(leaving)
        found.desk, found.cards = desk, cards
        found.database_url = database_url
        found.peers = {"usage": usage_server.port, "tenancy": directory_server.port}
        found.costs = Costs(channel, inner, feed, desk)
        found.notices, found.mails = notices, PriceNoticeMails(db, Notices(to_tenancy))
        found.audit, found.teller = audit, _teller(db, to_tenancy)
        found.letters = AccountLetters(desk, Notices(to_tenancy))
        yield found


def _teller(db: Database[BillingStore], tenancy: grpc.aio.Channel) -> AuditTeller:
    stub = audit_rpc.AuditIntakeServiceStub(tenancy)
    return AuditTeller(db, stub.RecordChange, audit_pb.RecordChangeRequest)


async def _as(stack: AsyncExitStack, port: int, identity: str) -> grpc.aio.Channel:
    """Calls billing as another service does."""
    return await stack.enter_async_context(mesh().channel(port, "billing", identity=identity))


async def _cards(stack: AsyncExitStack) -> StripeSimulator:
    cards = StripeSimulator(SECRET_KEY)
    await cards.start()
    stack.push_async_callback(cards.stop)
    return cards


async def _a_store(stack: AsyncExitStack) -> str:
    database = await stack.enter_async_context(service_database("billing"))
    return database.service_url
