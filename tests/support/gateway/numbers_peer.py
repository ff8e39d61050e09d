"""Scripted numbers, a list of numbers not to call, and reports."""

from __future__ import annotations

from typing import Any

from google.api.httpbody_pb2 import HttpBody

from services.kit.errors import InvalidRequest
from services.kit.rpc.server import Service
from tests.support.gateway.world import World
from veneer.telephony.v1 import did_service_pb2 as dids_pb
from veneer.telephony.v1 import did_service_pb2_grpc as dids_rpc
from veneer.telephony.v1 import dnc_service_pb2 as dnc_pb
from veneer.telephony.v1 import dnc_service_pb2_grpc as dnc_rpc
from veneer.telephony.v1 import report_service_pb2 as reports_pb
from veneer.telephony.v1 import report_service_pb2_grpc as reports_rpc

NUMBER, GIVEN_BACK, OFFERED = "+13125550111", "+13125550199", "+13125550142"
UNWANTED = "+12125550177"


class Dids(dids_rpc.DidServiceServicer):
    """A number that is held, one that was given back, and one that can be had."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ListDids(self, request: Any, context: Any) -> Any:
        answer = dids_pb.ListDidsResponse()
        held = answer.dids.add(name=f"{request.parent}/dids/{NUMBER[1:]}", phone_number=NUMBER)
        held.start_date.year, held.start_date.month, held.start_date.day = 2025, 1, 15
        answer.dids.add(phone_number=GIVEN_BACK).end_date.year = 2025
        return answer

    async def ListAvailableDids(self, request: Any, context: Any) -> Any:
        fits = OFFERED.startswith(request.prefix)
        offered = [dids_pb.AvailableDid(phone_number=OFFERED)] if fits else []
        return dids_pb.ListAvailableDidsResponse(available_dids=offered)

    async def OrderDid(self, request: Any, context: Any) -> Any:
        self._world.hear(f"OrderDid {request.phone_number}")
        return dids_pb.Did(phone_number=request.phone_number)

    async def RouteDid(self, request: Any, context: Any) -> Any:
        self._world.hear(f"RouteDid {request.name} {request.target}")
        return dids_pb.Did(name=request.name)

    async def ReleaseDid(self, request: Any, context: Any) -> Any:
        self._world.hear(f"ReleaseDid {request.name}")
        return dids_pb.Did(name=request.name)


class Dnc(dnc_rpc.DncServiceServicer):
    """One number that is not to be called."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ListDncNumbers(self, request: Any, context: Any) -> Any:
        answer = dnc_pb.ListDncNumbersResponse()
        answer.dnc_numbers.add(phone_number=UNWANTED)
        return answer

    async def CheckDncNumbers(self, request: Any, context: Any) -> Any:
        found = [each for each in request.phone_numbers if each == UNWANTED]
        return dnc_pb.CheckDncNumbersResponse(phone_numbers=found)

    async def ImportDncNumbers(self, request_iterator: Any, context: Any) -> Any:
        region, data = "", b""
        async for each in request_iterator:
            region, data = region or each.default_region, data + each.file.data
        lines = data.decode().split()
        if "nobody" in lines:
            raise InvalidRequest.at("file", "Line 2 holds no number.")
        self._world.hear(f"ImportDncNumbers {region} {' '.join(lines)}")
        return dnc_pb.ImportDncNumbersResponse(read_count=len(lines), added_count=len(lines))

    async def RemoveDncNumbers(self, request: Any, context: Any) -> Any:
        self._world.hear(f"RemoveDncNumbers {' '.join(request.phone_numbers)}")
        return dnc_pb.RemoveDncNumbersResponse(removed_count=1)


class Reports(reports_rpc.ReportServiceServicer):
    """Two rows, whatever is asked."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def GetReport(self, request: Any, context: Any) -> Any:
        self._world.hear(f"GetReport {request.name} {_days(request)}")
        answer = reports_pb.Report(name=request.name)
        answer.rows.add(subject="Sale", key="SALE", call_count=1200, talk_seconds=90_061)
        answer.rows.add(subject="No answer", key="N", call_count=300)
        return answer

    async def DownloadReport(self, request: Any, context: Any) -> Any:
        self._world.hear(f"DownloadReport {request.name} {_days(request)}")
        return HttpBody(content_type="text/csv", data=b"subject,calls\r\nSale,1200\r\n")


def _days(request: Any) -> str:
    first, end = request.start_date, request.end_date
    return f"{first.month}/{first.day} {end.month}/{end.day}"


def number_services(world: World) -> list[Service]:
    """Gives what is served."""
    return [
        (dids_rpc.add_DidServiceServicer_to_server, Dids(world)),  # type: ignore[abstract]
        (dnc_rpc.add_DncServiceServicer_to_server, Dnc(world)),  # type: ignore[abstract]
        (reports_rpc.add_ReportServiceServicer_to_server, Reports(world)),
    ]
