"""SecretWordService: what no client may read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.kit.db.transaction import Database
from services.telephony.store import TelephonyStore
from veneer.telephony.v1 import secret_word_service_pb2 as pb
from veneer.telephony.v1 import secret_word_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_CARRIERS_MAX = 1_500


class SecretWordService(rpc.SecretWordServiceServicer):
    """veneer.telephony.v1.SecretWordService."""

    def __init__(self, db: Database[TelephonyStore]) -> None:
        self._db = db

    async def ListSecretWords(
        self, request: pb.ListSecretWordsRequest, context: Context
    ) -> pb.ListSecretWordsResponse:
        async with self._db.operator_read() as store:
            carriers = await store.carriers.list_after("", _CARRIERS_MAX)
        told = {
            word
            for carrier in carriers
            for word in (carrier.carrier_id, carrier.display_name, carrier.host)
        }
        return pb.ListSecretWordsResponse(words=sorted(told - {""}))
