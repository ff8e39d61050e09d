"""telephony's store for tests: taking chunks, giving routes, looking at what is pending."""

from __future__ import annotations

from contextlib import suppress

from services.kit.db.transaction import Database
from services.kit.errors import AlreadyExists
from services.telephony.domain.carrier import Carrier, Protocol
from services.telephony.domain.dialplan.plan import CallerIdFormat
from services.telephony.domain.journal import Journal
from services.telephony.domain.leg import PendingLeg
from services.telephony.domain.route import Route
from services.telephony.store import TelephonyStore
from services.telephony.usecases.give_routes import create_route
from services.telephony.usecases.take_chunk import Moment, take_chunk
from tests.support.builders.telephony import NOON
from tests.support.builders.tenancy import an_id

FILE = "legs-20261102.journal"
NOW = Moment(NOON)


async def take(
    db: Database[TelephonyStore],
    host: str,
    chunk: bytes,
    offset: int = 0,
    moment: Moment = NOW,
) -> int:
    async with db.operator_transaction() as store:
        return await take_chunk(store, Journal("east", host, FILE), offset, chunk, moment)


async def pending(db: Database[TelephonyStore], host: str) -> list[PendingLeg]:
    async with db.operator_read() as store:
        legs = await store.legs.pending(0, [], 10_000)
    return [leg for leg in legs if leg.host == host]


def a_carrier(carrier_id: str) -> Carrier:
    return Carrier(
        carrier_id, carrier_id, Protocol.PJSIP, "", 5060, "", None, ("ulaw",),
        CallerIdFormat.COUNTRY_CODE, 0, NOON, NOON,
    )  # fmt: skip


def a_code() -> str:
    return an_id("r").replace("-", "")[:16]


async def a_route(
    db: Database[TelephonyStore], tenant_id: str | None = None, code: str = ""
) -> Route:
    code = code or a_code()
    route = Route(f"route-{code}", code, "acme", NOON, tenant_id, NOON if tenant_id else None)
    async with db.operator_transaction() as store:
        with suppress(AlreadyExists):
            await store.carriers.add(a_carrier("acme"))
        return await create_route(store, route)
