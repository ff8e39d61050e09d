"""What a tenant may look like."""

from __future__ import annotations

from typing import Any

import pytest

from services.kit.errors import InvalidRequest
from services.tenancy.domain.brand import Brand
from services.tenancy.domain.tenant import Limits, Tier, checked, limits_of
from tests.support.builders.tenancy import a_tenant

_PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"tenant_id": "Sunny", "host_names": ()}, "tenant_id"),
        ({"tenant_id": "1sunny"}, "tenant_id"),
        ({"tenant_id": "s" * 32}, "tenant_id"),
        ({"display_name": ""}, "tenant.display_name"),
        ({"time_zone": "Mars/Olympus"}, "tenant.time_zone"),
        ({"time_zone": ""}, "tenant.time_zone"),
        ({"host_names": ("Dialer.example",)}, "tenant.host_names[0]"),
        ({"host_names": ("ok.example", "a b.example")}, "tenant.host_names[1]"),
        ({"host_names": ("localhost:8443",)}, "tenant.host_names[0]"),
        ({"contact_email": "nobody"}, "tenant.contact_email"),
        ({"limits": Limits(max_agents=-1)}, "tenant.limits.max_agents"),
        ({"brand": Brand("")}, "tenant.brand.display_name"),
        ({"brand": Brand("A", primary_color="red")}, "tenant.brand.primary_color"),
        ({"brand": Brand("A", primary_color="#fff;}")}, "tenant.brand.primary_color"),
        ({"brand": Brand("A", logo=b"GIF", logo_media_type="image/png")}, "tenant.brand.logo"),
        ({"brand": Brand("A", logo=_PNG)}, "tenant.brand.logo_media_type"),
    ],
)
def test_what_is_wrong_with_a_tenant_is_told_by_field(changes: dict[str, Any], field: str) -> None:
    """The caller learns which field to correct."""
    with pytest.raises(InvalidRequest) as refused:
        checked(a_tenant(**changes))

    assert [violation.field for violation in refused.value.violations] == [field]


@pytest.mark.parametrize(
    "svg",
    [
        b"<svg><script>1</script></svg>",
        b'<svg onload="x()"/>',
        b'<svg><image href="https://elsewhere.example/x.png"/></svg>',
        b"<svg><style>@import 'x'</style></svg>",
        b'<svg><a href="javascript:x()"/></svg>',
        b'<!DOCTYPE svg [<!ENTITY a "b">]><svg/>',
        b"not a picture",
    ],
)
def test_a_logo_runs_nothing_and_asks_nobody(svg: bytes) -> None:
    """A logo is shown to every visitor of a portal."""
    with pytest.raises(InvalidRequest):
        checked(a_tenant(brand=Brand("A", logo=svg, logo_media_type="image/svg+xml")))


def test_a_plain_svg_is_a_logo() -> None:
    """Shapes, gradients and references within the picture are what logos are made of."""
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><g fill="url(#a)"><use href="#b"/></g></svg>'
    tenant = a_tenant(brand=Brand("A", logo=svg, logo_media_type="image/svg+xml"))

    assert checked(tenant) is tenant


def test_the_tiers_come_with_their_limits() -> None:
    """The figures of the price list; nothing is without limit unless it says so."""
    assert limits_of(Tier.BRONZE) == Limits(max_concurrent_calls=5, max_agents=10)
    assert limits_of(Tier.SILVER) == Limits(max_concurrent_calls=20, max_agents=50)
    assert limits_of(Tier.GOLD) == Limits()
