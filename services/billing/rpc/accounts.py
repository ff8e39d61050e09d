"""AccountService: what a client owes, as it sees it itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.billing.domain.ledger import RECEIVABLE, Kind
from services.billing.rpc import pages, wire_accounts
from services.billing.rpc.names import AccountName
from services.billing.store import BillingStore
from services.kit.aip import page_token
from services.kit.aip.resource_name import possible_tenant_id
from services.kit.db.transaction import Database
from services.kit.money import Money
from veneer.billing.v1 import account_service_pb2 as pb
from veneer.billing.v1 import account_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class AccountService(rpc.AccountServiceServicer):
    """veneer.billing.v1.AccountService."""

    def __init__(self, db: Database[BillingStore]) -> None:
        self._db = db

    async def GetAccount(self, request: pb.GetAccountRequest, context: Context) -> pb.Account:
        tenant_id = possible_tenant_id(AccountName.parse(request.name).tenant, request.name)
        async with self._db.read(tenant_id) as store:
            return wire_accounts.account(tenant_id, await store.ledger.balances(tenant_id))

    async def ListAccountEntries(
        self, request: pb.ListAccountEntriesRequest, context: Context
    ) -> pb.ListAccountEntriesResponse:
        name = AccountName.parse(request.parent, "parent")
        tenant_id = possible_tenant_id(name.tenant, request.parent)
        size = page_token.page_size(request, 50, 500)
        before = page_token.decode_place(request)
        answer = pb.ListAccountEntriesResponse()
        async with self._db.read(tenant_id) as store:
            found = await store.ledger.list_before(tenant_id, before, size + 1, RECEIVABLE)
            page, token = pages.cut_places(request, found, size, pages.posted_place)
            due: dict[str, Money] = {}
            for posted in page:
                code = posted.transaction.currency_code
                if code not in due:
                    place = pages.posted_place(posted)
                    due[code] = await store.ledger.due_after(tenant_id, place, code)
                # What sets credit against invoices moves nothing that the client would see.
                if posted.transaction.cause.kind is not Kind.ALLOCATION:
                    answer.entries.append(wire_accounts.account_entry(posted, due[code]))
                    due[code] -= posted.transaction.in_account(RECEIVABLE)
        answer.next_page_token = token
        return answer
