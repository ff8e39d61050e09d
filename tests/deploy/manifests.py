"""What kustomize makes of deploy/k8s, and what is in it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dev import tools
from dev.paths import ROOT

K8S = ROOT / "deploy" / "k8s"
DEPLOYING = ROOT / "docs" / "deploying.md"
OVERLAYS = tuple(sorted(path.name for path in (K8S / "overlays").iterdir()))
COMPONENTS = tuple(sorted(path.name for path in (K8S / "components").iterdir()))
CHANGING_COMPONENTS = tuple(
    name
    for name in COMPONENTS
    if "patches:" in (K8S / "components" / name / "kustomization.yaml").read_text()
)
WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "Job")

Object = Mapping[str, Any]
# The one in C is ten times as fast, where it was compiled in.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Container:
    """A container, and the workload that it is part of."""

    workload: Object
    spec: Object

    @property
    def volumes(self) -> list[Object]:
        """The volumes of its pod."""
        return list(self.workload["spec"]["template"]["spec"].get("volumes", ()))

    @property
    def command(self) -> list[str]:
        """What it runs, where we say so."""
        return list(self.spec.get("command", ()))

    @property
    def place(self) -> str:
        """Where a reader finds it."""
        return f"{self.workload['metadata']['name']}/{self.spec['name']}"


class Build:
    """All objects of one build."""

    def __init__(self, objects: Sequence[Object]) -> None:
        self.objects = objects

    def of(self, *kinds: str) -> list[Object]:
        """The objects of some kinds."""
        return [each for each in self.objects if each["kind"] in kinds]

    def named(self, kind: str, name: str) -> Object:
        """One object."""
        (found,) = [each for each in self.of(kind) if each["metadata"]["name"] == name]
        return found

    def pods(self) -> Iterator[tuple[Object, Object]]:
        """Each workload with its pod."""
        for workload in self.of(*WORKLOADS):
            yield workload, workload["spec"]["template"]

    def containers(self) -> Iterator[Container]:
        """Every container, those that come first included."""
        for workload, pod in self.pods():
            spec = pod["spec"]
            for each in (*spec.get("initContainers", ()), *spec["containers"]):
                yield Container(workload, each)

    def environment(self, container: Container) -> dict[str, str]:
        """What the container is told, as the cluster puts it together."""
        told: dict[str, str] = {}
        for source in container.spec.get("envFrom", ()):
            told |= self.named("ConfigMap", source["configMapRef"]["name"])["data"]
        for each in container.spec.get("env", ()):
            told[each["name"]] = each.get("value", "told-by-the-cluster")
        return told

    def files(self, container: Container) -> dict[str, str]:
        """The files of secrets and ConfigMaps in the container, each with `<secret>/<key>`."""
        volumes = {each["name"]: each for each in container.volumes}
        found: dict[str, str] = {}
        for mount in container.spec.get("volumeMounts", ()):
            for path, source in self._contents(volumes.get(mount["name"], {})):
                found[f"{mount['mountPath']}/{path}"] = source
        return found

    def _contents(self, volume: Object) -> Iterator[tuple[str, str]]:
        if "configMap" in volume:
            name = volume["configMap"]["name"]
            for key in self.named("ConfigMap", name)["data"]:
                yield key, f"{name}/{key}"
        for source in _secrets_of(volume):
            keys = source.get("items") or [
                {"key": key, "path": key} for key in documented_secrets().get(source["name"], ())
            ]
            for item in keys:
                yield item["path"], f"{source['name']}/{item['key']}"

    def secrets(self) -> dict[str, set[str]]:
        """The secrets that pods mount, with the keys that they name."""
        found: dict[str, set[str]] = {}
        for _, pod in self.pods():
            for volume in pod["spec"].get("volumes", ()):
                for source in _secrets_of(volume):
                    keys = {item["key"] for item in source.get("items", ())}
                    found.setdefault(source["name"], set()).update(keys)
        return found


def documented_secrets() -> dict[str, set[str]]:
    """The secrets that docs/deploying.md says somebody makes, with their keys."""
    rows = re.findall(r"^\| `([a-z-]+)` \| (`[^|]+`) \|", DEPLOYING.read_text(), re.MULTILINE)
    return {name: set(re.findall(r"`([^`]+)`", keys)) for name, keys in rows}


@cache
def overlay(name: str) -> Build:
    """An overlay as it is applied."""
    return _build(K8S / "overlays" / name)


@cache
def base() -> Build:
    """What every overlay begins with."""
    return _build(K8S / "base")


@cache
def base_with(component: str) -> Build:
    """The base with one component and no other."""
    return base_with_folder(K8S / "components" / component)


def base_with_folder(component: Path) -> Build:
    """The base with the component that is in a folder."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve()
        described = {
            "apiVersion": "kustomize.config.k8s.io/v1beta1",
            "kind": "Kustomization",
            "resources": [os.path.relpath(K8S / "base", folder)],
            "components": [os.path.relpath(component.resolve(), folder)],
        }
        (folder / "kustomization.yaml").write_text(json.dumps(described))
        return _build(folder)


def _build(folder: Path) -> Build:
    command = [tools.kubectl(), "kustomize", str(folder)]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    assert not finished.stderr, finished.stderr
    return Build([each for each in yaml.load_all(finished.stdout, Loader=_LOADER) if each])


def _secrets_of(volume: Object) -> Iterator[Object]:
    if "secret" in volume:
        yield {**volume["secret"], "name": volume["secret"]["secretName"]}
    for source in volume.get("projected", {}).get("sources", ()):
        yield source["secret"]
