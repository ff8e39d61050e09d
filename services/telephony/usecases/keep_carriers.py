"""Creates and changes carriers; their secrets are sealed before they are stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from services.kit.secret_box import SecretBox
from services.telephony.domain.carrier import Carrier, CarrierChanged, checked, checked_secret
from services.telephony.store import TelephonyStore
from services.telephony.usecases.give_routes import TENANT_ROUTED


def secret_place(carrier_id: str) -> str:
    """What a carrier's secret is sealed for: it cannot be read as another one's."""
    return f"carriers/{carrier_id}/login_secret"


async def create_carrier(
    store: TelephonyStore, box: SecretBox, carrier: Carrier, secret: str
) -> Carrier:
    """Adds a carrier; `secret` is empty where there is none."""
    added = checked(_sealed(box, carrier, secret))
    await store.carriers.add(added)
    return added


async def update_carrier(
    store: TelephonyStore,
    box: SecretBox,
    carrier_id: str,
    edited: Callable[[Carrier], Carrier],
    secret: str | None,
) -> tuple[Carrier, Carrier]:
    """Changes a carrier, and has the routes through it applied anew; gives it as it was and is.

    `secret` is None where it stays as it is, and empty where there is to be none. `edited` gives
    the changed carrier, or refuses.
    """
    before = await store.carriers.get(carrier_id, for_update=True)
    after = edited(before)
    if secret is not None:
        after = _sealed(box, replace(after, login_secret=None), secret)
    if after == before:
        return before, before
    after = checked(replace(after, update_time=store.scope.time, version=before.version + 1))
    await store.carriers.save(after)
    for tenant_id in await store.trunks.touch_carrier(carrier_id):
        await store.outbox.add(TENANT_ROUTED, {"tenant_id": tenant_id})
    return before, after


def unchanged_since(carrier: Carrier, etag: str) -> None:
    """Refuses with CARRIER_CHANGED if the tag is given and is not the carrier's."""
    if etag and etag != etag_of(carrier):
        raise CarrierChanged(
            "The carrier has been changed meanwhile.", carrier=f"carriers/{carrier.carrier_id}"
        )


def etag_of(carrier: Carrier) -> str:
    """Gives what changes with every change of the carrier."""
    return f"v{carrier.version}"


async def seal_anew(store: TelephonyStore, box: SecretBox, limit: int) -> int:
    """Seals under the current key what is under an older one; returns how many that were."""
    found = await store.carriers.sealed_under(box.older_key_ids, limit)
    for carrier in found:
        assert carrier.login_secret is not None
        sealed = box.seal_anew(carrier.login_secret, secret_place(carrier.carrier_id))
        await store.carriers.save(replace(carrier, login_secret=sealed))
    return len(found)


def _sealed(box: SecretBox, carrier: Carrier, secret: str) -> Carrier:
    if not secret:
        return carrier
    place = secret_place(carrier.carrier_id)
    return replace(carrier, login_secret=box.seal(checked_secret(secret), place))
