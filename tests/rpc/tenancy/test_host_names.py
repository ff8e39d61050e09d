"""Clients' own host names: asked for, proved by the DNS, certified, served, and taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import dns.rcode
import grpc
import pytest
import pytest_asyncio

from services.tenancy.assembly import host_names
from services.tenancy.domain.durable_run import LEASE
from services.tenancy.domain.own_host_name import Finding
from services.tenancy.partners.name_server import NameServers
from services.tenancy.rpc.host_names import HostTerms
from services.tenancy.worker.run_taker import RunTaker
from tests.rpc.tenancy.conftest import Tenancy, refusal
from tests.support.mesh import mesh, serving
from tests.support.name_server import Zone, serving_zone
from veneer.tenancy.v1 import audit_service_pb2 as audit_pb
from veneer.tenancy.v1 import authentication_service_pb2 as auth_pb
from veneer.tenancy.v1 import host_certificate_service_pb2 as certificates_pb
from veneer.tenancy.v1 import host_certificate_service_pb2_grpc as certificates_rpc
from veneer.tenancy.v1 import host_name_service_pb2 as pb
from veneer.tenancy.v1 import host_name_service_pb2_grpc as rpc

ISSUED = certificates_pb.HostCertificate.ISSUED


@dataclass
class Desk:
    """Where clients ask for host names, beside a DNS of the test's."""

    tenancy: Tenancy
    zone: Zone
    names: Any
    certificates: Any
    looker: RunTaker

    async def ask(self, client: str, host: str, request_id: str = "") -> pb.HostName:
        request = pb.CreateHostNameRequest(
            parent=f"tenants/{client}",
            host_name=pb.HostName(domain_name=host),
            request_id=request_id,
        )
        made: pb.HostName = await self.names.CreateHostName(
            request, metadata=self.tenancy.client(client)
        )
        return made

    async def look(self, host_name: pb.HostName, seconds: int = 31) -> pb.HostName:
        """Lets the worker look at what is due, and gives how the host name stands then."""
        asked = -1
        while asked != len(self.zone.asked):
            asked = len(self.zone.asked)
            await self.looker.work()
        self.tenancy.clock.advance(seconds=seconds)
        return await self.get(host_name)

    async def get(self, host_name: pb.HostName) -> pb.HostName:
        request = pb.GetHostNameRequest(name=host_name.name)
        client = host_name.name.split("/")[1]
        found: pb.HostName = await self.names.GetHostName(
            request, metadata=self.tenancy.client(client)
        )
        return found

    async def report(self, host_name: pb.HostName, state: Any = ISSUED, note: str = "") -> Any:
        name = f"hostCertificates/{host_name.name.rpartition('/')[2]}"
        request = certificates_pb.ReportHostCertificateRequest(name=name, state=state, note=note)
        return await self.certificates.ReportHostCertificate(
            request, metadata=self.tenancy.operator
        )

    async def wanted(self) -> dict[str, int]:
        request = certificates_pb.ListHostCertificatesRequest()
        answer = await self.certificates.ListHostCertificates(
            request, metadata=self.tenancy.operator
        )
        return {each.domain_name: each.state for each in answer.host_certificates}

    async def prove(self, host_name: pb.HostName) -> pb.HostName:
        """Sets the record and lets it be seen twice."""
        self.zone.set(host_name.proof_record, host_name.proof_value)
        await self.names.CheckHostName(
            pb.CheckHostNameRequest(name=host_name.name),
            metadata=self.tenancy.client(host_name.name.split("/")[1]),
        )
        self.tenancy.clock.advance(seconds=6)
        await self.look(host_name)
        return await self.look(host_name)

    async def serve(self, host_name: pb.HostName) -> pb.HostName:
        """Brings a host name into service."""
        await self.prove(host_name)
        await self.report(host_name)
        return await self.look(host_name)

    async def remove(self, host_name: pb.HostName) -> pb.HostName:
        client = host_name.name.split("/")[1]
        request = pb.RemoveHostNameRequest(name=host_name.name)
        gone: pb.HostName = await self.names.RemoveHostName(
            request, metadata=self.tenancy.client(client)
        )
        return gone

    async def tenant_at(self, host: str) -> str:
        """Gives whose portal is at a host name; empty for nobody's."""
        try:
            found = await self.tenancy.doors.ResolveHost(auth_pb.ResolveHostRequest(host_name=host))
        except grpc.aio.AioRpcError as error:
            if error.code() is grpc.StatusCode.NOT_FOUND:
                return ""
            raise
        return str(found.tenant.removeprefix("tenants/"))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def running_desk(tenancy: Tenancy) -> AsyncIterator[Desk]:
    """Serves host names from the store of the session's tenancy."""
    zone = Zone()
    async with serving_zone(zone) as address:
        terms = HostTerms(("northgate.example",), "edge.northgate.example")
        served, looker = host_names(tenancy.db, NameServers([address]), terms)
        async with (
            serving("tenancy", served, tenancy.clock) as server,
            mesh().channel(server.port, "tenancy", identity="gateway") as channel,
        ):
            names = rpc.HostNameServiceStub(channel)
            certificates = certificates_rpc.HostCertificateServiceStub(channel)
            yield Desk(tenancy, zone, names, certificates, looker)


