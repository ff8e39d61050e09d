"""Clients' own host names in a cluster: a certificate each, shown by the edge once it is made."""

from __future__ import annotations

import json
import socket
import ssl
from pathlib import Path
from typing import Any

import pytest
import yaml

from dev import host_certificates
from dev.certificates import Leaf, ensure_group
from dev.ports import LOOPBACK
from tests.deploy.edge import CLIENT_HOST, running_edge
from tests.deploy.manifests import base_with_folder

WANTED = {
    "hostCertificates": [
        {"name": "hostCertificates/a1", "domainName": "dialer.sunny.test", "state": "NEEDED"},
        {"name": "hostCertificates/b2", "domainName": "calls.rainy.test", "state": "NEEDED"},
        {"name": "hostCertificates/c3", "domainName": "old.sunny.test", "state": "ISSUED"},
    ]
}


def _made(name: str, status: str) -> dict[str, Any]:
    return {
        "metadata": {"name": name},
        "status": {"conditions": [{"type": "Ready", "status": status}]},
    }


MADE = {"items": [_made("host-a1", "True"), _made("host-b2", "False"), _made("host-c3", "True")]}


@pytest.fixture
def component(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[Path, str]:
    """What the command writes, and what it says."""
    places = [tmp_path / "wanted.json", tmp_path / "made.json"]
    for place, content in zip(places, (WANTED, MADE), strict=True):
        place.write_text(json.dumps(content))
    folder = tmp_path / "host-names"
    host_certificates.main([*map(str, places), str(folder)])
    return folder, capsys.readouterr().out


def test_every_host_name_has_a_certificate_that_names_no_other(
    component: tuple[Path, str],
) -> None:
    """And the edge is given those alone that are made."""
    folder, said = component
    build = base_with_folder(folder)

    named = {each["metadata"]["name"]: each["spec"]["dnsNames"] for each in build.of("Certificate")}
    assert named == {
        "host-a1": ["dialer.sunny.test"],
        "host-b2": ["calls.rainy.test"],
        "host-c3": ["old.sunny.test"],
    }
    volumes = build.named("Deployment", "edge")["spec"]["template"]["spec"]["volumes"]
    (certificates,) = [each for each in volumes if each["name"] == "certificates"]
    mounted = [each["secret"]["name"] for each in certificates["projected"]["sources"]]
    assert mounted == ["edge-public", "edge-private", "host-a1", "host-c3"]
    told = next(
        each["data"]
        for each in build.of("ConfigMap")
        if each["metadata"]["name"].startswith("edge-configuration")
    )
    assert {"certificate-host-a1.yaml", "certificate-host-c3.yaml"} <= set(told)
    assert "certificate-host-b2.yaml" not in told
    assert "drain.sh" in told
    # What was reported before need not be told again.
    assert said == "hostCertificates/a1\n"


def test_without_a_host_name_there_is_nothing_to_add(tmp_path: Path) -> None:
    """The component is there from the first day on."""
    host_certificates.write(tmp_path / "none", [], set())

    assert base_with_folder(tmp_path / "none").of("Certificate") == []


async def test_the_edge_shows_each_host_name_its_own_certificate(
    certificates: Path, tmp_path: Path
) -> None:
    """Whoever asks for another name sees nothing of it."""
    wanted = host_certificates.read_wanted(WANTED)
    made = tmp_path / "made"
    leaves = {each.secret: Leaf(each.host, (each.host,)) for each in wanted}
    ensure_group(made, "Another authority", leaves)

    def with_hosts(config: dict[str, Any]) -> None:
        host_certificates.add_to_edge(config, wanted)
        for each in wanted:
            place = host_certificates.place_of(each, str(made))
            (tmp_path / each.file_name).write_text(yaml.safe_dump(place))

    async with running_edge(tmp_path, certificates, change=with_hosts) as edge:
        shown = {
            name: _names_shown(edge.ports.public, name, made / "ca.pem", certificates)
            for name in ("dialer.sunny.test", "calls.rainy.test", CLIENT_HOST)
        }
        unknown = await edge.ask(host="dialer.nobody.test")

    assert shown["dialer.sunny.test"] == ["dialer.sunny.test"]
    assert shown["calls.rainy.test"] == ["calls.rainy.test"]
    assert CLIENT_HOST in shown[CLIENT_HOST]
    assert "sunny" not in str(shown[CLIENT_HOST])
    # The gateway behind it tells that it is nobody's.
    assert unknown.json()["headers"]["host"] == "dialer.nobody.test"


def _names_shown(port: int, name: str, authority: Path, certificates: Path) -> list[str]:
    trust = ssl.create_default_context(cafile=str(authority))
    trust.load_verify_locations(cafile=str(certificates / "edge" / "ca.pem"))
    with (
        socket.create_connection((LOOPBACK, port)) as plain,
        trust.wrap_socket(plain, server_hostname=name) as secured,
    ):
        certificate: Any = secured.getpeercert()
    return [shown for _, shown in certificate["subjectAltName"]]
