"""The service agreement: read, accepted by an owner, and shown with its proof ever after."""

from __future__ import annotations

import grpc
from starlette.responses import Response

from services.gateway.http.headers import PRIVATE_DATA
from services.gateway.portal.agreement_text import clauses, proof
from services.gateway.portal.handling import form_of, refusal_of
from services.gateway.portal.resource_ids import name_in_path
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem, problem_of
from services.kit.errors import InvalidRequest
from veneer.tenancy.v1 import agreement_service_pb2 as pb

_PATH = "/agreement"
_SHOWN = 50
# Refused for who asks, or for a text that is another by now: it belongs beside the form.
_TOLD = frozenset({"OWNER_NEEDED", "PERSON_NEEDED", "AGREEMENT_CHANGED"})


async def agreement(visit: Visit) -> Response:
    """Shows the agreement in force, and the form to accept it or the proof that it was."""
    return await _page(visit)


async def accept_agreement(visit: Visit) -> Response:
    """Accepts what was read, in the company's name."""
    form = await form_of(visit)
    if form.get("agrees") != "yes":
        untold = refusal_of(InvalidRequest.at("agrees", "Please tick this to accept."))
        return await _page(visit, untold, form)
    request = pb.AcceptAgreementRequest(
        name=_name(visit),
        text_hash=form.get("text_hash", ""),
        signer_name=form.get("signer_name", ""),
        network_address=visit.network_address,
        device=visit.device,
    )
    try:
        await visit.services.agreements.AcceptAgreement(request, metadata=visit.metadata)
    except grpc.aio.AioRpcError as error:
        problem = problem_of(error)
        told = problem if problem.reason in _TOLD else refusal_of(error)
        return await _page(visit, told, form)
    return visit.go_to(_PATH)


async def earlier_agreement(visit: Visit) -> Response:
    """Shows what was accepted once."""
    found = await _acceptance(visit)
    return visit.page(
        "client/agreement_accepted.html",
        title="Service agreement",
        clauses=clauses(found.text),
        proof=proof(found),
        zone=await visit.portal.zones.of(visit.site.tenant),
    )


async def agreement_file(visit: Visit) -> Response:
    """Hands out the accepted text byte by byte, so that anybody can check its fingerprint."""
    found = await _acceptance(visit)
    headers = {name.decode(): value.decode() for name, value in PRIVATE_DATA}
    headers["content-disposition"] = f'attachment; filename="agreement-{found.version}.txt"'
    return Response(found.text.encode(), 200, headers, "text/plain; charset=utf-8")


async def waits_for_agreement(visit: Visit) -> bool:
    """Tells whether there is an agreement that this visitor could accept, or have accepted."""
    if not visit.caller.may("agreements.write"):
        return False
    found = await _agreement(visit)
    return not found.HasField("acceptance")


async def _page(
    visit: Visit, problem: Problem | None = None, form: dict[str, str] | None = None
) -> Response:
    found = await _agreement(visit)
    request = pb.ListAgreementAcceptancesRequest(parent=visit.site.tenant, page_size=_SHOWN)
    listed = await visit.services.agreements.ListAgreementAcceptances(
        request, metadata=visit.metadata
    )
    return visit.page(
        "client/agreement.html",
        status=problem.http_status if problem else 200,
        title="Service agreement",
        agreement=found,
        clauses=clauses(found.text),
        proof=proof(found.acceptance) if found.HasField("acceptance") else None,
        earlier=[
            proof(each)
            for each in listed.agreement_acceptances
            if each.name != found.acceptance.name
        ],
        may_accept=visit.caller.may("agreements.write"),
        problem=problem,
        wrong=dict(problem.field_violations) if problem else {},
        form=form or {},
        zone=await visit.portal.zones.of(visit.site.tenant),
    )


async def _agreement(visit: Visit) -> pb.Agreement:
    request = pb.GetAgreementRequest(name=_name(visit))
    return await visit.services.agreements.GetAgreement(request, metadata=visit.metadata)


async def _acceptance(visit: Visit) -> pb.AgreementAcceptance:
    name = name_in_path(visit, "agreementAcceptances", "acceptance")
    request = pb.GetAgreementAcceptanceRequest(name=name)
    return await visit.services.agreements.GetAgreementAcceptance(request, metadata=visit.metadata)


def _name(visit: Visit) -> str:
    return f"{visit.site.tenant}/agreement"
