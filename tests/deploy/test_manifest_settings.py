"""Each program is told, by its manifest, exactly what it reads."""

from __future__ import annotations

import base64
import importlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.kit.settings import Settings, variable
from tests.deploy.manifests import OVERLAYS, Build, Container, overlay

_CONTENTS = {
    "url": "postgresql://somebody:secret@postgres-rw/store",
    "database-url": "mysql://reader:secret@dialer/asterisk",
    "admin-database-url": "mysql://writer:secret@dialer/asterisk",
    "views-database-url": "mysql://maker:secret@dialer/asterisk",
    "managers": "main/dialer-1=programs:secret@192.0.2.11:5038",
    "secrets-key": f"k1:{base64.b64encode(bytes(32)).decode()}",
}
# Not ours, but read by the libraries that we run on.
_FOREIGN = ("OTEL_",)


def _programs(build: Build) -> Iterator[tuple[Container, type[Settings]]]:
    for container in build.containers():
        if container.command[:2] != ["python", "-m"]:
            continue
        module, verb = container.command[2:4]
        if module == "services.kit.db.await_schema":
            continue
        name = module.removeprefix("services.")
        settings = importlib.import_module(f"{module}.settings")
        prefix = "Migrate" if verb == "migrate" else name.capitalize()
        yield container, getattr(settings, f"{prefix}Settings")


def _content(source: str) -> str:
    secret, _, key = source.rpartition("/")
    return "smtp://mail.example:587" if secret == "mail" else _CONTENTS.get(key, "secret")


def _unpack(files: dict[str, str], root: Path) -> None:
    """Lays the container's files out under `root`."""
    for path, source in files.items():
        place = root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(_content(source))


def _told(build: Build, container: Container, root: Path) -> dict[str, str]:
    """The container's environment, with its paths as they are below `root`."""
    environment = build.environment(container)
    return {
        name: f"{root}{value}" if value.startswith("/etc/") else value
        for name, value in environment.items()
    }


def _known(settings: type[Settings]) -> set[str]:
    names = {variable(settings, field) for field in settings.model_fields}
    return names | {f"{name}_FILE" for name in names}


@pytest.mark.parametrize("name", OVERLAYS)
def test_a_program_starts_with_what_its_manifest_tells_it(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its settings are built from that very environment and those very files, and no others."""
    build = overlay(name)
    started: dict[str, Any] = {}
    for number, (container, settings) in enumerate(_programs(build)):
        root = tmp_path / str(number)
        _unpack(build.files(container), root)
        with monkeypatch.context() as patch:
            for known in [each for each in os.environ if each.startswith("VENEER_")]:
                patch.delenv(known)
            for key, value in _told(build, container, root).items():
                patch.setenv(key, value)
            started[container.place] = settings()

    assert {"tenancy/tenancy", "gateway-operator/gateway", "migrate-usage/migrate"} <= set(started)
    assert started["gateway-client/gateway"].operator_listen == ""
    assert started["gateway-operator/gateway"].client_listen == ""


@pytest.mark.parametrize("name", OVERLAYS)
def test_nothing_is_told_that_nobody_reads(name: str) -> None:
    """A misspelt variable would leave its default in force without a word."""
    build = overlay(name)
    known: dict[str, set[str]] = {}
    told: dict[str, set[str]] = {}
    for container, settings in _programs(build):
        service = container.command[2]
        known.setdefault(service, set()).update(_known(settings))
        told.setdefault(service, set()).update(build.environment(container))

    for service, names in told.items():
        ours = {each for each in names if not each.startswith(_FOREIGN)}
        assert ours <= known[service], service


@pytest.mark.parametrize("name", OVERLAYS)
def test_files_that_are_named_are_mounted(name: str) -> None:
    """A path in the environment is one in the container."""
    build = overlay(name)
    for container, settings in _programs(build):
        files = build.files(container)
        # A migration reads, of what its service is told, what it needs.
        read = _known(settings) - {"VENEER_CERTIFICATES"}
        for key, value in build.environment(container).items():
            if key in read and value.startswith("/etc/"):
                assert value in files, f"{container.place} {key}"


@pytest.mark.parametrize("name", OVERLAYS)
def test_a_replica_waits_for_its_own_store(name: str) -> None:
    """And with the same settings as the program that follows."""
    build = overlay(name)
    waiting = 0
    for workload, pod in build.pods():
        for first in pod["spec"].get("initContainers", ()):
            if first["name"] == "await-schema":
                (then,) = pod["spec"]["containers"]
                assert first["command"][-1] == then["command"][2].removeprefix("services.")
                assert first["image"] == then["image"], workload["metadata"]["name"]
                assert first["envFrom"] == then["envFrom"]
                waiting += 1

    assert waiting == 6
