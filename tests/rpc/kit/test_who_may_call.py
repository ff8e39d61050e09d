"""Rules of the contract, the caller's certificate and the principal decide together."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import grpc
import pytest

from services.kit.clock import MovableClock
from services.kit.rpc.errors import from_rpc_error
from services.kit.rpc.principal import (
    METADATA_KEY,
    PrincipalSigner,
    PrincipalVerifier,
    new_key_pair,
    principal_metadata,
)
from services.kit.rpc.rules import RuleMissing
from services.kit.rpc.server import ServeOptions, Server
from tests.rpc.kit.probe_server import Prober, a_request, problem_of, requests
from tests.support.mesh import mesh
from tests.support.probe import pb, rpc


def _unheard(prober: Prober, metadata: Any) -> list[Any]:
    """Calls whose metadata decide: streams that have said nothing yet.

    One that is written to in the moment in which it ends tells of the failed write instead.
    """
    stub = prober.stub()
    return [
        stub.GetProbe(a_request(), metadata=metadata),
        stub.WatchProbes(a_request(), metadata=metadata),
        stub.CollectProbes(metadata=metadata),
        stub.ExchangeProbes(metadata=metadata),
    ]


def _shapes(prober: Prober, metadata: Any, request: Any) -> list[Any]:
    stub = prober.stub()
    return [
        stub.GetProbe(request, metadata=metadata),
        stub.WatchProbes(request, metadata=metadata),
        stub.CollectProbes(requests(request), metadata=metadata),
        stub.ExchangeProbes(requests(request), metadata=metadata),
    ]


async def test_a_client_with_the_permission_is_let_in(prober: Prober) -> None:
    """CLIENT is for the tenant's own principals."""
    answer = await prober.stub().GetProbe(a_request("tell who"), metadata=prober.as_client())

    assert list(answer.labels) == ["gateway", "tenants/abc/users/u1"]


async def test_the_operator_sees_every_client(prober: Prober) -> None:
    """CLIENT is for operator principals with the permission, too."""
    answer = await prober.stub().GetProbe(a_request(), metadata=prober.as_operator())

    assert answer.name == "tenants/abc/probes/p1"


@pytest.mark.parametrize("shape", range(4))
async def test_no_principal_no_answer(prober: Prober, shape: int) -> None:
    """Methods of every shape ask for a principal."""
    call = _unheard(prober, None)[shape]

    problem = from_rpc_error(await problem_of(call))

    assert (problem.code, problem.reason) == (
        grpc.StatusCode.UNAUTHENTICATED,
        "PRINCIPAL_INVALID",
    )


@pytest.mark.parametrize("shape", range(4))
async def test_a_missing_permission_is_named(prober: Prober, shape: int) -> None:
    """The caller learns which permission it lacks."""
    call = _unheard(prober, prober.as_client(permissions=["probes.write"]))[shape]

    problem = from_rpc_error(await problem_of(call))

    assert problem.code is grpc.StatusCode.PERMISSION_DENIED
    assert problem.reason == "PERMISSION_MISSING"
    assert problem.metadata == {"permission": "probes.read"}


@pytest.mark.parametrize("shape", range(4))
async def test_another_tenants_name_is_a_missing_resource(prober: Prober, shape: int) -> None:
    """The answer is word for word what a missing resource of one's own gets."""
    own = a_request("miss", name="tenants/abc/probes/p9")
    missing = await problem_of(prober.stub().GetProbe(own, metadata=prober.as_client()))
    call = _shapes(prober, prober.as_client("xyz"), own)[shape]

    foreign = await problem_of(call)

    assert foreign.code() is grpc.StatusCode.NOT_FOUND
    assert from_rpc_error(foreign) == from_rpc_error(missing)


@pytest.mark.parametrize(
    "fields",
    [
        {"others": ["tenants/abc/probes/p2", "tenants/xyz/probes/p1"]},
        {"depth": pb.Depth(measured_by="tenants/xyz/probes/p1")},
        {"depth": pb.Depth(below=pb.Depth(measured_by="tenants/xyz/probes/p1"))},
        {"depths": {"a": pb.Depth(measured_by="tenants/xyz/probes/p1")}},
        {"others": ["tenants/xyz"]},
        {"others": ["tenants/-/probes/p1"]},
        {"others": ["tenants/"]},
        {"others": ["tenants/ABC/probes/p1"]},
    ],
)
async def test_a_name_is_found_wherever_it_hides(prober: Prober, fields: dict[str, Any]) -> None:
    """Lists, nested messages and maps are looked into."""
    request = a_request(**fields)

    error = await problem_of(prober.stub().GetProbe(request, metadata=prober.as_client()))

    assert error.code() is grpc.StatusCode.NOT_FOUND


async def test_a_later_message_of_a_stream_is_looked_into(prober: Prober) -> None:
    """A stream that starts well must go on well."""
    stream = requests(a_request(), a_request(name="tenants/xyz/probes/p1"))

    error = await problem_of(prober.stub().CollectProbes(stream, metadata=prober.as_client()))

    assert error.code() is grpc.StatusCode.NOT_FOUND


async def test_an_operators_method_is_not_for_clients(prober: Prober) -> None:
    """Not even for one whose key carries the permission's name."""
    metadata = prober.as_client(permissions=["probes.audit"])

    error = await problem_of(prober.stub().AuditProbe(a_request(), metadata=metadata))

    assert from_rpc_error(error).reason == "PERMISSION_MISSING"


