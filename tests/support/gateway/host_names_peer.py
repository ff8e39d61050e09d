"""Tenancy's host names, scripted: nothing goes on by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from services.kit.errors import InvalidRequest, NotFound
from veneer.tenancy.v1 import host_certificate_service_pb2 as certificates_pb
from veneer.tenancy.v1 import host_certificate_service_pb2_grpc as certificates_rpc
from veneer.tenancy.v1 import host_name_service_pb2 as pb
from veneer.tenancy.v1 import host_name_service_pb2_grpc as rpc

if TYPE_CHECKING:
    from tests.support.gateway.world import World


def a_host_name(tenant: str, identity: str, domain_name: str, **fields: Any) -> pb.HostName:
    """Gives one that waits for its record, unless `fields` say otherwise."""
    made = pb.HostName(
        name=f"{tenant}/hostNames/{identity}",
        domain_name=domain_name,
        proof_record=f"_host-proof.{domain_name}",
        proof_value="host-proof=0123456789abcdef0123456789abcdef",
        target_name="edge.dialer.example",
        **{"state": pb.HostName.PENDING, **fields},
    )
    made.create_time.FromSeconds(1_760_000_000)
    made.expire_time.FromSeconds(1_760_600_000)
    return made


class HostNames(rpc.HostNameServiceServicer):
    """Those that are in the world, and those that are asked for."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ListHostNames(self, request: Any, context: Any) -> Any:
        self._world.party(request.parent)
        own = [
            each for each in self._world.host_names if each.name.startswith(f"{request.parent}/")
        ]
        return pb.ListHostNamesResponse(host_names=own)

    async def GetHostName(self, request: Any, context: Any) -> Any:
        raise NotImplementedError("no page asks for it")

    async def CreateHostName(self, request: Any, context: Any) -> Any:
        typed = request.host_name.domain_name
        self._world.hear(f"CreateHostName {request.parent} {typed}")
        if "." not in typed:
            raise InvalidRequest.at("host_name.domain_name", "Must be a host name of a domain.")
        made = a_host_name(request.parent, f"h{len(self._world.host_names)}", typed)
        self._world.host_names.insert(0, made)
        return made

    async def CheckHostName(self, request: Any, context: Any) -> Any:
        self._world.hear(f"CheckHostName {request.name}")
        return self._found(request.name)

    async def RemoveHostName(self, request: Any, context: Any) -> Any:
        self._world.hear(f"RemoveHostName {request.name}")
        found = self._found(request.name)
        found.state = pb.HostName.REMOVED
        return found

    def _found(self, name: str) -> Any:
        for each in self._world.host_names:
            if each.name == name:
                return each
        raise NotFound(resource=name)


class HostCertificates(certificates_rpc.HostCertificateServiceServicer):
    """Hears what is told."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ListHostCertificates(self, request: Any, context: Any) -> Any:
        needed = certificates_pb.HostCertificate.NEEDED
        return certificates_pb.ListHostCertificatesResponse(
            host_certificates=[
                certificates_pb.HostCertificate(
                    name=f"hostCertificates/{each.name.rpartition('/')[2]}",
                    tenant=each.name.rpartition("/hostNames/")[0],
                    domain_name=each.domain_name,
                    state=needed,
                )
                for each in self._world.host_names
                if each.state == pb.HostName.CERTIFICATE_PENDING
            ]
        )

    async def ReportHostCertificate(self, request: Any, context: Any) -> Any:
        state = certificates_pb.HostCertificate.State.Name(request.state)
        self._world.hear(f"ReportHostCertificate {request.name} {state}")
        return certificates_pb.HostCertificate(name=request.name, state=request.state)


def host_name_services(world: World) -> list[Any]:
    """Gives what serves them."""
    return [
        (rpc.add_HostNameServiceServicer_to_server, HostNames(world)),
        (
            certificates_rpc.add_HostCertificateServiceServicer_to_server,
            HostCertificates(world),
        ),
    ]
