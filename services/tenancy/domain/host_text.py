"""What can be a client's own host name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import idna

from services.kit.errors import InvalidRequest

FIELD: Final = "host_name.domain_name"
# So that the record before it fits into a name of 253 characters too.
HOST_LENGTH_MAX: Final = 240
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z")
# Nobody owns a name below these, whatever a resolver nearby may say of one.
_NOBODYS: Final = ("localhost", "local", "internal", "arpa", "onion", "invalid")


def checked_host(typed: str, own_domains: Iterable[str]) -> str:
    """Gives a host name as it stands in the DNS; refuses with INVALID_REQUEST.

    `own_domains` are the operator's: no client gets a name at one or below it by asking.
    """
    host = _in_dns(typed.strip().removesuffix("."))
    labels = host.split(".")
    if "*" in host:
        raise _refusal("Must be one host name; there are none for all names of a domain.")
    if not all(map(_LABEL.match, labels)) or len(host) > HOST_LENGTH_MAX:
        raise _refusal("Must be a host name such as dialer.example.com, and nothing else.")
    if len(labels) < 2 or labels[-1].isdigit():
        raise _refusal("Must be a host name of a domain, such as dialer.example.com.")
    if any(_is_at(host, domain) for domain in (*_NOBODYS, *own_domains)):
        raise _refusal("Must be a host name of a domain of your own.")
    return host


def _in_dns(typed: str) -> str:
    if typed.isascii():
        return typed.lower()
    try:
        return idna.encode(typed, uts46=True).decode()
    except idna.IDNAError as error:
        raise _refusal("Must be a host name such as dialer.example.com.") from error


def _is_at(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _refusal(text: str) -> InvalidRequest:
    return InvalidRequest.at(FIELD, text)
