"""WalletService, WalletTermsService and AccountGateService: what clients may still spend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.billing.domain.payment import Payment
from services.billing.rpc import pages, wire_wallets
from services.billing.rpc.names import PaymentName, WalletName, WalletTermsName
from services.billing.rpc.wire import timestamp
from services.billing.usecases import Desk
from services.billing.usecases.check_account import check_account
from services.billing.usecases.once import Once
from services.billing.usecases.wallets import (
    get_wallet,
    set_automatic_top_up,
    set_terms,
    top_up_wallet,
)
from services.kit.aip import page_token
from services.kit.aip.page_token import InvalidPageToken
from services.kit.aip.resource_name import possible_tenant_id, tenant_id_of
from services.kit.errors import InvalidRequest, NotFound
from services.kit.logging import get_logger
from services.kit.money_wire import money_from_wire
from veneer.billing.v1 import account_gate_service_pb2 as gates
from veneer.billing.v1 import account_gate_service_pb2_grpc as gate_rpc
from veneer.billing.v1 import wallet_service_pb2 as pb
from veneer.billing.v1 import wallet_service_pb2_grpc as rpc
from veneer.billing.v1 import wallet_terms_service_pb2 as terms_pb
from veneer.billing.v1 import wallet_terms_service_pb2_grpc as terms_rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_ACCOUNTS_MAX = 200

log = get_logger(__name__)


class WalletService(rpc.WalletServiceServicer):
    """veneer.billing.v1.WalletService."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def GetWallet(self, request: pb.GetWalletRequest, context: Context) -> pb.Wallet:
        return await self._wallet(_wallet_of(request.name))

    async def TopUpWallet(
        self, request: pb.TopUpWalletRequest, context: Context
    ) -> pb.TopUpWalletResponse:
        tenant_id = _wallet_of(request.name)
        once: Once[Payment, pb.TopUpWalletResponse] = Once(
            tenant_id,
            request,
            lambda payment: pb.TopUpWalletResponse(
                payment=str(PaymentName(tenant_id, payment.payment_id))
            ),
            pb.TopUpWalletResponse,
            "wallets.topUp",
            is_clients=True,
        )
        return await top_up_wallet(self._desk, tenant_id, money_from_wire(request.amount), once)

    async def SetAutomaticTopUp(
        self, request: pb.SetAutomaticTopUpRequest, context: Context
    ) -> pb.Wallet:
        tenant_id = _wallet_of(request.name)
        wanted = (
            wire_wallets.top_up_from(request.automatic_top_up)
            if request.HasField("automatic_top_up")
            else None
        )
        await set_automatic_top_up(self._desk, tenant_id, wanted)
        return await self._wallet(tenant_id)

    async def _wallet(self, tenant_id: str) -> pb.Wallet:
        answer = wire_wallets.wallet(await get_wallet(self._desk, tenant_id))
        answer.as_of_time.CopyFrom(timestamp(self._desk.clock.now()))
        return answer


class WalletTermsService(terms_rpc.WalletTermsServiceServicer):
    """veneer.billing.v1.WalletTermsService."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def GetWalletTerms(
        self, request: terms_pb.GetWalletTermsRequest, context: Context
    ) -> terms_pb.WalletTerms:
        name = WalletTermsName.parse(request.name)
        tenant_id = possible_tenant_id(name.tenant, request.name)
        async with self._desk.db.read(tenant_id) as store:
            terms = await store.wallets.terms_of(tenant_id)
        if terms is None:
            raise NotFound(resource=request.name)
        return wire_wallets.terms(terms)

    async def SetWalletTerms(
        self, request: terms_pb.SetWalletTermsRequest, context: Context
    ) -> terms_pb.WalletTerms:
        name = WalletTermsName.parse(request.wallet_terms.name, "wallet_terms.name")
        tenant_id = possible_tenant_id(name.tenant, request.wallet_terms.name)
        terms = wire_wallets.terms_from(request.wallet_terms, tenant_id)
        return wire_wallets.terms(await set_terms(self._desk, terms))

    async def ListGateChanges(
        self, request: terms_pb.ListGateChangesRequest, context: Context
    ) -> terms_pb.ListGateChangesResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        before = position_cursor(pages.text_cursor(request))
        async with self._desk.db.read(tenant_id) as store:
            found = await store.wallets.changes_before(tenant_id, before, size + 1)
        page, token = pages.cut(request, found, size, lambda change: change.position)
        return terms_pb.ListGateChangesResponse(
            gate_changes=map(wire_wallets.gate_change, page), next_page_token=token
        )


class AccountGateService(gate_rpc.AccountGateServiceServicer):
    """veneer.billing.v1.AccountGateService."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def CheckAccounts(
        self, request: gates.CheckAccountsRequest, context: Context
    ) -> gates.CheckAccountsResponse:
        if len(request.accounts) > _ACCOUNTS_MAX:
            raise InvalidRequest.at("accounts", f"Must be at most {_ACCOUNTS_MAX}.")
        answer = gates.CheckAccountsResponse()
        # One after the other: each takes a connection and asks what was used.
        for account in request.accounts:
            tenant_id = tenant_id_of(account.tenant, "accounts.tenant")
            try:
                checked = await check_account(self._desk, tenant_id, account.live_call_count)
            except NotFound:
                # One that nobody knows any more must not keep all the others from being stopped.
                log.warning("an account is not checked: there is no such tenant", tenant=tenant_id)
                continue
            answer.gates.append(wire_wallets.gate(tenant_id, checked.gate))
        return answer


def position_cursor(text: str) -> int | None:
    """Gives the position that the page before ended with."""
    if not text:
        return None
    if not text.isascii() or not text.isdigit():
        raise InvalidPageToken
    return int(text)


def _wallet_of(name: str) -> str:
    return possible_tenant_id(WalletName.parse(name).tenant, name)
