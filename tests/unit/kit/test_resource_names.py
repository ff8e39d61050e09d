"""AIP-122: names are parsed whole, and written as they were read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.aip.resource_name import Pattern, ResourceName, TenantName
from services.kit.errors import InvalidRequest

PATTERN = Pattern("tenants/{tenant}/probes/{probe}")
ids = st.from_regex(r"[a-z][a-z0-9-]{1,29}[a-z0-9]", fullmatch=True)


@dataclass(frozen=True, slots=True)
class ProbeName(ResourceName):
    pattern: ClassVar[Pattern] = PATTERN
    tenant: str
    probe: str


@given(ids, ids)
def test_a_name_is_written_as_it_was_read(tenant: str, probe: str) -> None:
    """Reading and writing are inverse."""
    name = PATTERN.format(tenant=tenant, probe=probe)

    assert PATTERN.parse(name) == {"tenant": tenant, "probe": probe}
    assert str(ProbeName.parse(name)) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "tenants/a",
        "tenants/a/probes/",
        "tenants//probes/b",
        "tenants/a/probes/b/",
        "/tenants/a/probes/b",
        "tenants/a/probes/b/c",
        "tenants/a/probes/b\n",
        "tenants/../probes/b",
        "tenants/a/probes/-",
        "tenants/a/probes/" + "b" * 64,
        "Tenants/a/probes/b",
        "tenants/a%2Fx/probes/b",
        "tenants/a/probes/ü",
    ],
)
def test_a_name_of_another_form_is_refused(name: str) -> None:
    """At the field that it stands in."""
    with pytest.raises(InvalidRequest) as raised:
        ProbeName.parse(name, "probe")

    (violation,) = raised.value.violations
    assert violation.field == "probe"
    assert violation.description == "Must be of the form tenants/{tenant}/probes/{probe}."


def test_names_are_values() -> None:
    """They compare, hash and print."""
    assert TenantName.parse("tenants/abc") == TenantName("abc")
    assert {TenantName("abc"): 1}[TenantName("abc")] == 1
    assert f"{TenantName('abc')}" == "tenants/abc"
