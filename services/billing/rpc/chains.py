"""ChainService: what each level of a chain of sellers keeps, for the operator's eyes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.billing.domain.chain import Chain
from services.billing.domain.month import Month
from services.billing.rpc.names_of_terms import ChainName
from services.billing.rpc.wire import timestamp
from services.billing.usecases import Desk
from services.billing.usecases.tell_chain import tell_chain
from services.kit.aip.resource_name import possible_tenant_id
from services.kit.money_wire import money_to_wire
from veneer.billing.v1 import chain_service_pb2 as pb
from veneer.billing.v1 import chain_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context


class ChainService(rpc.ChainServiceServicer):
    """veneer.billing.v1.ChainService."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def GetChain(self, request: pb.GetChainRequest, context: Context) -> pb.Chain:
        name = ChainName.parse(request.name)
        month = Month.parse(name.chain, "name")
        entry = await self._desk.directory.get(possible_tenant_id(name.tenant, request.name))
        chain = await tell_chain(self._desk, entry, month.anchored(entry.billing_anchor_day))
        return _chain(name, chain)


def _chain(name: ChainName, chain: Chain) -> pb.Chain:
    return pb.Chain(
        name=str(name),
        levels=[
            pb.Chain.Level(
                tenant=f"tenants/{each.tenant_id}",
                seller=f"tenants/{each.seller_id}",
                level=each.depth,
                charge=money_to_wire(each.charge),
            )
            for each in chain.levels
        ],
        margins=[
            pb.Chain.SellerMargin(seller=f"tenants/{seller}", margin=money_to_wire(kept))
            for seller, kept in chain.margins.items()
        ],
        end_charge=money_to_wire(chain.end_charges),
        cost=money_to_wire(chain.cost),
        cost_rounding=money_to_wire(chain.cost_rounding),
        as_of_time=timestamp(chain.levels[0].quantities.as_of_time),
    )
