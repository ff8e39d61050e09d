"""Recordings: found by whose calls they are, sent whole or in part, never from elsewhere."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from services.telephony.domain.leg import call_id
from services.telephony.domain.provisioning.objects import Kind
from tests.support.builders.telephony import a_leg_at
from tests.support.dialer_api import dialer_api
from tests.support.dialer_clients import Dialing, Tenant, dialer_settings, refusal
from tests.support.mariadb import dialer_database
from tests.support.mesh import mesh
from tests.support.telephony import Around, Client, running
from veneer.access.v1 import file_pb2
from veneer.telephony.v1 import recording_service_pb2 as pb
from veneer.telephony.v1 import recording_service_pb2_grpc as rpc

SOUND = bytes(range(256)) * 4000
STARTED = 1793620800


@dataclass
class Heard:
    """A telephony with a server of recordings, and a tenant with an agent."""

    dialing: Dialing
    stub: Any
    url: str
    asked: list[str]

    async def a_tenant(self) -> Tenant:
        tenant = await self.dialing.a_tenant()
        async with self.dialing.store(tenant.tenant_id) as store:
            await store.dialer_objects.add(
                tenant.tenant_id, Kind.USER, tenant.code.user(1), "maria"
            )
        return tenant

    def recorded(self, tenant: Tenant, location: str, start: int = STARTED) -> None:
        self.dialing.insert(
            "recording_log", user=tenant.code.user(1), start_epoch=start, length_in_sec=42,
            location=location, filename="x", server_ip="10.9.8.7", lead_id=0,
        )  # fmt: skip

    def me(self, tenant: Tenant) -> Any:
        return mesh().client(self.dialing.telephony.clock, tenant.tenant_id, {"recordings.read"})

    async def listed(self, tenant: Tenant, **fields: Any) -> pb.ListRecordingsResponse:
        request = pb.ListRecordingsRequest(parent=tenant.parent, **fields)
        answer = await self.stub.ListRecordings(request, metadata=self.me(tenant))
        assert isinstance(answer, pb.ListRecordingsResponse)
        return answer

    async def streamed(
        self, tenant: Tenant, name: str, asked: str = ""
    ) -> tuple[bytes, file_pb2.FilePart]:
        request = pb.StreamRecordingRequest(name=name, range=asked)
        answers = self.stub.StreamRecording(request, metadata=self.me(tenant))
        bodies = [body async for body in answers]
        part = file_pb2.FilePart()
        assert bodies[0].content_type == "audio/wav"
        assert bodies[0].extensions[0].Unpack(part)
        return b"".join(body.data for body in bodies), part


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def heard(around: Around, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Heard]:
    folder: Path = tmp_path_factory.mktemp("recordings")
    (folder / "RECORDINGS").mkdir()
    (folder / "RECORDINGS" / "call-1.wav").write_bytes(SOUND)
    asked: list[str] = []

    @web.middleware
    async def noting(request: web.Request, handler: Any) -> Any:
        asked.append(f"{request.method} {request.path}")
        return await handler(request)

    app = web.Application(middlewares=[noting])
    app.router.add_static("/", folder)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    with dialer_database(tmp_path_factory.mktemp("recorded")) as database:
        async with (
            dialer_api(database) as api,
            running(around, recordings_url=url, **dialer_settings(api)) as started,
        ):
            channel = mesh().channel(started.port, "telephony")
            yield Heard(Dialing(started, api), rpc.RecordingServiceStub(channel), url, asked)
    await runner.cleanup()


async def test_a_recording_is_found_and_sent(heard: Heard) -> None:
    """Byte for byte; nothing tells where it is kept."""
    tenant = await heard.a_tenant()
    heard.recorded(tenant, f"{heard.url}/RECORDINGS/call-1.wav")

    answer = await heard.listed(tenant)

    (found,) = answer.recordings
    assert (found.duration_seconds, found.start_time.seconds) == (42, STARTED)
    assert "127.0.0.1" not in str(answer)
    data, part = await heard.streamed(tenant, found.name)
    assert data == SOUND
    assert (part.offset, part.length, part.is_part) == (0, len(SOUND), False)


@pytest.mark.parametrize(
    ("asked", "first", "end"),
    [
        ("bytes=0-99", 0, 100),
        ("bytes=1000-", 1000, len(SOUND)),
        ("bytes=-10", len(SOUND) - 10, len(SOUND)),
        ("bytes=1023990-9999999", 1023990, len(SOUND)),
    ],
)
async def test_a_range_is_sent(heard: Heard, asked: str, first: int, end: int) -> None:
    """From the beginning, to the end, and the last bytes."""
    tenant = await heard.a_tenant()
    heard.recorded(tenant, f"{heard.url}/RECORDINGS/call-1.wav")
    (found,) = (await heard.listed(tenant)).recordings

    data, part = await heard.streamed(tenant, found.name, asked)

    assert data == SOUND[first:end]
    assert (part.offset, part.length, part.file_bytes, part.is_part) == (
        first, end - first, len(SOUND), True,
    )  # fmt: skip
    problem = await refusal(heard.streamed(tenant, found.name, "bytes=2000000-"))
    assert problem.reason == "RANGE_NOT_SATISFIABLE"


async def test_only_the_recordings_server_is_asked(heard: Heard) -> None:
    """Whatever stands in the dialer's tables."""
    tenant = await heard.a_tenant()
    places = [
        "http://169.254.169.254/latest/meta-data", f"{heard.url}/../etc/passwd",
        "file:///etc/passwd", f"{heard.url}/a?x=1", "http://[::1", "", "gopher://127.0.0.1/x",
        f"{heard.url}@evil.example/call-1.wav",
    ]  # fmt: skip
    for place in places:
        heard.recorded(tenant, place)
    found = (await heard.listed(tenant)).recordings
    before = list(heard.asked)

    for each in found:
        problem = await refusal(heard.streamed(tenant, each.name))
        assert problem.reason == "RESOURCE_NOT_FOUND"
        assert "127.0.0.1" not in problem.message

    assert len(found) == len(places)
    assert heard.asked == before


