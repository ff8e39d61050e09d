"""Carriers: kept by the operator, their secrets told to nobody."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.field_mask_pb2 import FieldMask

from services.kit.logging import redacted
from services.kit.rpc.errors import from_rpc_error
from services.kit.secret_box import Sealed, SecretBox
from services.telephony.usecases.keep_carriers import secret_place
from tests.support.telephony import Running, running
from veneer.telephony.v1 import carrier_service_pb2 as pb
from veneer.telephony.v1 import route_service_pb2

SECRET = "s3cret-of-the-trunk"
OLD, NEW = (f"{name}:{base64.b64encode(bytes([number]) * 32).decode()}" for number, name in
            enumerate(("old", "new"), 1))  # fmt: skip


async def refusal(call: Awaitable[Any]) -> str:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await call
    return from_rpc_error(refused.value).reason


def an_id() -> str:
    return f"c-{uuid.uuid4().hex[:10]}"


async def create(telephony: Running, carrier_id: str, **fields: Any) -> pb.Carrier:
    request = pb.CreateCarrierRequest(carrier=pb.Carrier(**fields), carrier_id=carrier_id)
    made: pb.Carrier = await telephony.carriers.CreateCarrier(request, metadata=telephony.operator)
    return made


def update(telephony: Running, *paths: str, **fields: Any) -> Awaitable[pb.Carrier]:
    request = pb.UpdateCarrierRequest(
        carrier=pb.Carrier(**fields), update_mask=FieldMask(paths=paths)
    )
    call: Awaitable[pb.Carrier] = telephony.carriers.UpdateCarrier(
        request, metadata=telephony.operator
    )
    return call


async def sealed_secret(telephony: Running, carrier_id: str) -> Sealed:
    async with telephony.database.operator_read() as store:
        carrier = await store.carriers.get(carrier_id)
    assert carrier.login_secret is not None
    return carrier.login_secret


async def test_a_carrier_has_what_is_usual_unless_told(telephony: Running) -> None:
    """And is listed."""
    carrier_id = an_id()

    made = await create(telephony, carrier_id, host="sip.example.net")

    assert (made.name, made.display_name) == (f"carriers/{carrier_id}", carrier_id)
    assert (made.protocol, made.port, list(made.codecs)) == (pb.Carrier.PJSIP, 5060, ["ulaw"])
    got = await telephony.carriers.GetCarrier(
        pb.GetCarrierRequest(name=made.name), metadata=telephony.operator
    )
    assert got == made


async def test_an_update_changes_what_it_names(telephony: Running) -> None:
    """And nothing that somebody else has changed meanwhile."""
    made = await create(telephony, an_id(), host="a.example.net", port=5070)

    changed = await update(telephony, "host", name=made.name, host="b.example.net", etag=made.etag)

    assert (changed.host, changed.port) == ("b.example.net", 5070)
    stale = update(telephony, "host", name=made.name, host="c.example.net", etag=made.etag)
    assert await refusal(stale) == "CARRIER_CHANGED"


@pytest.mark.parametrize(
    "fields",
    [
        {"host": "a b"},
        {"host": "h]\n[x"},
        {"port": 70_000},
        {"codecs": ["mp3"]},
        {"codecs": ["ulaw", "ulaw"]},
        {"login_user": "a b"},
        {"calls_max": -1},
        {"login_user": "us", "login_secret": "with space"},
        {"login_secret": "nobodys"},
    ],
)
async def test_what_the_dialers_files_cannot_hold_is_refused(
    around: Any, fields: dict[str, Any]
) -> None:
    """A file has no way to quote."""
    async with running(around, secrets_key=OLD) as telephony:
        assert await refusal(create(telephony, an_id(), **fields)) == "INVALID_REQUEST"


async def test_without_a_key_no_secret_is_taken(telephony: Running) -> None:
    """Rather than to keep it readable."""
    made = create(telephony, an_id(), host="h.example", login_user="us", login_secret=SECRET)

    assert await refusal(made) == "SECRETS_KEY_MISSING"


async def test_a_secret_goes_in_and_never_comes_out(around: Any) -> None:
    """Neither in an answer nor in the store nor in a log's copy of the request."""
    async with running(around, secrets_key=OLD) as telephony:
        carrier_id = an_id()
        fields: dict[str, Any] = {"login_user": "us", "login_secret": SECRET}
        made = await create(telephony, carrier_id, host="h.example", **fields)
        changed = await update(telephony, "login_secret", name=made.name, login_secret=f"{SECRET}2")
        listed = await telephony.carriers.ListCarriers(
            pb.ListCarriersRequest(page_size=500), metadata=telephony.operator
        )

        assert made.has_login_secret
        assert changed.has_login_secret
        assert SECRET not in f"{made}{changed}{listed}"
        rows = await around.fetch("SELECT * FROM carriers WHERE carrier_id = $1", carrier_id)
        dump = [
            await around.fetch(query)
            for query in (
                "SELECT t::text FROM carriers t",
                "SELECT t::text FROM requests t",
                "SELECT t::text FROM outbox t",
            )
        ]
        assert SECRET.encode() not in rows[0]["login_secret"]
        assert SECRET not in str(dump)
        assert SECRET.encode().hex() not in str(dump)
    request = pb.CreateCarrierRequest(carrier=pb.Carrier(login_secret=SECRET), carrier_id="x")
    assert SECRET not in json.dumps(redacted(request))


