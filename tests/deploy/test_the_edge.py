"""The edge: what it lets in, what it takes off, and that it tells nothing of what is behind it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from dev import envoy
from dev.ports import Ports
from tests.deploy.edge import CLIENT_HOST, OPERATOR_HOST, RunningEdge, running_edge

NAMES_OF_OURS = re.compile(r"envoy|veneer|vicidial|asterisk|uvicorn|starlette|echo/", re.IGNORECASE)


@pytest.fixture(scope="session")
async def edge(
    certificates: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RunningEdge]:
    """An edge before an application that tells what reached it."""
    async with running_edge(tmp_path_factory.mktemp("edge"), certificates) as running:
        yield running


def test_the_clusters_own_configuration_names_no_place_of_this_machine() -> None:
    """What is local is put in by dev/envoy.py, into a copy."""
    text = envoy.SOURCE.read_text()

    assert "localhost" not in text
    assert ".run" not in text


def test_a_configuration_with_a_fault_is_refused_with_the_reason(tmp_path: Path) -> None:
    """A typing mistake is found before anything is started."""
    path = tmp_path / "envoy.yaml"
    path.write_text("static_resources: { listenerz: [] }")

    with pytest.raises(envoy.EdgeNotValid, match="listenerz"):
        envoy.validate(path)


async def test_each_door_leads_to_its_application(edge: RunningEdge) -> None:
    """Clients and the operator meet in no process port."""
    client = await edge.ask("/v1/things")
    operator = await edge.ask("/v1/things", host=OPERATOR_HOST, private=True)

    assert client.status_code == 200
    assert operator.status_code == 200
    assert client.json()["path"] == "/v1/things"


@pytest.mark.parametrize("host", [CLIENT_HOST, "dialer.somebodys-own.example", OPERATOR_HOST])
async def test_a_door_leads_to_its_application_whatever_the_host_name(
    edge: RunningEdge, host: str
) -> None:
    """A new client's name needs no change here: the gateway's door knows whose each is."""
    public, private = await edge.ask(host=host), await edge.ask(host=host, private=True)

    assert [answer.json()["headers"]["host"] for answer in (public, private)] == [host, host]
    assert public.json()["port"] != private.json()["port"]


async def test_a_door_shows_the_names_of_its_own_side_alone(edge: RunningEdge) -> None:
    """Strangers do not read in a certificate what the operator's console is called."""
    public, private = edge.names_at(edge.ports.public), edge.names_at(edge.ports.private)

    assert OPERATOR_HOST not in public
    assert OPERATOR_HOST in private
    assert not any("dialer" in name for name in private)


async def test_what_only_our_own_programs_say_is_taken_off(edge: RunningEdge) -> None:
    """A stranger cannot bring a principal, nor speak for the edge."""
    forged = {
        "x-principal": "forged",
        "x-edge-client": "forged",
        "x-tenant": "forged",
        "x-envoy-original-path": "forged",
        "grpc-timeout": "forged",
        "x-forwarded-client-cert": "forged",
        "x-forwarded-for": "203.0.113.9",
        "x-request-id": "forged",
    }

    reached = (await edge.ask(headers=forged)).json()["headers"]

    assert "forged" not in reached.values()
    # What a stranger wrote there is not the last entry: that one is the connection's.
    assert reached["x-forwarded-for"].split(",")[-1].strip() != "203.0.113.9"
    assert reached["x-forwarded-proto"] == "https"


async def test_every_answer_bears_the_requests_id(edge: RunningEdge) -> None:
    """A client can name the request that it asks us about."""
    first, second = await edge.ask(), await edge.ask()

    assert first.headers["x-request-id"] == first.json()["headers"]["x-request-id"]
    assert first.headers["x-request-id"] != second.headers["x-request-id"]


async def test_a_header_with_an_underscore_is_refused(edge: RunningEdge) -> None:
    """Behind the edge it could pass for the header with a hyphen that was taken off."""
    answer = await edge.ask(headers={"x_principal": "forged"})

    assert answer.status_code == 400
    assert answer.json()["error"]["status"] == "INVALID_ARGUMENT"


async def test_a_path_arrives_in_its_plain_form(edge: RunningEdge) -> None:
    """Rules about paths behind the edge cannot be walked around."""
    assert (await edge.ask("/v1/a/%2e%2e/b//c")).json()["path"] == "/v1/b/c"
    assert (await edge.ask("/v1/a%2Fb")).status_code == 400


async def test_a_body_over_one_mebibyte_is_refused(edge: RunningEdge) -> None:
    """At the edge, before any of our programs holds it."""
    fits = await edge.ask(method="POST", content=b"x" * 1_000_000)
    too_large = await edge.ask(method="POST", content=b"x" * 1_100_000)

    assert fits.json()["bytes"] == 1_000_000
    assert too_large.status_code == 413
    assert too_large.json()["error"]["details"][0]["reason"] == "BODY_TOO_LARGE"


@pytest.mark.parametrize("private", [False, True])
async def test_a_file_of_a_clients_goes_through_piece_by_piece(
    edge: RunningEdge, private: bool
) -> None:
    """Whoever takes it says how much is too much."""
    path = "/v1/tenants/abc/leadLists/west/uploads/7:send"
    host = OPERATOR_HOST if private else CLIENT_HOST

    answer = await edge.ask(path, host, private, method="POST", content=b"x" * 5_000_000)

    assert answer.json()["bytes"] == 5_000_000


async def test_no_answer_names_what_runs_behind(edge: RunningEdge) -> None:
    """Neither a header of ours nor of a library, in good answers and in refusals."""
    answers = [
        await edge.ask(),
        await edge.ask(headers={"x": "y" * 40_000}),
        await edge.ask(headers={"a_b": "c"}),
        await edge.ask(method="POST", content=b"x" * 1_100_000),
    ]

    shown = "\n".join(f"{answer.headers}" for answer in answers)
    assert not NAMES_OF_OURS.search(shown), shown
    assert not NAMES_OF_OURS.search("".join(answer.text for answer in answers[1:]))
    assert not any("server" in answer.headers for answer in answers)


async def test_without_a_gateway_the_edge_says_when_to_come_back(
    certificates: Path, tmp_path: Path
) -> None:
    """A restart behind the edge is a 503 that a client may repeat."""
    async with running_edge(tmp_path, certificates, upstream=None) as lonely:
        answer = await lonely.ask()

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert answer.json()["error"]["status"] == "UNAVAILABLE"
    assert not NAMES_OF_OURS.search(f"{answer.headers}{answer.text}")


async def test_the_edge_talks_to_the_gateway_alone(certificates: Path, tmp_path: Path) -> None:
    """Another service of the mesh at the gateway's address is not believed."""
    async with running_edge(tmp_path, certificates, upstream="usage") as misled:
        answer = await misled.ask()

    assert answer.status_code == 503


def test_two_suites_share_no_port() -> None:
    """Tests run beside the demo."""
    ports = Ports.free()

    assert len(set(vars(ports).values())) == len(vars(ports))
