"""What tenants keep is metered once a day, and limited when more is brought."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest

from services.kit.db.leases import Leases
from services.telephony.domain.provisioning.objects import Kind
from services.telephony.partners.dialer.storage_tables import StorageTables
from services.telephony.partners.dialer.web_api import DialerAway
from services.telephony.partners.directory import Directory
from services.telephony.partners.storage_readings import StorageReadings
from services.telephony.usecases.keep_lead_lists import adopt_lead_list
from services.telephony.usecases.measure_storage import StorageDesk
from services.telephony.worker.storage_meter import StorageMeter
from tests.support.dialer_clients import Dialing, Tenant, dialer_settings, refusal
from tests.support.eventually import eventually
from tests.support.mesh import mesh
from veneer.telephony.v1 import lead_upload_service_pb2 as pb
from veneer.telephony.v1 import lead_upload_service_pb2_grpc as rpc
from veneer.tenancy.v1 import brand_pb2
from veneer.usage.v1 import measurement_service_pb2 as meters

RECORDED = "http://10.9.8.7/RECORDINGS/a.{}"


class Storage:
    """Tenants with recordings and leads, and a meter of what they keep."""

    def __init__(self, dialing: Dialing, tables_url: str = "") -> None:
        self.dialing = dialing
        around = dialing.telephony.around
        tenancy = mesh().channel(around.tenancy_port, "tenancy", "telephony")
        usage = mesh().channel(around.usage_port, "usage", "telephony")
        url = tables_url or dialer_settings(dialing.api)["dialer_database_url"]
        db = dialing.telephony.database
        self.desk = StorageDesk(db, Directory(tenancy), StorageTables(url))
        self.meter = StorageMeter(Leases(db, uuid.uuid4().hex), self.desk, StorageReadings(usage))

    async def a_tenant(self, leads: int, zone: str = "UTC") -> Tenant:
        """A tenant with a user, and a list of so many leads."""
        tenant = await self.dialing.a_tenant(zone)
        list_id = tenant.code.list_id(1)
        async with self.dialing.store(tenant.tenant_id) as store:
            for kind, object_id in (
                (Kind.USER, tenant.code.user(1)), (Kind.LIST, str(list_id)),
            ):  # fmt: skip
                await store.dialer_objects.add(tenant.tenant_id, kind, object_id, "default")
        for number in range(leads):
            self.dialing.insert("vicidial_list", list_id=list_id, phone_number=f"312555{number}")
        return tenant

    def recorded(self, tenant: Tenant, seconds: int, kind: str) -> None:
        """Notes a recording of the tenant's user."""
        self.dialing.insert(
            "recording_log", user=tenant.code.user(1), start_epoch=1793620800,
            length_in_sec=seconds, location=RECORDED.format(kind) if kind else "", lead_id=0,
        )  # fmt: skip

    async def measured(self, tenant: Tenant, days: int = 1) -> dict[tuple[str, date], str]:
        """Lets the meter look, until so many days are told; another one may be looking."""

        async def is_told() -> bool:
            await self.meter.meter()
            return len(self.readings(tenant)) == 2 * days

        await eventually(is_told)
        return self.readings(tenant)

    def readings(self, tenant: Tenant) -> dict[tuple[str, date], str]:
        """What usage was told, by subject and day."""
        found = self.dialing.telephony.usage.readings.items()
        return {
            (subject, day): quantity
            for (tenant_id, meter, subject, day), quantity in found
            if tenant_id == tenant.tenant_id and meter == meters.STORAGE_GIGABYTES
        }


@pytest.fixture
async def storage(dialing: Dialing) -> Storage:
    return Storage(dialing)