@pytest.fixture
def desk(running_desk: Desk) -> Desk:
    """The same for each test, with an empty DNS."""
    running_desk.zone.records.clear()
    running_desk.zone.failing.clear()
    running_desk.zone.silent.clear()
    return running_desk


async def test_a_proved_and_certified_host_name_leads_to_its_clients_portal(desk: Desk) -> None:
    """Not a moment earlier, and not any more once it is taken back; all of it is in the log."""
    client = await desk.tenancy.a_client()
    host = f"dialer.{client}.test"

    asked = await desk.ask(client, host)
    missing = await desk.look(asked)
    waits = await desk.prove(asked)
    before = await desk.tenant_at(host), (await desk.wanted())[host]
    await desk.report(asked)
    active = await desk.look(asked)
    during = await desk.tenant_at(host), (await desk.wanted())[host]
    gone = await desk.remove(asked)

    assert (asked.proof_record, asked.target_name) == (
        f"_host-proof.{host}",
        "edge.northgate.example",
    )
    assert (missing.state, missing.finding) == (pb.HostName.PENDING, pb.HostName.MISSING)
    assert waits.state == pb.HostName.CERTIFICATE_PENDING
    assert active.state == pb.HostName.ACTIVE
    assert gone.state == pb.HostName.REMOVED
    kind = certificates_pb.HostCertificate
    assert before == ("", kind.NEEDED)
    assert during == (client, kind.ISSUED)
    assert await desk.tenant_at(host) == ""
    assert host not in await desk.wanted()
    log = await desk.tenancy.audit.ListAuditEntries(
        audit_pb.ListAuditEntriesRequest(parent=f"tenants/{client}", action="hostNames"),
        metadata=desk.tenancy.client(client),
    )
    verbs = [each.action.partition(".")[2] for each in reversed(log.audit_entries)]
    assert verbs == ["create", "prove", "accept", "certify", "activate", "remove"]


async def test_of_two_who_ask_the_one_who_proves_has_it(desk: Desk) -> None:
    """The other learns that it is in use when it proves too, and can have it afterwards."""
    first, second = await desk.tenancy.a_client(), await desk.tenancy.a_client()
    host = f"dialer.{first}.test"
    of_first, of_second = await desk.ask(first, host), await desk.ask(second, host)

    await desk.serve(of_second)
    # Both are looked for by the same name of a record.
    desk.zone.set(of_first.proof_record, of_first.proof_value, of_second.proof_value)
    await desk.names.CheckHostName(
        pb.CheckHostNameRequest(name=of_first.name), metadata=desk.tenancy.client(first)
    )
    late = await desk.look(of_first)

    assert await desk.tenant_at(host) == second
    assert (late.state, late.failure) == (pb.HostName.FAILED, pb.HostName.IN_USE)
    await desk.remove(of_second)
    await desk.serve(await desk.ask(first, host))
    assert await desk.tenant_at(host) == first


async def test_a_host_name_that_was_given_by_the_operator_is_nobody_elses(desk: Desk) -> None:
    """Who proves it is told so, and nobody before."""
    owner, other = await desk.tenancy.a_client(), await desk.tenancy.a_client()

    taken = await desk.prove(await desk.ask(other, f"{owner}.dialer.example"))

    assert (taken.state, taken.failure) == (pb.HostName.FAILED, pb.HostName.IN_USE)
    assert await desk.tenant_at(f"{owner}.dialer.example") == owner


async def test_what_rude_name_servers_say_is_no_proof(desk: Desk) -> None:
    """Nor is it the end: the record is looked for again."""
    client = await desk.tenancy.a_client()
    asked = await desk.ask(client, f"dialer.{client}.test")
    record, found = asked.proof_record, []

    for rudeness in ("nothing", "wrong", "empty", "SERVFAIL"):
        match rudeness:
            case "wrong":
                desk.zone.set(record, "v=spf1 -all", asked.proof_value.upper())
            case "empty":
                desk.zone.set(record)
            case "SERVFAIL":
                desk.zone.failing[record] = dns.rcode.SERVFAIL
        seen = await desk.look(asked, seconds=600)
        found.append(pb.HostName.Finding.Name(seen.finding))
        assert seen.state == pb.HostName.PENDING

    assert found == ["MISSING", "DIFFERENT", "MISSING", "NO_ANSWER"]