async def test_a_gateway_for_clients_speaks_for_no_operator(prober: Prober) -> None:
    """What strangers reach cannot ask for what is the operator's, even with his principal."""
    stub, metadata = prober.stub("gateway-client"), prober.as_operator()

    error = await problem_of(stub.AuditProbe(a_request(), metadata=metadata))
    answer = await stub.GetProbe(a_request("tell who"), metadata=prober.as_client())

    assert from_rpc_error(error).reason == "CALLER_NOT_ALLOWED"
    assert list(answer.labels) == ["gateway", "tenants/abc/users/u1"]


async def test_a_listed_caller_needs_no_principal(prober: Prober) -> None:
    """OPERATOR may name services that call with nothing but their identity."""
    answer = await prober.stub("billing").AuditProbe(a_request("tell who"))

    assert list(answer.labels) == ["billing", ""]


@pytest.mark.parametrize(
    ("method", "identity"),
    [
        ("PushProbe", "gateway"),
        ("PushProbe", "billing"),
        ("AuditProbe", "telephony"),
        ("GetProbe", "billing"),
        ("Greet", "shipper"),
    ],
)
async def test_other_services_are_turned_away(prober: Prober, method: str, identity: str) -> None:
    """A certificate of the mesh alone opens nothing, and a principal is believed from none."""
    request = pb.GreetRequest() if method == "Greet" else a_request()
    call = getattr(prober.stub(identity), method)

    error = await problem_of(call(request, metadata=prober.as_operator()))

    assert from_rpc_error(error).reason == "CALLER_NOT_ALLOWED"


async def test_a_public_method_asks_for_nothing(prober: Prober) -> None:
    """PUBLIC is for everybody who reaches the edge."""
    answer = await prober.stub().Greet(pb.GreetRequest())

    assert answer.name == "hello"


async def test_a_principal_ends_after_a_minute(prober: Prober, clock: MovableClock) -> None:
    """Even one that has been verified and remembered."""
    metadata = prober.as_client()
    await prober.stub().GetProbe(a_request(), metadata=metadata)
    clock.advance(seconds=60)

    error = await problem_of(prober.stub().GetProbe(a_request(), metadata=metadata))

    assert error.code() is grpc.StatusCode.UNAUTHENTICATED


async def test_a_principal_of_another_signer_is_refused(
    prober: Prober, clock: MovableClock
) -> None:
    """Only tenancy's key makes principals."""
    stranger = PrincipalSigner(new_key_pair()[0], clock)
    token, _ = stranger.sign("tenants/abc/users/u1", "abc", "client", ["probes.read"])

    error = await problem_of(
        prober.stub().GetProbe(a_request(), metadata=principal_metadata(token))
    )

    assert error.code() is grpc.StatusCode.UNAUTHENTICATED


async def test_two_principals_are_none(prober: Prober) -> None:
    """Which of them would it be?"""
    token = prober.as_client()[0][1]
    metadata = ((METADATA_KEY, token), (METADATA_KEY, token))

    error = await problem_of(prober.stub().GetProbe(a_request(), metadata=metadata))

    assert error.code() is grpc.StatusCode.UNAUTHENTICATED


async def test_a_caller_without_a_certificate_gets_no_connection(prober: Prober) -> None:
    """mTLS is never off."""
    authority = (mesh().certificates / "ca.pem").read_bytes()
    channel = grpc.aio.secure_channel(
        f"127.0.0.1:{prober.server.port}",
        grpc.ssl_channel_credentials(authority),
        options=[("grpc.ssl_target_name_override", "usage")],
    )

    error = await problem_of(rpc.ProbeServiceStub(channel).Greet(pb.GreetRequest()))
    await channel.close()

    assert error.code() is grpc.StatusCode.UNAVAILABLE


async def test_a_server_of_another_name_is_not_believed(prober: Prober) -> None:
    """A channel to billing does not talk to usage."""
    channel = mesh().channel(prober.server.port, "billing")

    error = await problem_of(rpc.ProbeServiceStub(channel).Greet(pb.GreetRequest()))
    await channel.close()

    assert error.code() is grpc.StatusCode.UNAVAILABLE


def _a_server(add: Any) -> Server:
    clock = MovableClock(datetime(2025, 10, 15, tzinfo=UTC))
    verifier = PrincipalVerifier(new_key_pair()[1], clock)
    services = [(add, object())]
    return Server(ServeOptions("usage", "127.0.0.1:0", mesh().certificates, services, verifier))


def test_a_method_that_does_not_say_who_may_call_stops_the_start() -> None:
    """Forgetting the rule must not open the method."""

    class Silent(rpc.UndeclaredServiceServicer):  # type: ignore[misc]
        """Says nothing."""

    def add(_: object, server: Any) -> None:
        rpc.add_UndeclaredServiceServicer_to_server(Silent(), server)

    with pytest.raises(RuleMissing, match="Forget declares no audience"):
        _a_server(add)


def test_every_rule_without_sense_is_told_at_once() -> None:
    """Audiences come with what they need, and with nothing else."""

    class Confused(rpc.MisdeclaredServiceServicer):  # type: ignore[misc]
        """Says the wrong things."""

    def add(_: object, server: Any) -> None:
        rpc.add_MisdeclaredServiceServicer_to_server(Confused(), server)

    with pytest.raises(RuleMissing) as raised:
        _a_server(add)

    assert str(raised.value) == (
        "probe.v1.MisdeclaredService.AskAnybody declares no permission; "
        "probe.v1.MisdeclaredService.AskNobody declares no callers; "
        "probe.v1.MisdeclaredService.AskWhoever declares a permission that nobody could have"
    )
