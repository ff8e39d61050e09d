"""LedgerService: every amount that was ever posted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.billing.rpc import pages, wire_accounts
from services.billing.store import BillingStore
from services.kit.aip import page_token
from services.kit.aip.resource_name import tenant_id_of
from services.kit.db.transaction import Database
from veneer.billing.v1 import ledger_service_pb2 as pb
from veneer.billing.v1 import ledger_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class LedgerService(rpc.LedgerServiceServicer):
    """veneer.billing.v1.LedgerService."""

    def __init__(self, db: Database[BillingStore]) -> None:
        self._db = db

    async def ListLedgerTransactions(
        self, request: pb.ListLedgerTransactionsRequest, context: Context
    ) -> pb.ListLedgerTransactionsResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        before = page_token.decode_place(request)
        async with self._db.read(tenant_id) as store:
            found = await store.ledger.list_before(tenant_id, before, size + 1)
        page, token = pages.cut_places(request, found, size, pages.posted_place)
        return pb.ListLedgerTransactionsResponse(
            ledger_transactions=map(wire_accounts.transaction, page), next_page_token=token
        )

    async def GetTrialBalance(
        self, request: pb.GetTrialBalanceRequest, context: Context
    ) -> pb.TrialBalance:
        tenant_id = tenant_id_of(request.tenant, "tenant") if request.tenant else None
        async with self._db.operator_read() as store:
            balances = await store.ledger.balances(tenant_id)
        return wire_accounts.trial_balance(balances)
