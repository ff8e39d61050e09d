"""A second, real judge of the REST API: a proxy that transcodes from the same descriptors.

It stands before the same services with the gateway's identity, so that what it answers to a
request can be laid beside what our own gateway answers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from google.rpc import error_details_pb2, status_pb2

from dev import envoy
from dev.ports import LOOPBACK, Ports, accepts
from dev.processes import Process, Program
from dev.suite import GRPC_MEMBERS, Suite
from services.gateway.rest.contracts import DESCRIPTORS
from services.gateway.rest.json_form import PRINT_OPTIONS
from services.kit.clock import OffsetClock
from services.kit.rpc.principal import METADATA_KEY, Audience, PrincipalSigner
from tests.support.contracts import rules

_TYPE = "type.googleapis.com/envoy.extensions"
# The gateway serves contracts of its own, to itself.
_SERVERS = (*GRPC_MEMBERS, "gateway")
_HTTP = f"{_TYPE}.filters.http"


@dataclass(frozen=True, slots=True)
class Who:
    """In whose name a request is made."""

    audience: Audience
    tenant_id: str


class Oracle:
    """Answers REST requests as Envoy's own transcoder understands them."""

    def __init__(self, suite: Suite, port: int) -> None:
        clock = OffsetClock(suite.directory / "clock-offset")
        key = suite.options.certificates / "principal.private.jwk"
        self._signer = PrincipalSigner.from_file(key, clock)
        self._client = httpx.Client(
            base_url=f"http://{LOOPBACK}:{port}", timeout=30, trust_env=False
        )

    def send(self, who: Who, method: str, path: str, **options: Any) -> httpx.Response:
        """Sends a request in somebody's name, who may do everything that its audience may."""
        permissions = {rule.permission for rule in rules() if rule.permission}
        subject = f"tenants/{who.tenant_id}/users/oracle"
        token, _ = self._signer.sign(subject, who.tenant_id, who.audience, permissions)
        headers = {**options.pop("headers", {}), METADATA_KEY: token}
        return self._client.request(method, path, headers=headers, **options)

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()


@contextmanager
def oracle_of(suite: Suite) -> Iterator[Oracle]:
    """Runs an oracle beside a suite."""
    port = Ports.free().public
    path = suite.directory / "oracle.json"
    path.write_text(json.dumps(_configuration(suite, port)))
    program = Program(name="oracle", command=envoy.command(path), ready=lambda: accepts(port))
    process = Process(program, suite.directory / "logs")
    process.start()
    try:
        process.wait_until_ready()
        oracle = Oracle(suite, port)
        yield oracle
        oracle.close()
    finally:
        process.stop()


def _configuration(suite: Suite, port: int) -> dict[str, Any]:
    listener = {
        "name": "oracle",
        "address": _address(port),
        "filter_chains": [
            {
                "filters": [
                    {
                        "name": "envoy.filters.network.http_connection_manager",
                        "typed_config": _connection_manager(suite),
                    }
                ]
            }
        ],
    }
    clusters = [_cluster(suite, name) for name in _SERVERS]
    return {"static_resources": {"listeners": [listener], "clusters": clusters}}


def _connection_manager(suite: Suite) -> dict[str, Any]:
    routes = [
        {"match": {"prefix": f"/veneer.{name}."}, "route": {"cluster": name, "timeout": "30s"}}
        for name in _SERVERS
    ]
    hosts = [{"name": "all", "domains": ["*"], "routes": routes}]
    return {
        "@type": f"{_TYPE}.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "oracle",
        "route_config": {"virtual_hosts": hosts},
        "http_filters": [
            {
                "name": "envoy.filters.http.grpc_json_transcoder",
                "typed_config": _transcoder(suite.directory),
            },
            {
                "name": "envoy.filters.http.router",
                "typed_config": {"@type": f"{_HTTP}.router.v3.Router"},
            },
        ],
    }


def _transcoder(directory: Path) -> Mapping[str, Any]:
    descriptors = _with_details_of_errors(FileDescriptorSet.FromString(DESCRIPTORS.read_bytes()))
    path = directory / "oracle.binpb"
    path.write_bytes(descriptors.SerializeToString())
    services = [
        f"{file.package}.{service.name}" for file in descriptors.file for service in file.service
    ]
    return {
        "@type": f"{_HTTP}.grpc_json_transcoder.v3.GrpcJsonTranscoder",
        "proto_descriptor": str(path),
        "services": services,
        "print_options": PRINT_OPTIONS,
        "convert_grpc_status": True,
        "request_validation_options": {
            "reject_unknown_method": True,
            "reject_unknown_query_parameters": True,
        },
    }


def _with_details_of_errors(descriptors: FileDescriptorSet) -> FileDescriptorSet:
    """Adds what errors are made of, which no contract names."""
    known = {file.name for file in descriptors.file}
    for module in (error_details_pb2, status_pb2):
        file = FileDescriptorProto()
        module.DESCRIPTOR.CopyToProto(file)
        if file.name not in known:
            descriptors.file.append(file)
    return descriptors


def _cluster(suite: Suite, service: str) -> dict[str, Any]:
    mesh = suite.options.certificates / "mesh"
    tls = {
        "@type": f"{_TYPE}.transport_sockets.tls.v3.UpstreamTlsContext",
        "sni": service,
        "common_tls_context": {
            "tls_certificates": [
                {
                    "certificate_chain": {"filename": str(mesh / "gateway.pem")},
                    "private_key": {"filename": str(mesh / "gateway.key")},
                }
            ],
            "validation_context": {
                "trusted_ca": {"filename": str(mesh / "ca.pem")},
                "match_typed_subject_alt_names": [
                    {"san_type": "DNS", "matcher": {"exact": service}}
                ],
            },
        },
    }
    protocol = f"{_TYPE}.upstreams.http.v3.HttpProtocolOptions"
    endpoint = {"endpoint": {"address": _address(getattr(suite.ports, service))}}
    return {
        "name": service,
        "type": "STATIC",
        "connect_timeout": "5s",
        "typed_extension_protocol_options": {
            protocol.removeprefix("type.googleapis.com/"): {
                "@type": protocol,
                "explicit_http_config": {"http2_protocol_options": {}},
            }
        },
        "transport_socket": {"name": "envoy.transport_sockets.tls", "typed_config": tls},
        "load_assignment": {"cluster_name": service, "endpoints": [{"lb_endpoints": [endpoint]}]},
    }


def _address(port: int) -> dict[str, Any]:
    return {"socket_address": {"address": LOOPBACK, "port_value": port}}
