"""The agreement's wordings, and which client has accepted which."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import grpc
from starlette.responses import Response

from services.gateway.portal.agreement_text import clauses, proof
from services.gateway.portal.amounts import new_request_id
from services.gateway.portal.console.client import get_client
from services.gateway.portal.handling import form_of, refusal_of
from services.gateway.portal.visit import Visit
from services.gateway.rest.errors import Problem
from services.kit.errors import NotFound
from veneer.tenancy.v1 import agreement_service_pb2 as agreements_pb
from veneer.tenancy.v1 import agreement_version_service_pb2 as pb

_PATH = "/agreements"
_SHOWN = 100
_PAGE_SIZE = 500
_PAGES_MAX = 10
Typed = dict[str, str]


async def agreements(visit: Visit) -> Response:
    """Shows who has accepted what, the wordings, and the form for a new one."""
    return await _page(visit)


async def publish_agreement(visit: Visit) -> Response:
    """Publishes a wording: from now on it is asked of all clients."""
    form = await form_of(visit)
    request = pb.CreateAgreementVersionRequest(
        agreement_version=pb.AgreementVersion(
            template=form.get("template", ""), note=form.get("note", "")
        ),
        request_id=form.get("request_id", ""),
    )
    try:
        await visit.services.agreement_versions.CreateAgreementVersion(
            request, metadata=visit.metadata
        )
    except grpc.aio.AioRpcError as error:
        return await _page(visit, refusal_of(error), form)
    return visit.go_to(_PATH)


async def agreement_version(visit: Visit) -> Response:
    """Shows a wording."""
    name = f"agreementVersions/{visit.request.path_params['version']}"
    found = next((each for each in await _versions(visit) if each.name == name), None)
    if found is None:
        raise NotFound(resource=name)
    return visit.page(
        "console/agreement_version.html",
        title=f"Wording of {name.rpartition('/')[2]}",
        version=found,
        clauses=clauses(found.template),
        zone=await visit.portal.zones.of(visit.site.tenant),
    )


async def client_agreement(visit: Visit) -> Response:
    """Shows what a client has accepted, or is asked to, and the form for a signature on paper."""
    return await _client_page(visit)


async def record_paper(visit: Visit) -> Response:
    """Notes that a client has signed on paper."""
    form, client = await form_of(visit), await get_client(visit)
    request = pb.RecordPaperAcceptanceRequest(
        name=f"{client.name}/agreement",
        signer_name=form.get("signer_name", ""),
        note=form.get("note", ""),
    )
    try:
        await visit.services.agreement_versions.RecordPaperAcceptance(
            request, metadata=visit.metadata
        )
    except grpc.aio.AioRpcError as error:
        return await _client_page(visit, refusal_of(error), form)
    return visit.go_to(f"/clients/{client.name.removeprefix('tenants/')}/agreement")


async def _page(
    visit: Visit, problem: Problem | None = None, form: Typed | None = None
) -> Response:
    versions, standings = await asyncio.gather(_versions(visit), _standings(visit))
    current = versions[0]
    typed = form or {"template": current.template}
    return visit.page(
        "console/agreements.html",
        status=problem.http_status if problem else 200,
        title="Agreements",
        versions=versions,
        standings=[
            (each, proof(each.acceptance) if each.HasField("acceptance") else None)
            for each in standings
        ],
        missing_count=sum(1 for each in standings if not each.is_current),
        may_publish=visit.caller.may("tenants.write"),
        may_read=visit.caller.may("agreements.read"),
        wrong=_wrong(problem),
        problem=problem,
        form=typed,
        request_id=new_request_id,
        zone=await visit.portal.zones.of(visit.site.tenant),
    )


async def _client_page(
    visit: Visit, problem: Problem | None = None, form: Typed | None = None
) -> Response:
    client = await get_client(visit)
    stub = visit.services.agreements
    found, listed = await asyncio.gather(
        stub.GetAgreement(
            agreements_pb.GetAgreementRequest(name=f"{client.name}/agreement"),
            metadata=visit.metadata,
        ),
        stub.ListAgreementAcceptances(
            agreements_pb.ListAgreementAcceptancesRequest(parent=client.name, page_size=_SHOWN),
            metadata=visit.metadata,
        ),
    )
    return visit.page(
        "console/client_agreement.html",
        status=problem.http_status if problem else 200,
        title="Agreement",
        client=client,
        agreement=found,
        clauses=clauses(found.text),
        is_accepted=found.HasField("acceptance"),
        proofs=[proof(each) for each in listed.agreement_acceptances],
        may_record=visit.caller.may("tenants.write"),
        wrong=_wrong(problem),
        problem=problem,
        form=form or {},
        zone=await visit.portal.zones.of(visit.site.tenant),
    )


def _wrong(problem: Problem | None) -> Typed:
    """Gives what is wrong by field; of several about one field all of it."""
    told: Typed = {}
    for field, text in problem.field_violations if problem else ():
        name = field.rpartition(".")[2]
        told[name] = f"{told[name]} {text}" if name in told else text
    return told


async def _versions(visit: Visit) -> Sequence[pb.AgreementVersion]:
    request = pb.ListAgreementVersionsRequest(page_size=_SHOWN)
    answer = await visit.services.agreement_versions.ListAgreementVersions(
        request, metadata=visit.metadata
    )
    return answer.agreement_versions


async def _standings(visit: Visit) -> list[pb.AgreementStanding]:
    standings: list[pb.AgreementStanding] = []
    request = pb.ListAgreementStandingsRequest(page_size=_PAGE_SIZE)
    for _ in range(_PAGES_MAX):
        answer = await visit.services.agreement_versions.ListAgreementStandings(
            request, metadata=visit.metadata
        )
        standings += answer.agreement_standings
        if not answer.next_page_token:
            break
        request.page_token = answer.next_page_token
    # Who has something to do first.
    return sorted(standings, key=lambda each: (each.is_current, each.display_name.lower()))
