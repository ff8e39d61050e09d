"""Publishes versions of the agreement."""

from __future__ import annotations

from dataclasses import replace

from services.kit.changes import Change
from services.tenancy.domain.agreement import AgreementVersion, checked_version, id_of_day
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.note_change import note_change

# More than are published on one day by far.
_RECENT = 100


async def publish(
    store: TenancyStore, operator_id: str, version: AgreementVersion
) -> AgreementVersion:
    """Gives the version as it was published; refuses with INVALID_REQUEST."""
    checked_version(version)
    await store.lock_agreement(operator_id)
    taken = {each.version_id for each in await store.agreements.versions(_RECENT)}
    now = store.scope.time
    published = replace(version, version_id=id_of_day(now, taken), create_time=now)
    await store.agreements.publish(operator_id, published)
    facts = {"template": published.template, "note": published.note}
    change = Change(operator_id, "agreementVersions.create", published.name, after=facts)
    await note_change(store, change)
    return published