async def test_name_servers_that_say_nothing_are_waited_for_briefly(desk: Desk) -> None:
    """And tell nothing."""
    desk.zone.silent.add("_host-proof.dialer.sunny.test")
    async with serving_zone(desk.zone) as address:
        impatient = NameServers([address], seconds=0.2)

        finding = await impatient.look("_host-proof.dialer.sunny.test", "host-proof=1")

    assert finding is Finding.NO_ANSWER
    assert desk.zone.asked.count("_host-proof.dialer.sunny.test") >= 1


async def test_a_value_in_pieces_beside_other_texts_is_a_proof(desk: Desk) -> None:
    """As some servers store it."""
    client = await desk.tenancy.a_client()
    asked = await desk.ask(client, f"dialer.{client}.test")
    value = asked.proof_value
    desk.zone.records[asked.proof_record] = [["v=spf1 -all"], [value[:7], value[7:]]]

    assert (await desk.look(asked)).state == pb.HostName.PROVED


async def test_a_proof_that_went_while_the_certificate_was_made_leads_nowhere(desk: Desk) -> None:
    """It is looked at again at the last moment."""
    client = await desk.tenancy.a_client()
    asked = await desk.ask(client, f"dialer.{client}.test")
    await desk.prove(asked)
    desk.zone.records.clear()

    await desk.report(asked)
    failed = await desk.look(asked)

    assert (failed.state, failed.failure) == (pb.HostName.FAILED, pb.HostName.PROOF_GONE)
    assert await desk.tenant_at(asked.domain_name) == ""


async def test_a_certificate_that_cannot_be_had_ends_it(desk: Desk) -> None:
    """What the operator was told of it is not the client's to read."""
    client = await desk.tenancy.a_client()
    asked = await desk.ask(client, f"dialer.{client}.test")
    await desk.prove(asked)

    told = await desk.report(asked, certificates_pb.HostCertificate.REFUSED, "CAA forbids it.")
    failed = await desk.get(asked)

    assert told.note == "CAA forbids it."
    assert failed.failure == pb.HostName.CERTIFICATE_REFUSED
    assert "CAA" not in str(failed)
    assert await refusal(desk.report(asked)) == "HOST_NAME_STATE_FORBIDS"


async def test_what_cannot_be_asked_for_is_refused(desk: Desk) -> None:
    """Twice the same, the operator's own, an eleventh, and whatever is somebody else's."""
    client, other = await desk.tenancy.a_client(), await desk.tenancy.a_client()
    asked = await desk.ask(client, "one.sunny.test")

    assert await refusal(desk.ask(client, "ONE.sunny.test")) == "RESOURCE_ALREADY_EXISTS"
    assert await refusal(desk.ask(client, "x.northgate.example")) == "INVALID_REQUEST"
    assert await refusal(desk.ask(client, "console.example")) == "INVALID_REQUEST"
    # One it was given when it came in, and one it asked for.
    for number in range(9):
        await desk.ask(client, f"n{number}.sunny.test")
    assert await refusal(desk.ask(client, "more.sunny.test")) == "QUOTA_EXCEEDED"
    foreign = pb.GetHostNameRequest(name=asked.name)
    stranger = desk.tenancy.client(other)
    assert await refusal(desk.names.GetHostName(foreign, metadata=stranger)) == (
        "RESOURCE_NOT_FOUND"
    )


async def test_of_two_replicas_one_looks_and_another_follows_a_killed_one(desk: Desk) -> None:
    """What is taken up is left alone for as long as its lease lasts."""
    client = await desk.tenancy.a_client()
    asked = await desk.ask(client, f"dialer.{client}.test")
    desk.zone.set(asked.proof_record, asked.proof_value)
    now = desk.tenancy.clock.now()
    async with desk.tenancy.db.operator_transaction() as store:
        taken = await store.own_host_names.lease(now, now + LEASE, 100)
    desk.zone.asked.clear()

    held = await desk.look(asked, seconds=61)
    looks = desk.zone.asked.count(asked.proof_record)
    followed = await desk.look(asked)

    assert (client, asked.name.rpartition("/")[2]) in taken
    assert (looks, held.state) == (0, pb.HostName.PENDING)
    assert followed.state == pb.HostName.PROVED


async def test_a_repeated_request_asks_once(desk: Desk) -> None:
    """It is answered as the first was."""
    client = await desk.tenancy.a_client()
    request_id = "9f3b2a54-6d6b-4a53-8a8e-0d6b9a8f6a10"

    first = await desk.ask(client, "again.sunny.test", request_id)

    assert await desk.ask(client, "again.sunny.test", request_id) == first
