"""What billing serves about costs, to the operator alone."""

from __future__ import annotations

from services.billing.rpc.chains import ChainService
from services.billing.rpc.cost_books import CostBookService
from services.billing.rpc.disallowed_carriers import DisallowedCarrierService
from services.billing.rpc.loss_policies import LossPolicyService
from services.billing.rpc.margins import MarginService
from services.billing.rpc.overhead_books import OverheadBookService
from services.billing.rpc.profit_and_loss import ProfitAndLossService
from services.billing.rpc.rate_sheets import RateSheetService
from services.billing.rpc.reconciliations import CarrierReconciliationService
from services.billing.rpc.route_carriers import RouteCarrierService
from services.billing.usecases import Desk
from services.kit.rpc.server import Service
from veneer.billing.v1 import (
    carrier_reconciliation_service_pb2_grpc,
    chain_service_pb2_grpc,
    cost_book_service_pb2_grpc,
    disallowed_carrier_service_pb2_grpc,
    loss_policy_service_pb2_grpc,
    margin_service_pb2_grpc,
    overhead_book_service_pb2_grpc,
    profit_and_loss_service_pb2_grpc,
    rate_sheet_service_pb2_grpc,
    route_carrier_service_pb2_grpc,
)


def cost_services(desk: Desk) -> tuple[Service, ...]:
    """Gives the services of books, carriers, losses, margins and months."""
    return (
        (cost_book_service_pb2_grpc.add_CostBookServiceServicer_to_server, CostBookService(desk)),
        (
            route_carrier_service_pb2_grpc.add_RouteCarrierServiceServicer_to_server,
            RouteCarrierService(desk),
        ),
        (
            rate_sheet_service_pb2_grpc.add_RateSheetServiceServicer_to_server,
            RateSheetService(desk),
        ),
        (
            loss_policy_service_pb2_grpc.add_LossPolicyServiceServicer_to_server,
            LossPolicyService(desk),
        ),
        (
            disallowed_carrier_service_pb2_grpc.add_DisallowedCarrierServiceServicer_to_server,
            DisallowedCarrierService(desk),
        ),
        (chain_service_pb2_grpc.add_ChainServiceServicer_to_server, ChainService(desk)),
        (margin_service_pb2_grpc.add_MarginServiceServicer_to_server, MarginService(desk)),
        (
            overhead_book_service_pb2_grpc.add_OverheadBookServiceServicer_to_server,
            OverheadBookService(desk),
        ),
        (
            profit_and_loss_service_pb2_grpc.add_ProfitAndLossServiceServicer_to_server,
            ProfitAndLossService(desk),
        ),
        (
            carrier_reconciliation_service_pb2_grpc.add_CarrierReconciliationServiceServicer_to_server,
            CarrierReconciliationService(desk),
        ),
    )
