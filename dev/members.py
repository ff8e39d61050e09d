"""The programs of a suite: how each is started, what it is told, and when it is ready."""

from __future__ import annotations

import base64
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dev import envoy, prometheus
from dev.dialer import TIME_ZONE, Dialer
from dev.health import answers_http, serves_grpc
from dev.mariadb import READER, VIEW_MAKER, WRITER, MariaDb
from dev.ports import LOOPBACK, Ports, accepts
from dev.postgres import Postgres
from dev.processes import Program

# What stands behind the demo, beside the carriers that it makes.
SECRET_WORDS = ("VICIdial", "Asterisk", "Veneer", "MariaDB", "PostgreSQL")
DIALER_API_USER = "programs"
STORES = ("tenancy", "telephony", "usage", "billing", "gateway")
GRPC_SERVICES = ("tenancy", "telephony", "usage", "billing")
PEERS = {
    "tenancy": ("telephony", "billing"),
    "telephony": ("usage", "tenancy", "billing"),
    "usage": ("tenancy",),
    "billing": ("usage", "tenancy"),
    "gateway": GRPC_SERVICES,
    "shipper": ("telephony",),
}


@dataclass(frozen=True)
class Surroundings:
    """What the members of one suite share."""

    directory: Path
    certificates: Path
    ports: Ports
    postgres: Postgres
    mariadb: MariaDb
    dialer: Dialer
    extra: Mapping[str, str]
    dialer_api_password: str
    tenancy_secrets_key: str
    is_observed: bool = False
    collector: int = 0

    @property
    def edge(self) -> envoy.Edge:
        """The edge of this suite."""
        return envoy.Edge(self.ports, self.certificates, self.directory / "edge", self.collector)

    @property
    def traces(self) -> dict[str, str]:
        """Where our programs send their traces, if anywhere."""
        if not self.collector:
            return {}
        return {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{_address(self.collector)}"}

    @property
    def metrics(self) -> dict[str, str]:
        """Where each of our programs shows its metrics."""
        return {
            name: _address(getattr(self.ports, f"{name}_metrics")) for name in (*STORES, "shipper")
        }


def environment(service: str, around: Surroundings) -> dict[str, str]:
    """The variables of one of our services."""
    prefix = f"VENEER_{service.upper()}_"
    variables = {
        "VENEER_CERTIFICATES": str(around.certificates / "mesh"),
        "VENEER_PRINCIPAL_PUBLIC_KEY": str(around.certificates / "principal.public.jwk"),
        "VENEER_SECRET_WORDS": "\n".join(SECRET_WORDS),
        "PYTHONUNBUFFERED": "1",
        **around.traces,
        **around.extra,
    }
    if service in GRPC_SERVICES:
        variables[f"{prefix}LISTEN"] = _address(getattr(around.ports, service))
    if service in STORES:
        variables[f"{prefix}DATABASE_URL"] = around.postgres.service_url(service)
    if around.is_observed:
        host, _, port = around.metrics[service].partition(":")
        variables |= {"OTEL_EXPORTER_PROMETHEUS_HOST": host, "OTEL_EXPORTER_PROMETHEUS_PORT": port}
    for peer in PEERS.get(service, ()):
        variables[f"{prefix}{peer.upper()}_ADDRESS"] = _address(getattr(around.ports, peer))
    own = _OWN.get(service)
    return {**variables, **(own(around) if own else {})}


def programs(around: Surroundings) -> list[Program]:
    """All members but the databases, in the order in which they start."""
    grpc_services = [_grpc_service(name, around) for name in GRPC_SERVICES]
    dialer = [_shipper(around), _dialer_api(around), _simulator(around)]
    watch = [_prometheus(around)] if around.is_observed else []
    return [*grpc_services, _gateway(around), _edge(around), *dialer, *watch]


def _grpc_service(name: str, around: Surroundings) -> Program:
    port, mesh = getattr(around.ports, name), around.certificates / "mesh"
    return Program(
        name=name,
        command=[sys.executable, "-m", f"services.{name}", "serve"],
        environment=environment(name, around),
        ready=lambda: accepts(port) and serves_grpc(name, port, mesh),
    )


def _gateway(around: Surroundings) -> Program:
    ports = around.ports
    return Program(
        name="gateway",
        command=[sys.executable, "-m", "services.gateway", "serve"],
        environment=environment("gateway", around),
        ready=lambda: accepts(ports.gateway_client) and accepts(ports.gateway_operator),
    )


def _edge(around: Surroundings) -> Program:
    return Program(
        name="envoy",
        command=envoy.command(around.edge.config),
        ready=lambda: answers_http(f"http://{LOOPBACK}:{around.ports.envoy_admin}/ready"),
    )


def _shipper(around: Surroundings) -> Program:
    return Program(
        name="shipper",
        command=[sys.executable, "-m", "services.shipper", "serve"],
        environment=environment("shipper", around),
        ready=lambda: True,
    )


def _simulator(around: Surroundings) -> Program:
    return Program(
        name="simulator",
        command=around.dialer.command(),
        environment={"PYTHONUNBUFFERED": "1", **around.extra},
        ready=lambda: True,
    )


def _dialer_api(around: Surroundings) -> Program:
    port = around.ports.dialer_api
    password = {"VENEER_SIMULATOR_API_PASSWORD": around.dialer_api_password}
    return Program(
        name="dialer-api",
        command=around.dialer.web_api_command(_address(port), DIALER_API_USER),
        environment={"PYTHONUNBUFFERED": "1", **password, **around.extra},
        ready=lambda: accepts(port),
    )


def _prometheus(around: Surroundings) -> Program:
    address = _address(around.ports.prometheus)
    configuration = around.directory / "prometheus.json"
    prometheus.write_configuration(configuration, around.metrics)
    return Program(
        name="prometheus",
        command=prometheus.command(configuration, around.directory / "prometheus-data", address),
        ready=lambda: answers_http(f"http://{address}/-/ready"),
    )


def _tenancy(around: Surroundings) -> dict[str, str]:
    key = around.certificates / "principal.private.jwk"
    secret = base64.b64encode(around.tenancy_secrets_key.encode()).decode()
    return {
        "VENEER_PRINCIPAL_PRIVATE_KEY": str(key),
        "VENEER_TENANCY_HOST_TARGET": "edge.dialer.localhost",
        "VENEER_TENANCY_SECRETS_KEY": f"development:{secret}",
    }


def _telephony(around: Surroundings) -> dict[str, str]:
    cluster = around.dialer.cluster
    hosts = ",".join(f"{cluster.name}/{host}={known}" for host, known in cluster.hosts.items())
    return {
        "VENEER_TELEPHONY_DIALER_DATABASE_URL": around.mariadb.url(READER),
        "VENEER_TELEPHONY_DIALER_ADMIN_DATABASE_URL": around.mariadb.url(WRITER),
        "VENEER_TELEPHONY_DIALER_VIEWS_DATABASE_URL": around.mariadb.url(VIEW_MAKER),
        "VENEER_TELEPHONY_DIALER_API_URL": (
            f"http://{_address(around.ports.dialer_api)}/vicidial/non_agent_api.php"
        ),
        "VENEER_TELEPHONY_DIALER_API_USER": DIALER_API_USER,
        "VENEER_TELEPHONY_DIALER_API_PASSWORD": around.dialer_api_password,
        "VENEER_TELEPHONY_DIALER_HOSTS": hosts,
        "VENEER_TELEPHONY_DIALER_TIME_ZONE": TIME_ZONE,
    }


def _gateway_variables(around: Surroundings) -> dict[str, str]:
    return {
        "VENEER_GATEWAY_LISTEN": _address(around.ports.gateway),
        "VENEER_GATEWAY_CLIENT_LISTEN": _address(around.ports.gateway_client),
        "VENEER_GATEWAY_OPERATOR_LISTEN": _address(around.ports.gateway_operator),
        "VENEER_GATEWAY_AGENT_PAGE_URL": f"http://{_address(around.ports.dialer_api)}/agc/",
    }


def _shipper_variables(around: Surroundings) -> dict[str, str]:
    return {
        "VENEER_SHIPPER_JOURNALS": str(around.dialer.journals),
        "VENEER_SHIPPER_CLUSTER": around.dialer.cluster.name,
    }


_OWN: dict[str, Callable[[Surroundings], dict[str, str]]] = {
    "tenancy": _tenancy,
    "telephony": _telephony,
    "gateway": _gateway_variables,
    "shipper": _shipper_variables,
}


def _address(port: int) -> str:
    return f"{LOOPBACK}:{port}"
