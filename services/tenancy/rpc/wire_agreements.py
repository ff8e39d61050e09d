"""Turns agreements into messages."""

from __future__ import annotations

from services.tenancy.domain.agreement import Acceptance, AgreementVersion
from services.tenancy.rpc.wire import timestamp
from services.tenancy.usecases.agreements.showing import Offer
from veneer.tenancy.v1 import agreement_service_pb2 as pb
from veneer.tenancy.v1 import agreement_version_service_pb2 as versions_pb


def agreement(offer: Offer) -> pb.Agreement:
    """An agreement that waits to be accepted."""
    return pb.Agreement(
        name=f"tenants/{offer.client.tenant_id}/agreement",
        version=offer.version.version_id,
        text=offer.text,
        text_hash=offer.text_hash.hex(),
    )


def accepted_agreement(accepted: Acceptance) -> pb.Agreement:
    """An agreement that has been accepted: the text is the one of then."""
    return pb.Agreement(
        name=f"tenants/{accepted.tenant_id}/agreement",
        version=accepted.version_id,
        text=accepted.text,
        text_hash=accepted.text_hash.hex(),
        acceptance=acceptance(accepted, with_text=False),
    )


def acceptance(value: Acceptance, *, with_text: bool = True) -> pb.AgreementAcceptance:
    """An acceptance; in lists without its text."""
    signature = value.signature
    user = f"tenants/{value.tenant_id}/users/{signature.signer_id}"
    return pb.AgreementAcceptance(
        name=value.name,
        version=value.version_id,
        text=value.text if with_text else "",
        text_hash=value.text_hash.hex(),
        way=pb.AgreementAcceptance.Way.Value(signature.way.value),
        signer_name=signature.signer_name,
        signer=user if signature.signer_id else "",
        signer_email=signature.signer_email,
        network_address=signature.network_address,
        device=signature.device,
        note=signature.note,
        accept_time=timestamp(value.accept_time),
    )


def version(value: AgreementVersion) -> versions_pb.AgreementVersion:
    """A version of the agreement."""
    created = timestamp(value.create_time) if value.create_time else None
    return versions_pb.AgreementVersion(
        name=value.name, template=value.template, note=value.note, create_time=created
    )
