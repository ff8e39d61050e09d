"""What a seller sees of its clients: messages to domain and back."""

from __future__ import annotations

from datetime import datetime

from services.billing.domain.books import PriceBook, Proration
from services.billing.domain.price_rules import check_prices
from services.billing.rpc.names_of_terms import ClientName, ResaleSummaryName
from services.billing.rpc.wire import date_from_wire, date_to_wire, timestamp
from services.billing.rpc.wire_prices import prices_from_wire, prices_to_wire
from services.billing.usecases.resell import Resale, Sale
from services.kit.money_wire import money_to_wire
from veneer.billing.v1 import price_book_service_pb2 as books
from veneer.billing.v1 import reseller_service_pb2 as pb


def client(sale: Sale) -> pb.Client:
    """Writes a client with its month."""
    wire = pb.Client(
        name=str(ClientName(sale.entry.seller_id, sale.entry.tenant_id)),
        display_name=sale.entry.display_name,
        month=str(sale.month),
        problem=sale.problem,
        as_of_time=timestamp(sale.as_of_time),
    )
    if sale.amounts is not None:
        charge, own_charge = sale.amounts
        wire.charge.CopyFrom(money_to_wire(charge))
        wire.own_charge.CopyFrom(money_to_wire(own_charge))
        wire.earnings.CopyFrom(money_to_wire(charge - own_charge))
    return wire


def summary(name: ResaleSummaryName, resale: Resale) -> pb.ResaleSummary:
    """Writes a summary."""
    return pb.ResaleSummary(
        name=str(name),
        charge=money_to_wire(resale.charge),
        own_charge=money_to_wire(resale.own_charge),
        earnings=money_to_wire(resale.charge - resale.own_charge),
        unshared_charge=money_to_wire(resale.own_charge - resale.shared_charge),
        clients_without_figures=[
            str(ClientName(name.tenant, each)) for each in resale.clients_without_figures
        ],
    )


def price_book(of: ClientName, book: PriceBook) -> pb.ClientPriceBook:
    """Writes a client's price book."""
    return pb.ClientPriceBook(
        name=f"{of}/priceBooks/{book.effective_date.isoformat()}",
        effective_date=date_to_wire(book.effective_date),
        currency_code=book.currency_code,
        prices=prices_to_wire(book.prices),
        create_time=timestamp(book.create_time),
        proration=books.PriceBook.Proration.Value(book.proration),
    )


def price_book_from_wire(wire: pb.ClientPriceBook, client_id: str, now: datetime) -> PriceBook:
    """Reads a new price book; refuses one that makes no sense with INVALID_REQUEST."""
    entries = prices_from_wire(wire.prices, "client_price_book.prices")
    proration = wire.proration or books.PriceBook.NEXT_MONTH
    book = PriceBook(
        tenant_id=client_id,
        effective_date=date_from_wire(wire.effective_date),
        currency_code=wire.currency_code,
        prices=dict(entries),
        create_time=now,
        proration=Proration(books.PriceBook.Proration.Name(proration)),
    )
    check_prices(book, entries, "client_price_book.prices")
    return book
