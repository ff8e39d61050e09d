"""The service configs: every RPC has its time, and only reads are tried again."""

from __future__ import annotations

import json
import re
from typing import Any

from google.protobuf.descriptor import MethodDescriptor

from services.kit.rpc.channel import SERVICE_CONFIGS
from tests.support.contracts import methods

# What changes nothing, or changes nothing more when it is done again.
_REPEATABLE = re.compile(r"(Get|List|Summarize|Download|Read|Resolve|Explain)[A-Z]")
_REPEATABLE_TOO = {"AuthenticateApiKey", "RenewPrincipal"}


def _configured() -> dict[str, dict[str, Any]]:
    """Gives the entry of each configured method, by its full name."""
    return {
        f"{name['service']}.{name['method']}": entry
        for path in SERVICE_CONFIGS.glob("*.json")
        for entry in json.loads(path.read_text(encoding="utf-8"))["methodConfig"]
        for name in entry["name"]
    }


def _streams(method: MethodDescriptor) -> bool:
    return method.client_streaming or method.server_streaming


def test_every_rpc_is_configured_and_nothing_else() -> None:
    """A renamed RPC would lose its timeout without a word."""
    assert set(_configured()) == {method.full_name for method in methods()}


def test_each_service_is_configured_in_its_own_file() -> None:
    """The file that its callers' channels read."""
    misplaced = [
        name["service"]
        for path in SERVICE_CONFIGS.glob("*.json")
        for entry in json.loads(path.read_text(encoding="utf-8"))["methodConfig"]
        for name in entry["name"]
        if name["service"].split(".")[1] != path.stem
    ]

    assert misplaced == []


def test_every_call_has_a_timeout_and_no_stream_has_one() -> None:
    """A stream lasts as long as there is something to send."""
    configured = _configured()
    unlike = [
        m.full_name for m in methods() if ("timeout" in configured[m.full_name]) == _streams(m)
    ]

    assert unlike == []


def test_only_what_may_be_repeated_is_retried() -> None:
    """And only if the server was not reached."""
    retried = {name: entry for name, entry in _configured().items() if "retryPolicy" in entry}
    unsafe = [
        name
        for name in retried
        if not _REPEATABLE.match(name.rsplit(".", 1)[1])
        and name.rsplit(".", 1)[1] not in _REPEATABLE_TOO
    ]

    assert unsafe == []
    assert all(
        entry["retryPolicy"]["retryableStatusCodes"] == ["UNAVAILABLE"]
        for entry in retried.values()
    )
