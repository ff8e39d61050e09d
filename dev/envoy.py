"""The edge on one machine: the cluster's configuration with local addresses and paths."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from dev import tools
from dev.paths import ROOT
from dev.ports import LOOPBACK, Ports

_FOLDER = ROOT / "deploy" / "k8s" / "base" / "edge"
SOURCE = _FOLDER / "envoy.yaml"


class EdgeNotValid(Exception):
    """Envoy refuses the configuration; the text is its reason."""


@dataclass(frozen=True)
class Edge:
    """What is local about an edge. `folder` holds its configuration, `certificates` mesh/ and
    edge/. All traces go to `collector`, a port of this machine; none are made if it is 0."""

    ports: Ports
    certificates: Path
    folder: Path
    collector: int = 0

    @property
    def config(self) -> Path:
        """What Envoy starts with."""
        return self.folder / SOURCE.name


def render(edge: Edge) -> dict[str, Any]:
    """Returns the edge's configuration for this machine."""
    config: dict[str, Any] = yaml.safe_load(SOURCE.read_text())
    _bind(config["admin"]["address"], edge.ports.envoy_admin)
    doors = {
        "public": edge.ports.public,
        "private": edge.ports.private,
        "health": edge.ports.envoy_health,
    }
    for listener in config["static_resources"]["listeners"]:
        _bind(listener["address"], doors[listener["name"]])
        # A browser that has once seen it refuses a certificate of our own authority for good.
        manager = _connection_manager(listener)
        manager["route_config"].pop("response_headers_to_add", None)
        if "tracing" in manager and not edge.collector:
            del manager["tracing"]
        elif "tracing" in manager:
            manager["tracing"]["random_sampling"]["value"] = 100
    upstream = {
        "gateway_client": edge.ports.gateway_client,
        "gateway_operator": edge.ports.gateway_operator,
        "collector": edge.collector or edge.ports.gateway_operator,
    }
    for cluster in config["static_resources"]["clusters"]:
        endpoint = cluster["load_assignment"]["endpoints"][0]["lb_endpoints"][0]["endpoint"]
        _bind(endpoint["address"], upstream[cluster["name"]])
    local: dict[str, Any] = _with_paths(config, edge)
    return local


def write(edge: Edge, config: dict[str, Any] | None = None) -> None:
    """Writes the configuration, which is that of `render` if none is given, with what names its
    certificates beside it, and lets Envoy itself judge it; raises EdgeNotValid."""
    edge.folder.mkdir(parents=True, exist_ok=True)
    for source in (*_FOLDER.glob("certificate-*.yaml"), *_FOLDER.glob("authority-*.yaml")):
        secret = _with_paths(yaml.safe_load(source.read_text()), edge)
        (edge.folder / source.name).write_text(yaml.safe_dump(secret))
    edge.config.write_text(yaml.safe_dump(config or render(edge), sort_keys=False, width=120))
    validate(edge.config)


def validate(path: Path) -> None:
    """Raises EdgeNotValid with Envoy's reason when it would not start with this file."""
    command = [tools.envoy(), "--mode", "validate", "--config-path", str(path)]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    if finished.returncode:
        reasons = [line for line in finished.stderr.splitlines() if "critical" in line]
        raise EdgeNotValid("\n".join(line[:2000] for line in reasons) or finished.stderr[-2000:])


def command(path: Path) -> list[str]:
    """The command line that runs the edge. Without hot restart it shares no memory with another
    edge of this machine, so several run side by side."""
    options = ["--config-path", str(path), "--disable-hot-restart", "--log-level", "warning"]
    return [tools.envoy(), *options, "--concurrency", "2"]


def _bind(address: dict[str, Any], port: int) -> None:
    address["socket_address"] = {"address": LOOPBACK, "port_value": port}


def _connection_manager(listener: dict[str, Any]) -> dict[str, Any]:
    config: dict[str, Any] = listener["filter_chains"][0]["filters"][0]["typed_config"]
    return config


def _with_paths(value: Any, edge: Edge) -> Any:
    """/etc/<group>/certificates/<file> becomes <certificates>/<group>/<file>, and /etc/envoy the
    folder of the configuration."""
    if isinstance(value, dict):
        return {key: _with_paths(item, edge) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_paths(item, edge) for item in value]
    if isinstance(value, str):
        for group in ("edge", "mesh"):
            value = value.replace(f"/etc/{group}/certificates", str(edge.certificates / group))
        value = value.replace("/etc/envoy", str(edge.folder))
    return value
