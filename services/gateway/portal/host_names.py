"""Host names of a client's own domain: asked for, how far each is, and what is to be set for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import grpc
from starlette.responses import Response

from services.gateway.portal.amounts import new_request_id
from services.gateway.portal.handling import form_of, refusal_of
from services.gateway.portal.resource_ids import id_in_path
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from veneer.tenancy.v1 import host_name_service_pb2 as pb

if TYPE_CHECKING:
    from veneer.tenancy.v1.host_name_service_pb2 import HostName

_SHOWN: Final = 50
_STATES: Final = {
    pb.HostName.PENDING: ("waits for the record", ""),
    pb.HostName.PROVED: ("record found", ""),
    pb.HostName.CERTIFICATE_PENDING: ("certificate is being made", ""),
    pb.HostName.ACTIVE: ("in service", "good"),
    pb.HostName.FAILED: ("came to nothing", "bad"),
    pb.HostName.EXPIRED: ("not proved in time", "bad"),
    pb.HostName.REMOVED: ("taken out", ""),
}
_COMING: Final = (pb.HostName.PENDING, pb.HostName.PROVED, pb.HostName.CERTIFICATE_PENDING)
_FINDINGS: Final = {
    pb.HostName.FOUND: "The record is there. It is looked at once more before it counts.",
    pb.HostName.MISSING: "No TXT record of this name was found yet.",
    pb.HostName.DIFFERENT: "There is a TXT record of this name, with another value.",
    pb.HostName.NO_ANSWER: "The name servers of the domain gave no answer.",
}
_FAILURES: Final = {
    pb.HostName.IN_USE: "The host name is in use already. Please ask us.",
    pb.HostName.PROOF_GONE: "The TXT record was gone before the host name came into service.",
    pb.HostName.CERTIFICATE_REFUSED: (
        "No certificate could be had. Does the host name lead here, and does your domain allow it?"
    ),
}
_DONE_OF: Final = {
    pb.HostName.PENDING: 0,
    pb.HostName.PROVED: 1,
    pb.HostName.CERTIFICATE_PENDING: 2,
    pb.HostName.ACTIVE: 3,
}
_STEPS: Final = ("Record set at your domain", "Domain proved to be yours", "Certificate made")


@dataclass(frozen=True, slots=True)
class Place:
    """Whose host names a page is of, where the page is, and what it is made with."""

    tenant: str
    path: str
    template: str
    more: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """A host name as people read it."""

    host_name: HostName
    id: str
    state: tuple[str, str]
    told: str
    steps: tuple[tuple[str, bool], ...]

    @property
    def is_coming(self) -> bool:
        """Whether something goes on."""
        return self.host_name.state in _COMING

    @property
    def is_looked_for(self) -> bool:
        """Whether its record is looked for, and what to set is to be shown."""
        return self.host_name.state in (pb.HostName.PENDING, pb.HostName.PROVED)

    @property
    def waits_for_certificate(self) -> bool:
        """Whether nothing else is missing."""
        return self.host_name.state == pb.HostName.CERTIFICATE_PENDING

    @property
    def is_served(self) -> bool:
        """Whether the portal is there."""
        return self.host_name.state == pb.HostName.ACTIVE


async def show_host_names(
    visit: Visit,
    place: Place,
    problem: Problem | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    """Shows the page, or its part that changes by itself."""
    request = pb.ListHostNamesRequest(parent=place.tenant, page_size=_SHOWN)
    answer = await visit.services.host_names.ListHostNames(request, metadata=visit.metadata)
    rows = list(map(_row, answer.host_names))
    return visit.page(
        "host_name_states.html" if visit.is_fragment else place.template,
        status=problem.http_status if problem else 200,
        title="Host names",
        here=place.path,
        rows=[row for row in rows if row.is_coming or row.is_served],
        ended=[row for row in rows if not (row.is_coming or row.is_served)],
        is_moving=any(row.is_coming for row in rows),
        may_write=visit.caller.may("hostNames.write"),
        may_certify=visit.caller.may("hostCertificates.write"),
        request_id=new_request_id,
        problem=problem,
        wrong={name.rpartition(".")[2]: text for name, text in _violations(problem)},
        typed=typed or {},
        zone=await visit.portal.zones.of(place.tenant),
        **place.more,
    )


async def ask_for_host_name(visit: Visit, place: Place) -> Response:
    """Asks for what was typed."""
    form = await form_of(visit)
    wanted = pb.HostName(domain_name=form.get("domain_name", "").strip()[:300])
    request = pb.CreateHostNameRequest(
        parent=place.tenant, host_name=wanted, request_id=form.get("request_id", "")
    )
    try:
        await visit.services.host_names.CreateHostName(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        return await show_host_names(visit, place, refusal_of(error), form)
    return visit.go_to(place.path)


async def check_host_name(visit: Visit, place: Place) -> Response:
    """Lets the record be looked for now."""
    request = pb.CheckHostNameRequest(name=_name(visit, place))
    try:
        await visit.services.host_names.CheckHostName(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        return await show_host_names(visit, place, refusal_of(error))
    return visit.go_to(place.path)


async def remove_host_name(visit: Visit, place: Place) -> Response:
    """Takes a host name out of service, or does not go on with it."""
    request = pb.RemoveHostNameRequest(name=_name(visit, place))
    await visit.services.host_names.RemoveHostName(request, metadata=visit.metadata)
    return visit.go_to(place.path)


def _name(visit: Visit, place: Place) -> str:
    return f"{place.tenant}/hostNames/{id_in_path(visit, 'host_name')}"


def _row(host_name: HostName) -> Row:
    done = _DONE_OF.get(host_name.state, 0)
    told = _FAILURES.get(host_name.failure) or _FINDINGS.get(host_name.finding, "")
    return Row(
        host_name,
        host_name.name.rpartition("/")[2],
        _STATES[host_name.state],
        told if host_name.state != pb.HostName.REMOVED else "",
        tuple((step, place < done) for place, step in enumerate(_STEPS)),
    )


def _violations(problem: Problem | None) -> tuple[tuple[str, str], ...]:
    return tuple(problem.field_violations) if problem else ()
