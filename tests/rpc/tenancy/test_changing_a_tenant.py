"""A tenant is changed field by field, and signed under whoever may sell to it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from PIL import Image

from services.kit.rpc.errors import from_rpc_error
from tests.rpc.tenancy.conftest import Tenancy
from veneer.tenancy.v1 import (
    audit_service_pb2,
    authentication_service_pb2,
    brand_pb2,
    directory_service_pb2,
    profile_service_pb2,
)
from veneer.tenancy.v1 import tenant_service_pb2 as pb


async def _change(tenancy: Tenancy, tenant_id: str, *paths: str, **values: Any) -> Any:
    return await tenancy.tenants.UpdateTenant(
        pb.UpdateTenantRequest(
            tenant=pb.Tenant(name=f"tenants/{tenant_id}", **values),
            update_mask=FieldMask(paths=paths) if paths else None,
        ),
        metadata=tenancy.operator,
    )


async def _refused(call: Any) -> Any:
    with pytest.raises(Exception) as caught:
        await call
    return from_rpc_error(caught.value)  # type: ignore[arg-type]


async def test_what_is_given_is_changed_and_the_rest_stays(tenancy: Tenancy) -> None:
    tenant_id = await tenancy.a_client(contact_email="old@sunny.example")

    changed = await _change(tenancy, tenant_id, time_zone="America/Denver")

    assert changed.time_zone == "America/Denver"
    assert (changed.display_name, changed.contact_email) == ("Sunny Side", "old@sunny.example")
    entry = await tenancy.directory.GetEntry(
        directory_service_pb2.GetEntryRequest(tenant=f"tenants/{tenant_id}")
    )
    assert (entry.time_zone, entry.billing_anchor_day) == ("America/Denver", 1)


async def test_a_mask_also_clears(tenancy: Tenancy) -> None:
    """A limit that is named and not given is no limit."""
    tenant_id = await tenancy.a_client(contact_email="old@sunny.example")

    changed = await _change(
        tenancy,
        tenant_id,
        "contact_email",
        "limits",
        limits=brand_pb2.Limits(max_agents=3),
    )

    assert changed.contact_email == ""
    assert changed.limits == brand_pb2.Limits(max_agents=3)


async def _brand_at(tenancy: Tenancy, tenant_id: str) -> brand_pb2.Brand:
    request = authentication_service_pb2.ResolveHostRequest(host_name=f"{tenant_id}.dialer.example")
    found: brand_pb2.Brand = (await tenancy.doors.ResolveHost(request)).brand
    return found


async def test_who_has_not_said_where_help_is_found_shows_what_its_seller_has(
    tenancy: Tenancy,
) -> None:
    """The nearest of those above; the line beneath is each one's own."""
    parent = await tenancy.a_client(tier=pb.Tenant.ENTERPRISE)
    child = await tenancy.a_client(parent=f"tenants/{parent}")
    support = brand_pb2.SupportContact(email="help@parent.example", phone="+1 312 555 0100")
    wanted = brand_pb2.Brand(display_name="Parent", support=support, powered_by="")
    await _change(tenancy, parent, "brand", brand=wanted)

    inherited = await _brand_at(tenancy, child)
    own = brand_pb2.SupportContact(url="https://child.example/help")
    await _change(
        tenancy, child, "brand.support", brand=brand_pb2.Brand(display_name="S", support=own)
    )

    assert inherited.support == support
    assert not inherited.HasField("powered_by")
    assert (await _brand_at(tenancy, parent)).HasField("powered_by")
    assert (await _brand_at(tenancy, child)).support == own


async def test_a_brand_is_changed_field_by_field(tenancy: Tenancy) -> None:
    """What is not named of it stays, its logo too."""
    kept = brand_pb2.Brand(display_name="Sunny", logo=b"<svg/>", logo_media_type="image/svg+xml")
    tenant_id = await tenancy.a_client(brand=kept)
    wanted = brand_pb2.Brand(display_name="Sunnier", primary_color="#0f766e")

    changed = await _change(
        tenancy, tenant_id, "brand.display_name", "brand.primary_color", brand=wanted
    )

    assert (changed.brand.display_name, changed.brand.primary_color) == ("Sunnier", "#0f766e")
    assert (changed.brand.logo, changed.brand.logo_media_type) == (b"<svg/>", "image/svg+xml")


