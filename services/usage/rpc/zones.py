"""ZoneService: which prefixes tell the numbers of a zone apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from services.kit.errors import InvalidRequest
from services.usage.usecases.zone_book import ZoneBook
from veneer.usage.v1 import zone_service_pb2 as pb
from veneer.usage.v1 import zone_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_PREFIX: Final = re.compile(r"[1-9][0-9]{0,14}", re.ASCII)
_MOST: Final = 20_000


class ZoneService(rpc.ZoneServiceServicer):
    """veneer.usage.v1.ZoneService."""

    def __init__(self, zones: ZoneBook) -> None:
        self._zones = zones

    async def ReadZonePrefixes(
        self, request: pb.ReadZonePrefixesRequest, context: Context
    ) -> pb.ReadZonePrefixesResponse:
        prefixes = list(request.prefixes)
        if len(prefixes) > _MOST or not all(map(_PREFIX.fullmatch, prefixes)):
            wanted = f"Must be at most {_MOST} prefixes of 1 to 15 digits, the first not 0."
            raise InvalidRequest.at("prefixes", wanted)
        found = await self._zones.matches(prefixes)
        answer = pb.ReadZonePrefixesResponse
        return answer(
            zones=[
                answer.ZonePrefixes(zone=zone, prefixes=matching)
                for zone, matching in found.items()
            ]
        )
