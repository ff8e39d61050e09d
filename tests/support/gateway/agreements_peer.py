"""Scripted agreements: one wording, which one client has accepted once before."""

from __future__ import annotations

import hashlib
from typing import Any

from services.kit.errors import InvalidRequest, Kind, NotFound, Refusal
from tests.support.gateway.world import World
from veneer.tenancy.v1 import agreement_service_pb2 as pb
from veneer.tenancy.v1 import agreement_service_pb2_grpc as rpc
from veneer.tenancy.v1 import agreement_version_service_pb2 as versions_pb
from veneer.tenancy.v1 import agreement_version_service_pb2_grpc as versions_rpc

TEXT = """\
SERVICE AGREEMENT between Northgate Voice and ABC Solar

1. NON-DISCLOSURE
Client agrees not to replicate the technology.

PRICE SCHEDULE
Minutes: 0.025 USD per minute
"""


class AgreementChanged(Refusal):
    """As tenancy says it."""

    kind = Kind.ABORTED
    reason = "AGREEMENT_CHANGED"


def hash_of(text: str) -> str:
    """Gives what a text is known by."""
    return hashlib.sha256(text.encode()).hexdigest()


class Agreements(rpc.AgreementServiceServicer):
    """Everybody has the same text; who has accepted it is in the world."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def GetAgreement(self, request: Any, context: Any) -> Any:
        self._world.hear("GetAgreement")
        return pb.Agreement(
            name=request.name,
            version="2026-12-01",
            text=TEXT,
            text_hash=hash_of(TEXT),
            acceptance=self._world.acceptances.get(request.name.partition("/agreement")[0]),
        )

    async def AcceptAgreement(self, request: Any, context: Any) -> Any:
        self._world.hear(f"AcceptAgreement {request.network_address} {request.device}")
        if request.text_hash != hash_of(TEXT):
            raise AgreementChanged("The text has changed. Please read it again.")
        if not request.signer_name.strip():
            raise InvalidRequest.at("signer_name", "Must have 1 to 80 characters.")
        tenant = request.name.partition("/agreement")[0]
        accepted = self._acceptance(tenant, "a2", "2026-12-01")
        accepted.signer_name = request.signer_name
        self._world.acceptances[tenant] = accepted
        return accepted

    async def ListAgreementAcceptances(self, request: Any, context: Any) -> Any:
        last = self._world.acceptances.get(request.parent)
        first = self._acceptance(request.parent, "a1", "2026-11")
        found = [each for each in (last, first) if each is not None]
        return pb.ListAgreementAcceptancesResponse(agreement_acceptances=found)

    async def GetAgreementAcceptance(self, request: Any, context: Any) -> Any:
        tenant, _, acceptance_id = request.name.partition("/agreementAcceptances/")
        if acceptance_id not in ("a1", "a2"):
            raise NotFound(resource=request.name)
        return self._acceptance(tenant, acceptance_id, "2026-11")

    def _acceptance(self, tenant: str, acceptance_id: str, version: str) -> Any:
        made = pb.AgreementAcceptance(
            name=f"{tenant}/agreementAcceptances/{acceptance_id}",
            version=version,
            text=TEXT,
            text_hash=hash_of(TEXT),
            way=pb.AgreementAcceptance.ELECTRONIC,
            signer_name="Dana Rivers",
            signer_email="dana@abc-solar.example",
            network_address="203.0.113.9",
            device="Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
        )
        made.accept_time.FromDatetime(self._world.clock.now())
        return made


class AgreementVersions(versions_rpc.AgreementVersionServiceServicer):
    """One version before the one in force; clients of the world stand as they do there."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ListAgreementVersions(self, request: Any, context: Any) -> Any:
        new = versions_pb.AgreementVersion(
            name="agreementVersions/2026-12-01",
            template="SERVICE AGREEMENT between {seller} and {client}",
            note="Clearer.",
        )
        new.create_time.FromDatetime(self._world.clock.now())
        old = versions_pb.AgreementVersion(
            name="agreementVersions/2026-11", template="Old words of {seller} to {client}"
        )
        return versions_pb.ListAgreementVersionsResponse(agreement_versions=[new, old])

    async def CreateAgreementVersion(self, request: Any, context: Any) -> Any:
        self._world.hear(f"CreateAgreementVersion {request.agreement_version.note}")
        if "{seller}" not in request.agreement_version.template:
            raise InvalidRequest.at("agreement_version.template", "Must name {seller}.")
        return request.agreement_version

    async def ListAgreementStandings(self, request: Any, context: Any) -> Any:
        standings = [
            versions_pb.AgreementStanding(
                tenant=party.name,
                display_name=party.display_name,
                acceptance=self._world.acceptances.get(party.name),
                is_current=party.name in self._world.acceptances,
            )
            for party in self._world.parties.values()
            if not party.is_operator
        ]
        return versions_pb.ListAgreementStandingsResponse(agreement_standings=standings)

    async def RecordPaperAcceptance(self, request: Any, context: Any) -> Any:
        self._world.hear(f"RecordPaperAcceptance {request.signer_name} {request.note}")
        if not request.signer_name:
            raise InvalidRequest.at("signer_name", "Must have 1 to 80 characters.")
        return pb.AgreementAcceptance()
