"""Sets the terms of wallets, and fills wallets up."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, TypeVar

from google.protobuf.message import Message

from services.billing.domain.card import CardNotOnFile, PaymentPending
from services.billing.domain.ledger import ON_ACCOUNT
from services.billing.domain.payment import Payment
from services.billing.domain.wallet import TopUp, WalletTerms, checked
from services.billing.store import BillingStore
from services.billing.usecases import Desk
from services.billing.usecases.card_file import check_takes_cards
from services.billing.usecases.check_account import Checked, look_at_account
from services.billing.usecases.once import Once
from services.billing.usecases.settle import begin_charge
from services.kit.changes import Change, Facts, facts_of
from services.kit.errors import InvalidRequest, NotFound
from services.kit.money import CurrencyMismatch, Money

M = TypeVar("M", bound=Message)

_AGREED: Final = (
    "mode",
    "currency_code",
    "credit_limit",
    "daily_cap",
    "monthly_cap",
    "alert_below",
    "reserve_seconds",
)


async def get_wallet(desk: Desk, tenant_id: str) -> Checked:
    """Gives the wallet as it stands; refuses with RESOURCE_NOT_FOUND if none was agreed."""
    looked = await look_at_account(desk, await desk.directory.get(tenant_id))
    if looked.terms is None:
        raise NotFound(resource=f"tenants/{tenant_id}/wallet")
    return looked


async def set_terms(desk: Desk, terms: WalletTerms) -> WalletTerms:
    """Puts terms in place of any before.

    Refuses with INVALID_REQUEST, with RESOURCE_NOT_FOUND if there is no such client, and with
    CURRENCY_MISMATCH if its prices are in another currency.
    """
    checked(terms)
    await desk.directory.get(terms.tenant_id)
    async with desk.db.transaction(terms.tenant_id) as store:
        await store.lock_account(terms.tenant_id)
        await _check_currency(store, terms)
        before = await store.wallets.terms_of(terms.tenant_id)
        await store.wallets.set_terms(terms)
        resource = f"tenants/{terms.tenant_id}/walletTerms"
        await store.changes.note_of_operator(
            "walletTerms.set", resource, before=_facts(before), after=_facts(terms)
        )
    return terms


async def set_automatic_top_up(desk: Desk, tenant_id: str, top_up: TopUp | None) -> None:
    """Says when a wallet is filled up by itself.

    Refuses with RESOURCE_NOT_FOUND, INVALID_REQUEST, CARD_PAYMENTS_OFF and CARD_NOT_ON_FILE.
    """
    if top_up is not None:
        await check_takes_cards(desk, tenant_id)
    async with desk.db.transaction(tenant_id) as store:
        await store.lock_account(tenant_id)
        terms = await _terms(store, tenant_id)
        if top_up is not None and await store.cards.on_file(tenant_id) is None:
            raise CardNotOnFile("There is no card on file.")
        await store.wallets.set_terms(checked(replace(terms, top_up=top_up)))
        was, is_now = (facts_of(each, "below", "amount") for each in (terms.top_up, top_up))
        resource = f"tenants/{tenant_id}/wallet"
        change = Change(tenant_id, "wallets.setAutomaticTopUp", resource, was, is_now)
        await store.changes.note(change)


async def top_up_wallet(desk: Desk, tenant_id: str, amount: Money, once: Once[Payment, M]) -> M:
    """Records that the card on file is to be charged, for what is paid ahead.

    Refuses with RESOURCE_NOT_FOUND, INVALID_REQUEST, CURRENCY_MISMATCH, CARD_PAYMENTS_OFF,
    CARD_NOT_ON_FILE and PAYMENT_PENDING.
    """
    entry = await check_takes_cards(desk, tenant_id)
    if amount <= Money.zero(amount.currency_code):
        raise InvalidRequest.at("amount", "Must be more than nothing.")
    async with desk.db.transaction(tenant_id) as store:
        if (earlier := await once.earlier(store.requests)) is not None:
            return earlier
        await store.lock_account(tenant_id)
        terms = await _terms(store, tenant_id)
        _check_same(terms.currency_code, amount.currency_code)
        if await store.payments.find_pending(tenant_id, ON_ACCOUNT) is not None:
            raise PaymentPending("The wallet is being filled up.")
        if await store.cards.on_file(tenant_id) is None:
            raise CardNotOnFile("There is no card on file.")
        client = (tenant_id, entry.seller_id)
        payment = await begin_charge(store, client, amount, is_automatic=False)
        answer = await once.keep(store, payment)
    desk.payments_came.set()
    return answer


def _facts(terms: WalletTerms | None) -> Facts:
    return facts_of(terms, *_AGREED)


async def _terms(store: BillingStore, tenant_id: str) -> WalletTerms:
    terms = await store.wallets.terms_of(tenant_id)
    if terms is None:
        raise NotFound(resource=f"tenants/{tenant_id}/wallet")
    return terms


async def _check_currency(store: BillingStore, terms: WalletTerms) -> None:
    books = await store.price_books.all_of(terms.tenant_id)
    if books:
        _check_same(books[0].currency_code, terms.currency_code)


def _check_same(of_prices: str, asked: str) -> None:
    if of_prices != asked:
        raise CurrencyMismatch("The prices are in another currency.", left=of_prices, right=asked)
