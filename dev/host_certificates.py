"""What a cluster needs to serve clients' own host names, as a component of an overlay.

    python -m dev.host_certificates wanted.json made.json deploy/k8s/overlays/production/host-names

`wanted.json` is the answer of `GET /v1/hostCertificates`; `made.json` what `kubectl -n veneer get
certificates -o json` says. Each host name that is wanted gets a Certificate of cert-manager's; the
edge gets those that are made, since it would start with none that is missing. Told on standard
output: what can be reported as ISSUED once the edge has been rolled.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from dev import envoy
from dev.paths import ROOT

_NAMESPACE: Final = "veneer"
_ISSUER: Final = {"kind": "ClusterIssuer", "name": "public"}
_DEPLOYMENT = ROOT / "deploy" / "k8s" / "base" / "edge" / "deployment.yaml"


@dataclass(frozen=True)
class Wanted:
    """A host name, and its certificate as tenancy sees it."""

    name: str
    host: str
    is_reported: bool

    @property
    def file_name(self) -> str:
        """The file that says where the edge finds its certificate."""
        return f"certificate-{self.secret}.yaml"

    @property
    def secret(self) -> str:
        """What its certificate and the secret of that are called in the cluster."""
        return f"host-{self.name.rpartition('/')[2]}"


def read_wanted(answer: Mapping[str, Any]) -> list[Wanted]:
    """Reads what tenancy answers."""
    return [
        Wanted(each["name"], each["domainName"], each["state"] == "ISSUED")
        for each in answer.get("hostCertificates", ())
    ]


def read_made(answer: Mapping[str, Any]) -> set[str]:
    """Gives the names of the Certificates that are ready."""
    return {
        each["metadata"]["name"]
        for each in answer.get("items", ())
        for condition in each.get("status", {}).get("conditions", ())
        if condition["type"] == "Ready" and condition["status"] == "True"
    }


def component(wanted: Sequence[Wanted], served: Sequence[Wanted]) -> dict[str, Any]:
    """Gives the component's files by their names; `served` is what the edge is to show."""
    files: dict[str, Any] = {"certificates.yaml": _list(map(_certificate, wanted))}
    kustomization: dict[str, Any] = {
        "apiVersion": "kustomize.config.k8s.io/v1alpha1",
        "kind": "Component",
        "resources": ["certificates.yaml"] if wanted else [],
    }
    if served:
        config = yaml.safe_load(envoy.SOURCE.read_text())
        add_to_edge(config, served)
        found = {each.file_name: place_of(each) for each in served}
        files |= {envoy.SOURCE.name: config, **found}
        generated = {
            "name": "edge-configuration",
            "namespace": _NAMESPACE,
            "behavior": "merge",
            "files": [envoy.SOURCE.name, *found],
        }
        patch = {"target": {"kind": "Deployment", "name": "edge"}, "patch": _mounts(served)}
        kustomization |= {"configMapGenerator": [generated], "patches": [patch]}
    return {**files, "kustomization.yaml": kustomization}


def add_to_edge(config: dict[str, Any], served: Sequence[Wanted]) -> None:
    """Lets the clients' door show these too; Envoy chooses by the name that it is asked for."""
    (public,) = [
        each for each in config["static_resources"]["listeners"] if each["name"] == "public"
    ]
    tls = public["filter_chains"][0]["transport_socket"]["typed_config"]["common_tls_context"]
    own = tls["tls_certificate_sds_secret_configs"]
    folder = Path(own[0]["sds_config"]["path_config_source"]["path"]).parent
    for each in served:
        # A file for each: Envoy takes one that names several for none.
        source = {"path_config_source": {"path": str(folder / each.file_name)}}
        own.append({"name": each.secret, "sds_config": source})


def place_of(served: Wanted, folder: str = "/etc/edge/certificates") -> dict[str, Any]:
    """Says where the edge finds a certificate; it reads it again when the folder changes."""
    kind = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret"
    certificate = {
        "certificate_chain": {"filename": f"{folder}/{served.secret}.pem"},
        "private_key": {"filename": f"{folder}/{served.secret}.key"},
        "watched_directory": {"path": folder},
    }
    secret = {"@type": kind, "name": served.secret, "tls_certificate": certificate}
    return {"resources": [secret]}


def _certificate(wanted: Wanted) -> dict[str, Any]:
    """One host name alone: who looks at a certificate must not learn of another client."""
    return {
        "apiVersion": "cert-manager.io/v1",
        "kind": "Certificate",
        "metadata": {"name": wanted.secret, "namespace": _NAMESPACE},
        "spec": {
            "secretName": wanted.secret,
            "dnsNames": [wanted.host],
            "privateKey": {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Always"},
            "issuerRef": _ISSUER,
        },
    }


def _mounts(served: Sequence[Wanted]) -> str:
    volumes = yaml.safe_load(_DEPLOYMENT.read_text())["spec"]["template"]["spec"]["volumes"]
    place = [each["name"] for each in volumes].index("certificates")
    path = f"/spec/template/spec/volumes/{place}/projected/sources/-"
    items = [("tls.crt", "pem"), ("tls.key", "key")]
    return json.dumps(
        [
            {
                "op": "add",
                "path": path,
                "value": {
                    "secret": {
                        "name": each.secret,
                        "items": [
                            {"key": key, "path": f"{each.secret}.{end}"} for key, end in items
                        ],
                    }
                },
            }
            for each in served
        ]
    )


def _list(objects: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "List", "items": list(objects)}


def write(folder: Path, wanted: Sequence[Wanted], made: set[str]) -> list[Wanted]:
    """Writes the component; gives what is to be reported once it has been applied."""
    served = [each for each in wanted if each.secret in made]
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in component(wanted, served).items():
        (folder / name).write_text(yaml.safe_dump(content, sort_keys=False, width=120))
    return [each for each in served if not each.is_reported]


def main(arguments: Sequence[str]) -> None:
    """Does what the command line says."""
    try:
        wanted, made, folder = map(Path, arguments)
    except ValueError:
        raise SystemExit(
            "usage: python -m dev.host_certificates <wanted.json> <made.json> <folder>"
        ) from None
    known = read_wanted(json.loads(wanted.read_text()))
    for each in write(folder, known, read_made(json.loads(made.read_text()))):
        print(each.name)


if __name__ == "__main__":
    main(sys.argv[1:])