async def test_a_key_is_changed_while_telephony_runs(
    around: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is all that changes: secrets move to the first key, and the old one may go."""
    file, carrier_id = tmp_path / "secrets-key", an_id()
    file.write_text(OLD)
    monkeypatch.setenv("VENEER_TELEPHONY_SECRETS_KEY_FILE", str(file))
    fields: dict[str, Any] = {"host": "h.example", "login_user": "us", "login_secret": SECRET}
    async with running(around) as telephony:
        await create(telephony, carrier_id, **fields)
        file.write_text(f"{OLD}\n{NEW}")
        await telephony.carrier_side.resealer.look()
        before = await sealed_secret(telephony, carrier_id)
        file.write_text(f"{NEW}\n{OLD}")
        await telephony.carrier_side.resealer.look()
        again = await telephony.carrier_side.resealer.look()
        file.write_text(NEW)
        after = await sealed_secret(telephony, carrier_id)
        other = await create(telephony, an_id(), **fields)

    assert (before.key_id, after.key_id, again) == ("old", "new", 0)
    assert SecretBox.from_text(NEW).open(after, secret_place(carrier_id)) == SECRET
    assert other.has_login_secret


async def test_a_route_goes_through_a_carrier_that_is_there(telephony: Running) -> None:
    """A name alone is none."""
    client = await telephony.a_client(with_route=False)
    route = route_service_pb2.Route(code=client.code, carrier="carriers/never-been")
    request = route_service_pb2.CreateRouteRequest(route=route, route_id=client.route_id)

    call = telephony.routes.CreateRoute(request, metadata=telephony.operator)

    assert await refusal(call) == "RESOURCE_NOT_FOUND"


async def test_a_route_has_another_for_when_its_carrier_fails(telephony: Running) -> None:
    """Of the same tenant, through another carrier, and not in a chain."""
    client, other = await telephony.a_client(), await telephony.a_client()
    await telephony.a_carrier("second-voip")

    def route(code: str, failover: str, carrier: str = "second-voip") -> Any:
        made = route_service_pb2.Route(
            code=code, carrier=f"carriers/{carrier}", tenant=f"tenants/{client.tenant_id}",
            failover_route=f"routes/{failover}",
        )  # fmt: skip
        request = route_service_pb2.CreateRouteRequest(route=made, route_id=f"r-{code}")
        return telephony.routes.CreateRoute(request, metadata=telephony.operator)

    made = await route(f"{client.code}b", client.route_id)
    assert made.failover_route == f"routes/{client.route_id}"
    for bad in (
        route(f"{client.code}c", other.route_id),
        route(f"{client.code}d", f"r-{client.code}b", "acme-voip"),
        route(f"{client.code}e", client.route_id, "acme-voip"),
    ):
        assert await refusal(bad) == "FAILOVER_IMPOSSIBLE"


async def test_a_client_may_not_see_carriers(telephony: Running) -> None:
    """Carriers are the operator's."""
    call = telephony.carriers.ListCarriers(
        pb.ListCarriersRequest(), metadata=telephony.client("some-client")
    )

    assert await refusal(call) == "PERMISSION_MISSING"
