"""CarrierService: vendors, and how they are reached."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from services.kit.aip import page_token
from services.kit.aip.field_mask import changed_paths, merged
from services.kit.aip.page_token import InvalidPageToken
from services.kit.audit import facts_of_message
from services.kit.clock import Clock
from services.kit.db.idempotency import fingerprint
from services.kit.db.transaction import Database
from services.kit.secret_box import SecretBox
from services.telephony.domain.carrier import Carrier, Protocol
from services.telephony.domain.dialplan.plan import CallerIdFormat
from services.telephony.rpc.names import CarrierName
from services.telephony.rpc.wire import timestamp
from services.telephony.store import TelephonyStore
from services.telephony.usecases.keep_carriers import (
    create_carrier,
    etag_of,
    unchanged_since,
    update_carrier,
)
from veneer.telephony.v1 import carrier_service_pb2 as pb
from veneer.telephony.v1 import carrier_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_NO_TENANT = ""
_DEFAULT_PORT = 5060


class CarrierService(rpc.CarrierServiceServicer):
    """veneer.telephony.v1.CarrierService. A secret comes in and never goes out."""

    def __init__(self, db: Database[TelephonyStore], clock: Clock, box: SecretBox) -> None:
        self._db, self._clock, self._box = db, clock, box

    async def GetCarrier(self, request: pb.GetCarrierRequest, context: Context) -> pb.Carrier:
        carrier_id = CarrierName.parse(request.name).carrier
        async with self._db.operator_read() as store:
            return _message(await store.carriers.get(carrier_id))

    async def ListCarriers(
        self, request: pb.ListCarriersRequest, context: Context
    ) -> pb.ListCarriersResponse:
        size = page_token.page_size(request, 50, 500)
        cursor = page_token.decode(request)
        if cursor is not None and len(cursor) != 1:
            raise InvalidPageToken
        async with self._db.operator_read() as store:
            page = await store.carriers.list_after(cursor[0] if cursor else "", size + 1)
        token = page_token.encode(request, [page[size - 1].carrier_id]) if len(page) > size else ""
        return pb.ListCarriersResponse(carriers=map(_message, page[:size]), next_page_token=token)

    async def CreateCarrier(self, request: pb.CreateCarrierRequest, context: Context) -> pb.Carrier:
        now = self._clock.now()
        async with self._db.operator_transaction() as store:
            key = (_NO_TENANT, "CreateCarrier", request.request_id)
            answered = await store.requests.answer_to(*key, fingerprint(request))
            if answered is not None:
                return pb.Carrier.FromString(answered)
            asked = _carrier(request.carrier, request.carrier_id, now)
            secret = request.carrier.login_secret
            answer = _message(await create_carrier(store, self._box, asked, secret))
            await store.changes.note_of_operator(
                "carriers.create", answer.name, after=facts_of_message(answer)
            )
            await store.requests.remember(*key, answer.SerializeToString())
        return answer

    async def UpdateCarrier(self, request: pb.UpdateCarrierRequest, context: Context) -> pb.Carrier:
        carrier_id = CarrierName.parse(request.carrier.name, "carrier.name").carrier
        paths = changed_paths(request.update_mask, request.carrier)
        secret = request.carrier.login_secret if "login_secret" in paths else None

        def edited(before: Carrier) -> Carrier:
            unchanged_since(before, request.carrier.etag)
            message = merged(request.update_mask, request.carrier, _message(before))
            after = _carrier(message, carrier_id, before.create_time)
            return replace(
                after,
                login_secret=before.login_secret,
                update_time=before.update_time,
                version=before.version,
            )

        async with self._db.operator_transaction() as store:
            key = (_NO_TENANT, "UpdateCarrier", request.request_id)
            answered = await store.requests.answer_to(*key, fingerprint(request))
            if answered is not None:
                return pb.Carrier.FromString(answered)
            was, carrier = await update_carrier(store, self._box, carrier_id, edited, secret)
            answer = _message(carrier)
            await store.changes.note_of_operator(
                "carriers.update",
                answer.name,
                before=facts_of_message(_message(was)),
                after=facts_of_message(answer),
            )
            await store.requests.remember(*key, answer.SerializeToString())
        return answer


def _carrier(message: pb.Carrier, carrier_id: str, now: datetime) -> Carrier:
    protocol = pb.Carrier.Protocol.Name(message.protocol or pb.Carrier.PJSIP)
    number = message.caller_id_format or pb.Carrier.COUNTRY_CODE
    return Carrier(
        carrier_id=carrier_id,
        display_name=message.display_name or carrier_id,
        protocol=Protocol(protocol),
        host=message.host,
        port=message.port or _DEFAULT_PORT,
        login_user=message.login_user,
        login_secret=None,
        codecs=tuple(message.codecs) or ("ulaw",),
        caller_id_format=CallerIdFormat(pb.Carrier.CallerIdFormat.Name(number)),
        calls_max=message.calls_max,
        create_time=now,
        update_time=now,
    )


def _message(carrier: Carrier) -> pb.Carrier:
    return pb.Carrier(
        name=f"carriers/{carrier.carrier_id}",
        display_name=carrier.display_name,
        protocol=pb.Carrier.Protocol.Value(carrier.protocol.value),
        host=carrier.host,
        port=carrier.port,
        login_user=carrier.login_user,
        has_login_secret=carrier.login_secret is not None,
        codecs=carrier.codecs,
        caller_id_format=pb.Carrier.CallerIdFormat.Value(carrier.caller_id_format.value),
        calls_max=carrier.calls_max,
        create_time=timestamp(carrier.create_time),
        update_time=timestamp(carrier.update_time),
        etag=etag_of(carrier),
    )
