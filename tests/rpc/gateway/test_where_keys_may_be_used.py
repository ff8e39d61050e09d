"""A key that is bound to networks opens nothing from elsewhere, at each request."""

from __future__ import annotations

import pytest

from tests.support.gateway.running import Browser, Running

PATH = "/v1/tenants/abc-solar/calls"
KEY = "Bearer key-abc-solar"


@pytest.mark.parametrize(
    ("forwarded", "status"),
    [
        ("203.0.113.77", 200),
        ("2001:db8:1::5", 200),
        ("::ffff:203.0.113.77", 200),
        # What a caller writes itself stands before what the edge has seen.
        ("203.0.113.77, 198.51.100.1", 403),
        ("198.51.100.1, 203.0.113.77", 200),
        ("198.51.100.1", 403),
        ("nowhere", 403),
        ("", 403),
    ],
)
async def test_a_key_is_good_from_its_networks_alone(
    gateway: Running, sunny: Browser, forwarded: str, status: int
) -> None:
    gateway.world.allowed_networks = ("203.0.113.0/24", "2001:db8::/32")

    answer = await sunny.get(PATH, authorization=KEY, x_forwarded_for=forwarded)

    assert answer.status_code == status
    if status == 403:
        assert "ADDRESS_NOT_ALLOWED" in answer.text


async def test_it_is_looked_at_anew_at_each_request(gateway: Running, sunny: Browser) -> None:
    """The key is known by then: tenancy is asked once."""
    gateway.world.allowed_networks = ("203.0.113.0/24",)
    answers = [
        (await sunny.get(PATH, authorization=KEY, x_forwarded_for=address)).status_code
        for address in ("203.0.113.1", "198.51.100.1", "203.0.113.1")
    ]

    assert answers == [200, 403, 200]
    assert gateway.world.asked.count("AuthenticateApiKey") == 1


async def test_at_another_host_it_is_as_unknown_as_any(gateway: Running) -> None:
    """Nobody learns there that the key is good somewhere."""
    gateway.world.allowed_networks = ("203.0.113.0/24",)
    elsewhere = gateway.at(gateway.world.parties["meridian"])

    answer = await elsewhere.get(PATH, authorization=KEY, x_forwarded_for="198.51.100.1")

    assert answer.status_code == 401
    assert "CREDENTIALS_INVALID" in answer.text
