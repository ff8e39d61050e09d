"""The ports of a suite: a default for each, a variable for each, and whether it is free."""

from __future__ import annotations

import os
import random
import socket
import weakref
from dataclasses import dataclass, fields

from dev.say import give_up

LOOPBACK = "127.0.0.1"
_PREFIX = "VENEER_PORT_"
# Below those that Linux gives to outgoing connections: one of these could take a port between
# its being found free and its member's start.
_FREE_PORTS = range(20_000, 32_768)
# A suite's own are of one block. Who listens on its first port has the block: two suites that
# start at once would otherwise find the same ports free.
_BLOCK = 32
_BLOCKS = _FREE_PORTS[::_BLOCK]


@dataclass(frozen=True)
class Ports:
    """TCP ports on the loopback address. `public` and `private` are the edge's two listeners."""

    public: int = 8443
    private: int = 8444
    postgres: int = 15432
    mariadb: int = 13306
    tenancy: int = 15051
    telephony: int = 15052
    usage: int = 15053
    billing: int = 15054
    gateway_client: int = 15055
    gateway_operator: int = 15056
    envoy_admin: int = 15057
    dialer_api: int = 15058
    gateway: int = 15059
    prometheus: int = 15060
    tenancy_metrics: int = 15061
    telephony_metrics: int = 15062
    usage_metrics: int = 15063
    billing_metrics: int = 15064
    gateway_metrics: int = 15065
    shipper_metrics: int = 15066
    envoy_health: int = 15067

    @staticmethod
    def from_environment() -> Ports:
        """The defaults, each replaced by VENEER_PORT_<NAME> where that is set."""
        chosen = {}
        for field in fields(Ports):
            text = os.environ.get(variable(field.name))
            if text is None:
                continue
            if not text.isdecimal() or not 0 < int(text) < 65536:
                give_up(f"{variable(field.name)}={text} is not a port.")
            chosen[field.name] = int(text)
        return Ports(**chosen)

    @staticmethod
    def free() -> Ports:
        """Ports that nobody uses now, for a suite beside the one that `make run` started.

        They are kept from every other caller, of other processes too, as long as they are in use.
        """
        for first in random.sample(_BLOCKS, len(_BLOCKS)):
            ports = _in_block(first)
            if ports is not None:
                return ports
        return give_up("No ports are free for a suite: end some of those that run.")

    def require_free(self) -> None:
        """Ends the program with a message that names each port in use and its variable."""
        taken = [
            f"  {getattr(self, field.name)} for {field.name.replace('_', ' ')}"
            f" (choose another: {variable(field.name)})"
            for field in fields(self)
            if not is_free(getattr(self, field.name))
        ]
        if taken:
            give_up("These ports are in use; is the suite running already?\n" + "\n".join(taken))


def _in_block(first: int) -> Ports | None:
    """Takes a block that begins with this port; None if it is another's, or has too few."""
    guard = _listener(first)
    if guard is None:
        return None
    names = [field.name for field in fields(Ports)]
    numbers = [port for port in range(first + 1, first + _BLOCK) if is_free(port)]
    if len(numbers) < len(names):
        guard.close()
        return None
    ports = Ports(**dict(zip(names, numbers, strict=False)))
    weakref.finalize(ports, guard.close)
    return ports


def _listener(port: int) -> socket.socket | None:
    """Listens on a port; None if somebody does already."""
    try:
        return socket.create_server((LOOPBACK, port))
    except OSError:
        return None


def variable(name: str) -> str:
    """Names the environment variable of a port."""
    return f"{_PREFIX}{name.upper()}"


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def accepts(port: int) -> bool:
    """Whether a server accepts connections on the port now."""
    try:
        socket.create_connection((LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True
