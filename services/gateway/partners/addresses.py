"""Which addresses events may be sent to: public ones, and never one inside our own networks."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator

from services.kit.errors import InvalidRequest

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_URL_LENGTH_MAX: Final = 500
_RESOLVE_SECONDS: Final = 5.0
# Public by its number, and yet what a cloud tells its own machines at.
_METADATA: Final = frozenset({ipaddress.IPv4Address("168.63.129.16")})
# What carries an IPv4 address to wherever that is, beside mapped addresses and tunnels.
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_FIELD: Final = "webhook_endpoint.url"


class AddressRefused(Exception):
    """Nothing is sent to this address; the text says why, for the client."""


@dataclass(frozen=True, slots=True)
class Target:
    """A URL, and the address that it was resolved to and may be connected to."""

    url: str
    host: str
    address: str


class Reach:
    """What may be reached: public addresses by HTTPS, and some networks that were allowed.

    Allowed networks are also reached by plain HTTP: they are the operator's own choice.
    """

    def __init__(self, allowed: Iterable[Network] = ()) -> None:
        self._allowed = tuple(allowed)

    async def resolved(self, url: str) -> Target:
        """Gives where a URL leads now; raises AddressRefused.

        All of its addresses must be allowed, so that it does not matter which one is taken.
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port or (80 if parts.scheme == "http" else 443)
        except ValueError:
            raise AddressRefused("This is not an address.") from None
        addresses = await _addresses_of(host, port)
        if not all(self._may_reach(address, parts.scheme) for address in addresses):
            raise AddressRefused("This address is not a public one.")
        return Target(url, host, str(addresses[0]))

    async def checked(self, url: str) -> str:
        """Gives a URL back that an endpoint may have; refuses with INVALID_REQUEST."""
        if problem := self._fault_in(url):
            raise InvalidRequest.at(_FIELD, problem)
        try:
            await self.resolved(url)
        except AddressRefused as refused:
            raise InvalidRequest.at(_FIELD, str(refused)) from refused
        return url

    def _fault_in(self, url: str) -> str:
        if not url.isascii() or not url.isprintable() or " " in url or len(url) > _URL_LENGTH_MAX:
            return f"Must be an address of at most {_URL_LENGTH_MAX} characters."
        schemes = ("https://", "http://") if self._allowed else ("https://",)
        if not url.lower().startswith(schemes):
            return "Must begin with https://."
        if not self._allowed and not _is_at_usual_port(url):
            return "Must be at port 443."
        if "@" in url.split("/")[2] or "#" in url:
            return "Must have neither a user nor a fragment."
        return ""

    def _may_reach(self, address: Address, scheme: str) -> bool:
        if any(address in network for network in self._allowed):
            return True
        return scheme == "https" and is_public(address)


def is_public(address: Address) -> bool:
    """Tells whether an address is on the internet, and not one that leads inside."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if address.teredo is not None:
            return False
        if inner is not None:
            return is_public(inner)
    if address in _METADATA:
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def parse_networks(text: str) -> tuple[Network, ...]:
    """Reads networks, separated by commas; raises ValueError."""
    return tuple(ipaddress.ip_network(each.strip()) for each in text.split(",") if each.strip())


def _checked_networks(text: str) -> str:
    parse_networks(text)
    return text


# A setting with networks, separated by commas.
NetworkList = Annotated[str, AfterValidator(_checked_networks)]


def _is_at_usual_port(url: str) -> bool:
    try:
        return urlsplit(url).port in (None, 443)
    except ValueError:
        return False


async def _addresses_of(host: str, port: int) -> Sequence[Address]:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(_RESOLVE_SECONDS):
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, TimeoutError):
        raise AddressRefused("There is no such host at the moment.") from None
    # An address of a link bears its interface; it is refused, whatever that is.
    texts = [str(info[4][0]).partition("%")[0] for info in found]
    if not texts:
        raise AddressRefused("There is no such host at the moment.")
    return [ipaddress.ip_address(text) for text in texts]