async def test_recordings_are_their_tenants_own(heard: Heard) -> None:
    """By page and period; another's id is of nothing."""
    one, other = await heard.a_tenant(), await heard.a_tenant()
    for number in range(3):
        heard.recorded(one, f"{heard.url}/RECORDINGS/call-1.wav", STARTED + 100 * number)
    first = await heard.listed(one, page_size=2)
    second = await heard.listed(one, page_size=2, page_token=first.next_page_token)

    times = [each.start_time.seconds - STARTED for each in (*first.recordings, *second.recordings)]
    assert times == [200, 100, 0]
    late = await heard.listed(one, start_time={"seconds": STARTED + 150})
    assert len(late.recordings) == 1
    assert list((await heard.listed(other)).recordings) == []
    recording = first.recordings[0].name.rpartition("/")[2]
    foreign = heard.streamed(other, f"{other.parent}/recordings/{recording}")
    assert (await refusal(foreign)).reason == "RESOURCE_NOT_FOUND"


async def test_recordings_of_one_call_are_found(heard: Heard) -> None:
    """By its channel, its turn in a queue or its lead; another tenant's call is none."""
    tenant, other = await heard.a_tenant(), await heard.a_tenant()
    telephony = heard.dialing.telephony
    host, route = (
        f"host-{tenant.code.text}",
        Client(tenant.tenant_id, f"r-{tenant.tenant_id}", tenant.tenant_id[2:], "h"),
    )
    await telephony.a_route(route, tenant.tenant_id)
    lead = int(uuid.uuid4().int % 10**9)
    leg = a_leg_at(STARTED, 60, route=route.code, code=f"V102120000{lead:010d}")
    await telephony.ship((0, leg.bytes()), host=host)
    call = f"{tenant.parent}/calls/{call_id('east', host, leg.uniqueid)}"
    turn = int(uuid.uuid4().int % 10**8)
    heard.dialing.insert("vicidial_closer_log", closecallid=turn, uniqueid=leg.uniqueid, lead_id=1)

    def recorded(seconds: int, **values: object) -> None:
        heard.dialing.insert(
            "recording_log", user=tenant.code.user(1), location="http://x/a.wav",
            start_epoch=STARTED + 5, length_in_sec=seconds, **values,
        )  # fmt: skip

    recorded(1, lead_id=lead)
    recorded(2, lead_id=0, vicidial_id=leg.uniqueid)
    recorded(3, lead_id=0, vicidial_id=str(turn))
    recorded(4, lead_id=0, vicidial_id="1.1")
    heard.dialing.insert(
        "recording_log", user=tenant.code.user(1), location="http://x/a.wav",
        start_epoch=STARTED + 900, length_in_sec=5, lead_id=lead,
    )  # fmt: skip

    answer = await heard.listed(tenant, call=call)

    assert {each.duration_seconds for each in answer.recordings} == {1, 2, 3}
    assert len((await heard.listed(tenant)).recordings) == 5
    mine = call.replace(tenant.parent, other.parent)
    for who, asked in ((other, call), (other, mine), (tenant, f"{tenant.parent}/calls/none")):
        assert (await refusal(heard.listed(who, call=asked))).reason == "RESOURCE_NOT_FOUND"
