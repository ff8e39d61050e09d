"""A client accepts its agreement, which is kept with its proof; a new version is asked again."""

from __future__ import annotations

import hashlib
from typing import Any

import grpc
import pytest

from services.kit.rpc.errors import from_rpc_error
from services.tenancy.domain.agreement import FIRST
from services.tenancy.domain.permission import CLIENT_PERMISSIONS
from tests.support.builders.tenancy import an_id
from tests.support.mesh import mesh
from tests.support.onboarding_house import House
from veneer.tenancy.v1 import agreement_service_pb2 as pb
from veneer.tenancy.v1 import agreement_version_service_pb2 as versions_pb
from veneer.tenancy.v1 import onboarding_service_pb2

_Run = onboarding_service_pb2.OnboardingRun
CLAUSES = ("PROPRIETARY", "NON-DISCLOSURE", "NO VENDOR ACCESS", "PRICING", "TERMINATION")


async def _shown(house: House, tenant_id: str, whose: Any) -> pb.Agreement:
    request = pb.GetAgreementRequest(name=f"tenants/{tenant_id}/agreement")
    found: pb.Agreement = await house.agreements.GetAgreement(request, metadata=whose)
    return found


async def _accepted(
    house: House, tenant_id: str, whose: Any, text_hash: str, name: str = "Ann Sunny"
) -> pb.AgreementAcceptance:
    request = pb.AcceptAgreementRequest(
        name=f"tenants/{tenant_id}/agreement",
        text_hash=text_hash,
        signer_name=name,
        network_address="203.0.113.9",
        device="A browser",
    )
    made: pb.AgreementAcceptance = await house.agreements.AcceptAgreement(request, metadata=whose)
    return made


async def _publish(house: House, template: str) -> versions_pb.AgreementVersion:
    request = versions_pb.CreateAgreementVersionRequest(
        agreement_version=versions_pb.AgreementVersion(template=template, note="Clearer.")
    )
    made: versions_pb.AgreementVersion = await house.versions.CreateAgreementVersion(
        request, metadata=house.operator
    )
    return made


async def test_a_run_goes_on_by_itself_when_its_owner_has_accepted(house: House) -> None:
    """Who, when, from where and of which text is kept, and shown for ever."""
    tenant_id = an_id()
    run = await house.start(tenant_id)
    await house.work()
    owner = await house.owner(tenant_id)
    offered = await _shown(house, tenant_id, owner)

    made = await _accepted(house, tenant_id, owner, offered.text_hash)
    again = await _accepted(house, tenant_id, owner, offered.text_hash)
    await house.work()

    shown = await _shown(house, tenant_id, owner)
    kept = await house.agreements.GetAgreementAcceptance(
        pb.GetAgreementAcceptanceRequest(name=made.name), metadata=owner
    )
    assert (await house.get(run)).state == _Run.SUCCEEDED
    assert all(clause in offered.text for clause in CLAUSES)
    assert "PRICE SCHEDULE\nMinutes: 0.025 USD per minute\n" in offered.text
    assert offered.text_hash == hashlib.sha256(offered.text.encode()).hexdigest()
    assert not offered.HasField("acceptance")
    assert (kept.text, kept.text_hash) == (offered.text, offered.text_hash)
    assert kept.way == pb.AgreementAcceptance.ELECTRONIC
    assert (kept.signer_name, kept.signer_email) == ("Ann Sunny", f"ann@{tenant_id}.example")
    assert (kept.network_address, kept.device) == ("203.0.113.9", "A browser")
    assert kept.HasField("accept_time")
    assert again.name == made.name == shown.acceptance.name


async def test_who_accepts_before_it_is_asked_is_not_asked(house: House) -> None:
    """The run never waits then."""
    tenant_id = an_id()
    run = await house.start(tenant_id)
    owner = await house.owner(tenant_id)

    await _accepted(house, tenant_id, owner, (await _shown(house, tenant_id, owner)).text_hash)
    await house.work()

    assert (await house.get(run)).state == _Run.SUCCEEDED
    assert await house.mails(tenant_id) == ["Welcome, Sunny Side"]


async def test_only_an_owner_accepts_and_only_what_it_has_read(house: House) -> None:
    """No program, nobody else's people, not another text, and not without a name."""
    tenant_id = an_id()
    run = await house.start(tenant_id)
    owner = await house.owner(tenant_id)
    offered = await _shown(house, tenant_id, owner)
    key = mesh().client(
        house.clock, tenant_id, CLIENT_PERMISSIONS, subject=f"tenants/{tenant_id}/apiKeys/k1"
    )
    wrong = [
        (key, offered.text_hash, "Ann", "PERSON_NEEDED"),
        (house.operator, offered.text_hash, "Ann", "PERSON_NEEDED"),
        (owner, "0" * 64, "Ann", "AGREEMENT_CHANGED"),
        (owner, offered.text_hash, " ", "INVALID_REQUEST"),
    ]

    for whose, text_hash, name, reason in wrong:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await _accepted(house, tenant_id, whose, text_hash, name)
        assert from_rpc_error(refused.value).reason == reason
    await house.work()

    assert (await house.get(run)).state == _Run.WAITING


async def test_a_new_version_is_asked_of_all_and_the_old_one_is_kept(house: House) -> None:
    """Paper counts for a version as well; the console tells who has accepted which."""
    paper, open_still = an_id(), an_id()
    for tenant_id in (paper, open_still):
        run = await house.start(tenant_id)
        await house.sign(run)
    owner = await house.owner(paper)
    before = await _shown(house, paper, owner)
    published = await _publish(house, FIRST.template + "\n6. CARE\nBoth take care.\n")

    asked = await _shown(house, paper, owner)
    note = versions_pb.RecordPaperAcceptanceRequest(
        name=f"tenants/{paper}/agreement", signer_name="Ann Sunny", note="In the folder."
    )
    await house.versions.RecordPaperAcceptance(note, metadata=house.operator)

    standings = await house.versions.ListAgreementStandings(
        versions_pb.ListAgreementStandingsRequest(page_size=500), metadata=house.operator
    )
    current = {each.tenant: each.is_current for each in standings.agreement_standings}
    listed = await house.agreements.ListAgreementAcceptances(
        pb.ListAgreementAcceptancesRequest(parent=f"tenants/{paper}"), metadata=owner
    )
    versions = await house.versions.ListAgreementVersions(
        versions_pb.ListAgreementVersionsRequest(), metadata=house.operator
    )
    assert before.acceptance.way == pb.AgreementAcceptance.PAPER
    assert not asked.HasField("acceptance")
    assert "6. CARE" in asked.text
    assert current[f"tenants/{paper}"]
    assert not current[f"tenants/{open_still}"]
    assert [each.version for each in listed.agreement_acceptances] == [
        published.name.split("/")[-1],
        before.version,
    ]
    assert versions.agreement_versions[0].name == published.name
    assert versions.agreement_versions[-1].template == FIRST.template


async def test_a_wording_that_names_nobody_is_not_published(house: House) -> None:
    """All that is wrong is said at once."""
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await _publish(house, "Be good.")

    assert [each.field for each in from_rpc_error(refused.value).violations] == [
        "agreement_version.template"
    ] * 3
