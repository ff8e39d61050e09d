"""Looks in the DNS whether a host name's record is there."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Final

import dns.asyncresolver
import dns.exception
import dns.nameserver
import dns.resolver
from dns.rdtypes.ANY.TXT import TXT

from services.tenancy.domain.own_host_name import Finding

_SECONDS: Final = 5.0


class NameServers:
    """Asks these servers, each an address with its port; the machine's own if there are none."""

    def __init__(
        self, addresses: Sequence[tuple[str, int]] = (), seconds: float = _SECONDS
    ) -> None:
        self._resolver = dns.asyncresolver.Resolver(configure=False)
        if addresses:
            self._resolver.nameservers = [
                dns.nameserver.Do53Nameserver(address, port) for address, port in addresses
            ]
        else:
            # A machine that knows no server gets no answer; all else goes on.
            with contextlib.suppress(dns.resolver.NoResolverConfiguration):
                self._resolver = dns.asyncresolver.Resolver()
        # Each server is asked twice before that is no answer.
        self._resolver.timeout, self._resolver.lifetime = seconds / 2.5, seconds

    async def look(self, record: str, value: str) -> Finding:
        """Tells whether a TXT record of this name has this value, perhaps beside others."""
        try:
            answer = await self._resolver.resolve(f"{record}.", "TXT", search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return Finding.MISSING
        except (dns.exception.DNSException, OSError):
            return Finding.NO_ANSWER
        # Servers may cut a value in pieces of any length.
        texts = [b"".join(each.strings) for each in answer if isinstance(each, TXT)]
        return Finding.FOUND if value.encode() in texts else Finding.DIFFERENT
