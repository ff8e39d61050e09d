"""Messages to domain and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from google.protobuf.timestamp_pb2 import Timestamp
from google.type import date_pb2

from services.kit.aip.resource_name import tenant_id_of
from services.kit.errors import InvalidRequest
from services.telephony.domain.did import Did
from services.telephony.domain.leg import call_id
from services.telephony.domain.route import Route
from services.telephony.domain.trunk import TrunkHost, TrunkState
from services.telephony.rpc.names import CarrierName, RouteName
from services.telephony.store.legs import RouteSummary, UnassignedLeg
from services.telephony.store.open_legs import ListedLeg
from services.telephony.store.quarantine import QuarantinedLine
from veneer.telephony.v1 import did_service_pb2, leg_service_pb2, route_service_pb2

# The least of what hosts say is what is said of a route.
_LEAST_FIRST = (TrunkState.FAILED, TrunkState.PENDING, TrunkState.APPLIED, TrunkState.VERIFIED)


def route(found: Route, hosts: Sequence[TrunkHost] = ()) -> route_service_pb2.Route:
    """A route as the operator sees it; `hosts` are how far trunks of tenants are."""
    message = route_service_pb2.Route(
        name=f"routes/{found.route_id}",
        code=found.code,
        tenant=f"tenants/{found.tenant_id}" if found.tenant_id else "",
        carrier=f"carriers/{found.carrier}",
        failover_route=f"routes/{found.failover_route_id}" if found.failover_route_id else "",
        create_time=timestamp(found.create_time),
    )
    own = [host for host in hosts if host.tenant_id == found.tenant_id]
    if own:
        least = min(own, key=lambda host: _LEAST_FIRST.index(host.state))
        message.state = route_service_pb2.Route.State.Value(least.state.value)
        message.state_reason = least.reason
    if found.assign_time is not None:
        message.assign_time.CopyFrom(timestamp(found.assign_time))
    return message


def route_from(request: route_service_pb2.CreateRouteRequest, now: datetime) -> Route:
    """The route that is asked for."""
    asked = request.route
    tenant_id = tenant_id_of(asked.tenant, "route.tenant") if asked.tenant else None
    return Route(
        route_id=request.route_id,
        code=asked.code,
        carrier=CarrierName.parse(asked.carrier, "route.carrier").carrier,
        failover_route_id=RouteName.parse(asked.failover_route, "route.failover_route").route
        if asked.failover_route
        else None,
        create_time=now,
        tenant_id=tenant_id,
        assign_time=now if tenant_id else None,
    )


def did(found: Did) -> did_service_pb2.Did:
    """A number as its tenant sees it."""
    message = did_service_pb2.Did(
        name=f"tenants/{found.tenant_id}/dids/{found.did_id}",
        phone_number=found.phone_number,
        start_date=date_message(found.start_date),
        target=f"tenants/{found.tenant_id}/{found.target}" if found.target else "",
    )
    if found.end_date is not None:
        message.end_date.CopyFrom(date_message(found.end_date))
    return message


def day(message: date_pb2.Date, field: str) -> date:
    """A civil date; refuses one that is no day of the calendar."""
    try:
        return date(message.year, message.month, message.day)
    except ValueError:
        raise InvalidRequest.at(field, "Must be a day of the calendar.") from None


def unassigned_leg(leg: UnassignedLeg) -> leg_service_pb2.UnassignedLeg:
    """A leg that nobody can be charged for yet."""
    return leg_service_pb2.UnassignedLeg(
        name=f"unassignedLegs/{call_id(leg.cluster, leg.host, leg.uniqueid)}",
        route_code=leg.route_code,
        cluster=leg.cluster,
        host=leg.host,
        called_number=leg.called_number,
        start_time=Timestamp(seconds=leg.created_seconds),
        billable_seconds=leg.billable_seconds,
    )


def open_leg(listed: ListedLeg) -> leg_service_pb2.OpenLeg:
    """A leg without an end, or with one by estimate."""
    leg, answer = listed.leg, listed.leg.answer
    message = leg_service_pb2.OpenLeg(
        name=f"openLegs/{call_id(leg.journal.cluster, leg.journal.host, answer.uniqueid)}",
        route_code=answer.route_code,
        tenant=f"tenants/{listed.tenant_id}" if listed.tenant_id else "",
        cluster=leg.journal.cluster,
        host=leg.journal.host,
        called_number=answer.dialled_number,
        start_time=Timestamp(seconds=answer.created_seconds),
        answer_time=_of_millis(answer.answer_time_millis),
        state=leg_service_pb2.OpenLeg.State.Value(leg.state.value),
        end_time=_of_millis(leg.end_time_millis),
        true_end_time=_of_millis(leg.true_end_time_millis),
    )
    if leg.reason is not None:
        message.reason = leg_service_pb2.OpenLeg.Reason.Value(leg.reason.value)
    if leg.close_time is not None:
        message.close_time.CopyFrom(timestamp(leg.close_time))
    return message


def route_summary(
    summary: RouteSummary,
) -> leg_service_pb2.SummarizeUnassignedLegsResponse.RouteSummary:
    """The unassigned legs of one route code."""
    return leg_service_pb2.SummarizeUnassignedLegsResponse.RouteSummary(
        route_code=summary.route_code,
        leg_count=summary.leg_count,
        billable_seconds=summary.billable_seconds,
        first_start_time=Timestamp(seconds=summary.first_created_seconds),
        last_start_time=Timestamp(seconds=summary.last_created_seconds),
    )


def quarantined_line(line: QuarantinedLine) -> leg_service_pb2.QuarantinedLine:
    """A line that was put aside."""
    return leg_service_pb2.QuarantinedLine(
        name=f"quarantinedLines/{line.line_number}",
        **line.journal._asdict(),
        offset=line.byte_offset,
        line=line.line,
        reason=leg_service_pb2.QuarantinedLine.Reason.Value(line.fault.reason.value),
        detail=line.fault.detail,
        state=leg_service_pb2.QuarantinedLine.State.Value(line.state),
        create_time=timestamp(line.create_time),
    )


def timestamp(instant: datetime) -> Timestamp:
    """An instant on the wire."""
    message = Timestamp()
    message.FromDatetime(instant.astimezone(UTC))
    return message


def _of_millis(millis: int) -> Timestamp | None:
    """0 stands for never."""
    if not millis:
        return None
    return Timestamp(seconds=millis // 1000, nanos=millis % 1000 * 1_000_000)


def date_message(value: date) -> date_pb2.Date:
    """A civil date on the wire."""
    return date_pb2.Date(year=value.year, month=value.month, day=value.day)
