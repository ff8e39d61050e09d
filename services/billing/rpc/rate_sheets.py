"""RateSheetService: what carriers send, made cost books."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from services.billing.domain import amounts
from services.billing.domain.entry_rules import of_currency
from services.billing.domain.loss_policy import DEFAULT_POLICY
from services.billing.domain.rate_changes import CostChange
from services.billing.domain.rate_sheet import BYTES_MAX, SheetOptions
from services.billing.domain.route_carrier import checked_carrier
from services.billing.rpc import wire_books, wire_losses
from services.billing.rpc.wire import date_from_wire
from services.billing.rpc.wire_tariffs import (
    amount_from_wire,
    direction_from_wire,
    direction_to_wire,
)
from services.billing.usecases import Desk
from services.billing.usecases.import_rate_sheet import (
    Import,
    Order,
    ProposedPrice,
    import_rate_sheet,
)
from services.billing.usecases.once import Once
from services.kit.errors import InvalidRequest
from services.kit.money_wire import decimal_to_wire
from veneer.billing.v1 import rate_sheet_service_pb2 as pb
from veneer.billing.v1 import rate_sheet_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_NO_TENANT: Final = ""
_USUAL: Final = (60, 60)
_SECONDS_MAX: Final = 3600
_PRICE_DECIMALS: Final = 9
_BAD_ROWS_MAX: Final = 1000


class RateSheetService(rpc.RateSheetServiceServicer):
    """veneer.billing.v1.RateSheetService."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ImportRateSheet(
        self, request: pb.ImportRateSheetRequest, context: Context
    ) -> pb.ImportRateSheetResponse:
        once: Once[Import, pb.ImportRateSheetResponse] = Once(
            _NO_TENANT,
            request,
            lambda found: _to_wire(found, request.validate_only),
            pb.ImportRateSheetResponse,
            "costBooks.import",
        )
        return await import_rate_sheet(self._desk, _order(request), once)


def _order(request: pb.ImportRateSheetRequest) -> Order:
    if len(request.csv) > BYTES_MAX:
        raise InvalidRequest.at("csv", f"Must be at most {BYTES_MAX} bytes.")
    if wrong := list(of_currency("", request.currency_code)):
        raise InvalidRequest.at("currency_code", wrong[0].description)
    has_date = request.HasField("effective_date")
    margin = None
    if request.HasField("keep_margin_percent"):
        percent = amount_from_wire(request.keep_margin_percent, "keep_margin_percent")
        if not 0 <= percent < 100:
            raise InvalidRequest.at("keep_margin_percent", "Must be 0 to less than 100.")
        margin = Fraction(percent) / 100
    return Order(
        content=request.csv,
        options=SheetOptions(
            carrier=checked_carrier(request.carrier, "carrier"),
            currency_code=request.currency_code,
            direction=direction_from_wire(request.direction),
            effective_date=date_from_wire(request.effective_date) if has_date else None,
            increments=_increments(request),
            headings={
                pb.Column.Meaning.Name(each.meaning): each.heading for each in request.columns
            },
        ),
        keep_unnamed=request.keep_unnamed,
        keep_margin=margin,
        validate_only=request.validate_only,
        allow_loss=request.allow_loss,
    )


def _increments(request: pb.ImportRateSheetRequest) -> tuple[int, int]:
    if not request.HasField("increments"):
        return _USUAL
    found = request.increments.first_seconds, request.increments.next_seconds
    if not all(1 <= each <= _SECONDS_MAX for each in found):
        raise InvalidRequest.at("increments", f"Must be 1 to {_SECONDS_MAX}.")
    return found


def _to_wire(found: Import, is_only_checked: bool) -> pb.ImportRateSheetResponse:
    basis = (found.policy or DEFAULT_POLICY).basis
    answer = pb.ImportRateSheetResponse(
        # The first of them say what is the matter; an answer has to end somewhere.
        bad_rows=[
            pb.ImportRateSheetResponse.BadRow(line=row.line, problem=row.problem)
            for row in found.bad_rows[:_BAD_ROWS_MAX]
        ],
        row_count=found.row_count,
        merged_zones=found.merged_zones,
        changes=map(_change, found.changes),
        findings=[wire_losses.finding(each, basis) for each in found.findings],
        proposed_prices=map(_proposed, found.proposed),
    )
    if found.book is not None:
        answer.cost_book.CopyFrom(wire_books.cost_book(found.book))
        if is_only_checked:
            # It is nowhere yet.
            answer.cost_book.ClearField("create_time")
    return answer


def _change(change: CostChange) -> pb.ImportRateSheetResponse.Change:
    wire = pb.ImportRateSheetResponse.Change(
        kind=pb.ImportRateSheetResponse.Change.Kind.Value(change.kind),
        direction=direction_to_wire(change.key.calls.direction),
        zone=change.key.calls.zone,
    )
    if change.before is not None:
        wire.before.CopyFrom(wire_books.cost(change.key, change.before))
    if change.after is not None:
        wire.after.CopyFrom(wire_books.cost(change.key, change.after))
    return wire


def _proposed(price: ProposedPrice) -> pb.ImportRateSheetResponse.ProposedPrice:
    present = amounts.shown_decimal(price.unit_price, _PRICE_DECIMALS)
    return pb.ImportRateSheetResponse.ProposedPrice(
        tenant=f"tenants/{price.tenant_id}",
        direction=direction_to_wire(price.calls.direction),
        zone=price.calls.zone,
        unit_price=decimal_to_wire(present),
        proposed_unit_price=decimal_to_wire(price.proposed),
    )
