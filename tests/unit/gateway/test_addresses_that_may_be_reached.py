"""Which addresses an endpoint may have, where the operator has allowed no network of its own."""

from __future__ import annotations

import ipaddress

import pytest

from services.gateway.partners.addresses import Reach, is_public
from services.kit.errors import InvalidRequest


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "172.16.0.1", "192.168.0.1", "127.0.0.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "168.63.129.16", "::", "::1", "fe80::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
        "::ffff:10.0.0.1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2001:0:53aa:64c:0:fbff::1",
    ],
)  # fmt: skip
def test_an_address_inside_is_not_public(address: str) -> None:
    """Nor one that carries such an address, nor what a cloud tells its machines at."""
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_an_address_of_the_internet_is(address: str) -> None:
    """Everything else would be of no use."""
    assert is_public(ipaddress.ip_address(address))


async def test_a_public_address_may_be_an_endpoints() -> None:
    """Nothing is sent there to find out."""
    assert await Reach().checked("https://8.8.8.8/events?a=b") == "https://8.8.8.8/events?a=b"


@pytest.mark.parametrize(
    "url",
    ["http://8.8.8.8/", "https://8.8.8.8:8443/", "https://127.0.0.1/", "https://8.8.8.8:x/", "//x"],
)
async def test_others_are_refused(url: str) -> None:
    """Plain HTTP and other ports too: they are for networks that the operator allows."""
    with pytest.raises(InvalidRequest):
        await Reach().checked(url)