async def test_a_logo_is_kept_as_it_was_drawn_anew(tenancy: Tenancy) -> None:
    """Whatever it was sent as; one that cannot be read is refused, and nothing is lost."""
    tenant_id = await tenancy.a_client()
    sent, fields = BytesIO(), ("brand.logo", "brand.logo_media_type")
    Image.new("RGB", (40, 20), "#0f766e").save(sent, "JPEG")

    changed = await _change(
        tenancy,
        tenant_id,
        *fields,
        brand=brand_pb2.Brand(display_name="Sunny", logo=sent.getvalue()),
    )
    problem = await _refused(
        _change(
            tenancy,
            tenant_id,
            *fields,
            brand=brand_pb2.Brand(display_name="Sunny", logo=sent.getvalue()[:99]),
        )
    )

    assert changed.brand.logo_media_type == "image/png"
    assert changed.brand.logo.startswith(b"\x89PNG")
    assert problem.violations[0].field == "tenant.brand.logo"
    found = await tenancy.tenants.GetTenant(
        pb.GetTenantRequest(name=f"tenants/{tenant_id}"), metadata=tenancy.operator
    )
    assert found.brand == changed.brand


async def test_an_icon_is_drawn_anew_as_a_square(tenancy: Tenancy) -> None:
    tenant_id = await tenancy.a_client()
    sent = BytesIO()
    Image.new("RGB", (300, 100), "#0f766e").save(sent, "PNG")
    brand = brand_pb2.Brand(display_name="Sunny", favicon=sent.getvalue())

    changed = await _change(tenancy, tenant_id, "brand.favicon", brand=brand)
    refused = brand_pb2.Brand(display_name="Sunny", favicon=b"<svg/>")
    problem = await _refused(_change(tenancy, tenant_id, "brand.favicon", brand=refused))

    with Image.open(BytesIO(changed.brand.favicon)) as drawn:
        assert (drawn.format, drawn.size) == ("PNG", (64, 64))
    assert problem.violations[0].field == "tenant.brand.favicon"


async def test_what_somebody_else_changed_meanwhile_is_not_overwritten(tenancy: Tenancy) -> None:
    tenant_id = await tenancy.a_client()
    read = await tenancy.tenants.GetTenant(
        pb.GetTenantRequest(name=f"tenants/{tenant_id}"), metadata=tenancy.operator
    )
    await _change(tenancy, tenant_id, display_name="Theirs")

    problem = await _refused(_change(tenancy, tenant_id, display_name="Mine", etag=read.etag))

    assert problem.reason == "CONCURRENT_CHANGE"


@pytest.mark.parametrize(
    ("paths", "values", "field"),
    [
        ((), {"time_zone": "Mars/Olympus"}, "tenant.time_zone"),
        ((), {"limits": brand_pb2.Limits(max_agents=-1)}, "tenant.limits.max_agents"),
        (("display_name",), {}, "tenant.display_name"),
        (
            ("brand.support",),
            {
                "brand": brand_pb2.Brand(
                    display_name="S", support=brand_pb2.SupportContact(url="http://x.example")
                )
            },
            "tenant.brand.support.url",
        ),
        (
            ("brand.support.phone",),
            {
                "brand": brand_pb2.Brand(
                    display_name="S", support=brand_pb2.SupportContact(phone="call us")
                )
            },
            "tenant.brand.support.phone",
        ),
        (
            ("brand.powered_by",),
            {"brand": brand_pb2.Brand(display_name="S", powered_by="x" * 81)},
            "tenant.brand.powered_by",
        ),
        (("billing_anchor_day",), {"billing_anchor_day": 5}, "update_mask"),
        (("parent",), {"parent": "tenants/elsewhere"}, "update_mask"),
        (("colour",), {}, "update_mask"),
    ],
)
async def test_what_cannot_be_is_refused_by_field(
    tenancy: Tenancy, paths: tuple[str, ...], values: dict[str, Any], field: str
) -> None:
    tenant_id = await tenancy.a_client()

    problem = await _refused(_change(tenancy, tenant_id, *paths, **values))

    assert problem.reason == "INVALID_REQUEST"
    assert problem.violations[0].field == field