async def test_recordings_and_leads_are_metered_once_a_day(
    dialing: Dialing, storage: Storage
) -> None:
    """By seconds and rows; what comes later in the day is in the next day's reading."""
    tenant, other = await storage.a_tenant(leads=30), await storage.a_tenant(leads=0)
    storage.recorded(tenant, 1_000_000, "wav")
    storage.recorded(tenant, 1_000_000, "MP3")
    # Its file is not there yet.
    storage.recorded(tenant, 5_000, "")
    today = dialing.telephony.clock.now().date()

    assert await storage.measured(tenant) == {
        ("recordings", today): "18.000000", ("leads", today): "0.000030",
    }  # fmt: skip
    assert set((await storage.measured(other)).values()) == {"0.000000"}
    storage.recorded(tenant, 1_000_000, "wav")
    # Another replica, or the same one started again.
    await Storage(dialing).meter.meter()
    assert storage.readings(tenant)["recordings", today] == "18.000000"
    dialing.telephony.clock.advance(days=1)
    tomorrow = dialing.telephony.clock.now().date()
    assert (await storage.measured(tenant, days=2))["recordings", tomorrow] == "34.000000"


async def test_a_day_is_the_tenants_own(dialing: Dialing, storage: Storage) -> None:
    """It has begun there, or has not."""
    tenant = await storage.a_tenant(leads=1, zone="Pacific/Kiritimati")
    now = dialing.telephony.clock.now().replace(hour=12)
    dialing.telephony.clock.set(max(now, dialing.telephony.clock.now()))

    days = {day for _, day in await storage.measured(tenant)}

    assert days == {date.fromordinal(dialing.telephony.clock.now().date().toordinal() + 1)}


async def test_a_dialer_that_is_away_is_measured_later(dialing: Dialing) -> None:
    """No reading is made up, and nobody else has to wait."""
    away = Storage(dialing, "mysql://nobody:secret@127.0.0.1:9/asterisk")
    tenant = await away.a_tenant(leads=2)

    with pytest.raises(DialerAway):
        await away.desk.kept(tenant.tenant_id)
    await away.meter.meter()

    told = await Storage(dialing).measured(tenant)
    assert set(told.values()) == {"0.000000", "0.000002"}


async def test_no_upload_starts_beyond_the_limit(dialing: Dialing, storage: Storage) -> None:
    """Created before there was no room left, it can't be sent or started either."""
    tenant = await storage.a_tenant(leads=0)
    limits = dialing.telephony.directory.limits
    limits[tenant.tenant_id] = brand_pb2.Limits(max_storage_gigabytes=16)
    me = mesh().client(dialing.telephony.clock, tenant.tenant_id, {"leads.read", "leads.write"})
    stub: Any = rpc.LeadUploadServiceStub(dialing.telephony.channel)
    parent = f"{tenant.parent}/leadLists/default"
    async with dialing.store(tenant.tenant_id) as store:
        await store.dialer_objects.add(
            tenant.tenant_id, Kind.CAMPAIGN, tenant.code.campaign(999), "default"
        )
        await adopt_lead_list(store, tenant.tenant_id)

    def create() -> Any:
        request = pb.CreateLeadUploadRequest(parent=parent, lead_upload=pb.LeadUpload())
        return stub.CreateLeadUpload(request, metadata=me)

    storage.recorded(tenant, 999_999, "wav")
    made = await create()
    storage.recorded(tenant, 1, "wav")

    problem = await refusal(create())
    assert (problem.reason, problem.metadata["subject"]) == ("QUOTA_EXCEEDED", "storageGigabytes")
    pieces = iter([pb.UploadLeadsRequest(name=made.name, file={"data": b"Phone\n3125550100\n"})])
    assert (await refusal(stub.UploadLeads(pieces, metadata=me))).reason == "QUOTA_EXCEEDED"
    start = pb.StartLeadUploadRequest(name=made.name)
    assert (await refusal(stub.StartLeadUpload(start, metadata=me))).reason == "QUOTA_EXCEEDED"
    limits[tenant.tenant_id] = brand_pb2.Limits()
    dialing.telephony.forget_directory()
    await create()
