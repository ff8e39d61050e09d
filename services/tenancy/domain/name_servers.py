"""Which DNS servers are asked."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final

_PORT: Final = 53

# An address and its port.
Address = tuple[str, int]


def parse_addresses(text: str) -> tuple[Address, ...]:
    """Reads `192.0.2.53, 192.0.2.54:5353, [2001:db8::53]:5353`; raises ValueError."""
    return tuple(_address(each.strip()) for each in text.split(",") if each.strip())


def _address(text: str) -> Address:
    if text.startswith("["):
        address, _, rest = text[1:].partition("]")
        port = rest.removeprefix(":")
    elif text.count(":") == 1:
        address, _, port = text.partition(":")
    else:
        address, port = text, ""
    return str(ip_address(address)), int(port) if port else _PORT