async def test_nobody_is_not_found(tenancy: Tenancy) -> None:
    problem = await _refused(_change(tenancy, "never-been", display_name="Ghost"))

    assert problem.reason == "RESOURCE_NOT_FOUND"


async def test_an_enterprise_client_has_clients_of_its_own(tenancy: Tenancy) -> None:
    seller = await tenancy.a_client(tier=pb.Tenant.ENTERPRISE)

    buyer = await tenancy.a_client(parent=f"tenants/{seller}", billing_anchor_day=31)

    entry = await tenancy.directory.GetEntry(
        directory_service_pb2.GetEntryRequest(tenant=f"tenants/{buyer}")
    )
    assert (entry.seller, entry.billing_anchor_day) == (f"tenants/{seller}", 31)


@pytest.mark.parametrize("tier", [pb.Tenant.SILVER, None])
async def test_others_have_none(tenancy: Tenancy, tier: Any) -> None:
    """Neither a client of a smaller offer nor somebody unknown."""
    seller = await tenancy.a_client(tier=tier) if tier else "never-been"

    problem = await _refused(tenancy.a_client(parent=f"tenants/{seller}"))

    assert problem.reason == "SELLER_CANNOT_SELL"


async def test_a_period_begins_on_a_day_of_a_month(tenancy: Tenancy) -> None:
    problem = await _refused(tenancy.a_client(billing_anchor_day=32))

    assert problem.violations[0].field == "tenant.billing_anchor_day"


async def test_a_client_changes_its_own_looks_and_nothing_else(tenancy: Tenancy) -> None:
    """Its name, which carriers are told, and the line beneath stay as its provider has them."""
    tenant_id = await tenancy.a_client()
    line = brand_pb2.Brand(display_name="S", powered_by="By us")
    await _change(tenancy, tenant_id, "brand.display_name", "brand.powered_by", brand=line)

    async def changed(*paths: str, **values: Any) -> Any:
        profile = profile_service_pb2.Profile(name=f"tenants/{tenant_id}/profile", **values)
        request = profile_service_pb2.UpdateProfileRequest(
            profile=profile, update_mask=FieldMask(paths=paths)
        )
        return await tenancy.profiles.UpdateProfile(request, metadata=tenancy.client(tenant_id))

    brand = brand_pb2.Brand(display_name="Sunnier", tagline="All day", powered_by="By me")
    after = await changed("brand", brand=brand)
    line_refused = await _refused(changed("brand.powered_by", brand=brand))
    name_refused = await _refused(changed("brand.display_name", brand=brand))
    drawn = brand_pb2.Brand(display_name="S", logo=b"<svg></svg>", logo_media_type="image/svg+xml")
    by_hand = await _refused(changed("brand.logo", "brand.logo_media_type", brand=drawn))
    grey = brand_pb2.Brand(display_name="S", primary_color="grey")
    no_color = await _refused(changed("brand.primary_color", brand=grey))
    zoned = await changed("time_zone", time_zone="Asia/Tokyo")
    old = await _refused(changed("brand.tagline", brand=brand, etag='"1"'))
    log = await tenancy.audit.ListAuditEntries(
        audit_service_pb2.ListAuditEntriesRequest(parent=f"tenants/{tenant_id}"),
        metadata=tenancy.client(tenant_id),
    )

    assert (after.brand.display_name, after.brand.tagline) == ("S", "All day")
    assert (after.brand.powered_by, zoned.time_zone) == ("By us", "America/New_York")
    assert line_refused.violations[0].field == name_refused.violations[0].field == "update_mask"
    assert by_hand.violations[0].field == "profile.brand.logo"
    assert no_color.violations[0].field == "profile.brand.primary_color"
    assert old.reason == "CONCURRENT_CHANGE"
    assert log.audit_entries[0].actor == f"tenants/{tenant_id}/users/u1"
