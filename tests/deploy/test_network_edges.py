"""Who can reach whom in the cluster is who calls whom, and nobody else."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import pytest

from services.kit.rpc.access import GATEWAY
from tests.deploy.manifests import Object, base_with, overlay
from tests.support.contracts import methods, rule_of

SERVICES = ("tenancy", "telephony", "usage", "billing", "gateway")
DOORS = ("gateway-client", "gateway-operator")
WORLD = "the world"
Edge = tuple[str, str, int]


def _workloads(service: str) -> tuple[str, ...]:
    return DOORS if service == GATEWAY else (service,)


def _callers(service: str) -> set[str]:
    """Whom the contracts of a service let in."""
    callers = {GATEWAY}
    for method in methods():
        if method.full_name.startswith(f"veneer.{service}."):
            callers |= set(rule_of(method).callers)
    return callers


def _calls() -> set[tuple[str, str]]:
    """Which service is told the address of which."""
    found = set()
    for service in SERVICES:
        module: Any = importlib.import_module(f"services.{service}.settings")
        fields = getattr(module, f"{service.capitalize()}Settings").model_fields
        found |= {(service, peer) for peer in SERVICES if f"{peer}_address" in fields}
    return found


def _selected(selector: Object, labels: list[Object]) -> set[str]:
    """The workloads whose pods a selector takes."""
    return {each["app.kubernetes.io/name"] for each in labels if _matches(selector, each)}


def _matches(selector: Object, labels: Object) -> bool:
    if not selector.get("matchLabels", {}).items() <= labels.items():
        return False
    for expression in selector.get("matchExpressions", ()):
        assert expression["operator"] == "In"
        if labels.get(expression["key"]) not in expression["values"]:
            return False
    return True


def _labels() -> list[Object]:
    """The labels of the pods of everything that there can be, of stores by their operator too."""
    build = overlay("production")
    found = [
        pod["metadata"]["labels"]
        for workload, pod in build.pods()
        if workload["metadata"]["namespace"] == "veneer"
    ]
    return [*found, {"app.kubernetes.io/name": "postgres", "veneer-part": "postgres"}]


def _ends(peers: list[Object], labels: list[Object]) -> set[str]:
    if not peers:
        return {WORLD}
    ends: set[str] = set()
    for peer in peers:
        if "ipBlock" in peer:
            ends.add(peer["ipBlock"]["cidr"])
        elif "namespaceSelector" in peer:
            ends.add(peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"])
        else:
            ends |= _selected(peer["podSelector"], labels)
    return ends


def _edges(direction: str) -> Iterator[Edge]:
    """(from, to, port) of what the policies allow, read from one side."""
    labels = _labels()
    for policy in base_with("network-policies").of("NetworkPolicy"):
        own = _selected(policy["spec"]["podSelector"], labels)
        for rule in policy["spec"].get(direction, ()):
            others = _ends(rule.get("from", rule.get("to", [])), labels)
            for one in own:
                for other in others:
                    ends = (other, one) if direction == "ingress" else (one, other)
                    yield from ((*ends, port["port"]) for port in rule["ports"])


def test_services_reach_whom_they_call_and_nobody_else() -> None:
    """As their settings have it, whom the contracts must let in."""
    calls = _calls()
    wanted = {(workload, peer, 50051) for caller, peer in calls for workload in _workloads(caller)}

    between = {edge for edge in _edges("egress") if edge[2] == 50051}

    assert {(caller, peer) for caller, peer in calls if caller not in _callers(peer)} == set()
    assert between == wanted


def test_both_sides_of_an_edge_agree() -> None:
    """An edge that one side alone allows does not exist."""
    names = {each["app.kubernetes.io/name"] for each in _labels()}

    def within(edges: Iterator[Edge]) -> set[Edge]:
        return {edge for edge in edges if {edge[0], edge[1]} <= names}

    assert within(_edges("ingress")) == within(_edges("egress"))


def test_nothing_is_possible_that_is_not_allowed() -> None:
    """For every pod, in both directions."""
    policy = base_with("network-policies").named("NetworkPolicy", "deny-all")

    assert policy["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_the_edge_reaches_the_gateway_alone_door_by_door() -> None:
    """And nobody but the edge reaches the gateway, which asks for what it lets in."""
    edges = {edge for edge in _edges("egress") if edge[0] == "edge"}
    into = {edge for edge in _edges("ingress") if edge[1] in DOORS and edge[2] != 9464}

    doors = {("edge", "gateway-client", 8443), ("edge", "gateway-operator", 8444)}
    assert {edge for edge in edges if edge[2] not in (53, 4317)} == doors
    assert into == doors


def test_the_world_reaches_the_public_door_alone() -> None:
    """Everything else has somebody named in front of it."""
    assert {edge for edge in _edges("ingress") if edge[0] == WORLD} == {(WORLD, "edge", 8443)}


@pytest.mark.parametrize("name", ["staging", "production"])
def test_telephony_and_agents_alone_reach_the_dialer(name: str) -> None:
    """Web API, database and hosts' manager interfaces; the clients' door has the agent page."""
    network = "192.0.2.0/24"
    asking = {edge for edge in _edges("egress") if edge[1] == network}
    told = {edge for edge in _edges("ingress") if edge[0] == network}

    assert asking == {
        *(("telephony", network, port) for port in (443, 3306, 5038)),
        ("gateway-client", network, 443),
    }
    assert told == {(network, "telephony", 50051)}
    for policy in ("telephony-to-the-dialer", "gateway-client-to-the-agent-page"):
        overlaid = overlay(name).named("NetworkPolicy", policy)
        assert len(overlaid["spec"]["egress"]) == 1


@pytest.mark.parametrize("component", ["postgres-single", "postgres-cnpg"])
def test_policies_know_postgresql_whoever_runs_it(component: str) -> None:
    """By a label that is ours."""
    build = base_with(component)
    labels = [
        *(pod["metadata"]["labels"] for _, pod in build.pods()),
        *(each["spec"]["inheritedMetadata"]["labels"] for each in build.of("Cluster")),
    ]

    assert sum(each.get("veneer-part") == "postgres" for each in labels) == 1


def test_stores_are_reached_by_those_who_have_one() -> None:
    """And by those who migrate them."""
    names = {edge[0] for edge in _edges("ingress") if edge[1] == "postgres" and edge[2] == 5432}
    stores = {workload for service in SERVICES for workload in _workloads(service)}

    migrating = {f"migrate-{service}" for service in SERVICES}
    assert names - {"postgres", "cnpg-system"} == stores | migrating
