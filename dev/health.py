"""Whether a member of the suite answers, asked the way its callers ask."""

from __future__ import annotations

import urllib.request
from pathlib import Path

import grpc
from grpc_health.v1 import health_pb2

from dev.ports import LOOPBACK


def serves_grpc(service: str, port: int, mesh: Path) -> bool:
    """Whether `service` says SERVING over mTLS; asks in the gateway's name."""
    credentials = grpc.ssl_channel_credentials(
        (mesh / "ca.pem").read_bytes(),
        (mesh / "gateway.key").read_bytes(),
        (mesh / "gateway.pem").read_bytes(),
    )
    options = [("grpc.ssl_target_name_override", service), ("grpc.enable_http_proxy", 0)]
    with grpc.secure_channel(f"{LOOPBACK}:{port}", credentials, options) as channel:
        try:
            check = channel.unary_unary(
                "/grpc.health.v1.Health/Check",
                request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
                response_deserializer=health_pb2.HealthCheckResponse.FromString,
            )
            answer = check(health_pb2.HealthCheckRequest(), timeout=2)
        except grpc.RpcError:
            return False
    return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)


def answers_http(url: str) -> bool:
    """Whether a GET of `url` on this machine answers 200."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
