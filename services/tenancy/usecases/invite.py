"""Asks people to join a tenant, and lets them in."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from services.kit.changes import Change, Facts
from services.kit.db.transaction import Database
from services.kit.errors import AlreadyExists, InvalidRequest, NotFound
from services.tenancy.domain import audit_facts
from services.tenancy.domain.credential import User, hash_of
from services.tenancy.domain.email_address import is_email
from services.tenancy.domain.invitation import LIFE, Invitation, checked, proof_of_invitations
from services.tenancy.domain.notice import Asked, NoticeKind
from services.tenancy.domain.permission import Role
from services.tenancy.domain.sealed_link import LinkSealer, Place, Purpose, place_of
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.create_user import NewUser, add_user, new_user
from services.tenancy.usecases.note_change import note_change
from services.tenancy.usecases.update_user import Changer, check_may_give


@dataclass(frozen=True, slots=True)
class Link:
    """A link that was just made: its token, which is kept nowhere, and the mail that it goes by."""

    token: str
    mail: Asked | None


@dataclass(frozen=True, slots=True)
class Links:
    """Makes the links of invitations, and the mails that they go by where those are sent."""

    sealer: LinkSealer
    sends_mail: bool

    async def linked(self, store: TenancyStore, invitation: Invitation) -> tuple[Invitation, Link]:
        """Gives an invitation with a link of its own, in place of any before."""
        tenant_id = invitation.tenant_id
        place = Place(Purpose.INVITATION, secrets.token_hex(8))
        proof = proof_of_invitations(tenant_id)
        token = self.sealer.token(place, invitation.expire_time, proof)
        tenant = await store.tenants.find(tenant_id)
        mail = None
        if self.sends_mail and tenant is not None and tenant.host_names:
            shown = place_of(place.purpose, place.subject_id, invitation.expire_time)
            mail = Asked(
                tenant_id=tenant_id,
                notice_id=f"invitation.{invitation.invitation_id}.{place.subject_id}",
                kind=NoticeKind.INVITATION,
                values={"link": f"https://{tenant.host_names[0]}/invitation?token={shown}"},
                recipients=(invitation.email,),
            )
        notice_id = mail.notice_id if mail else ""
        linked = replace(invitation, token_hash=hash_of(token), notice_id=notice_id)
        return linked, Link(token, mail)


@dataclass(frozen=True, slots=True)
class Invited:
    """Who is to be invited, and to be what."""

    tenant_id: str
    email: str
    role: Role


async def invite(
    store: TenancyStore, links: Links, invited: Invited, changer: Changer
) -> tuple[Invitation, Link]:
    """Adds an invitation and gives it with its link.

    Refuses with INVALID_REQUEST, RESOURCE_ALREADY_EXISTS, PERMISSION_NOT_HELD and OWNER_NEEDED.
    """
    tenant_id, role = invited.tenant_id, invited.role
    address, now = invited.email.strip().lower(), store.scope.time
    if not is_email(address):
        raise InvalidRequest.at("invitation.email", "Must be an e-mail address.")
    await check_may_give(store, tenant_id, role, changer)
    if await store.users.find_by_email(tenant_id, address) is not None:
        raise AlreadyExists("There is a user of this address.", email=address)
    blank = Invitation(tenant_id, secrets.token_hex(8), address, role, now, now + LIFE, b"")
    invitation, link = await links.linked(store, blank)
    await store.invitations.add(invitation)
    await _note(
        store, "invitations.create", invitation, after=audit_facts.of_invitation(invitation)
    )
    return invitation, link


async def renew_invitation(
    store: TenancyStore, links: Links, name: tuple[str, str], changer: Changer
) -> tuple[Invitation, Link]:
    """Gives an invitation with another link; the one before is good no more."""
    tenant_id, invitation_id = name
    present = await _present(store, tenant_id, invitation_id)
    await check_may_give(store, tenant_id, present.role, changer)
    later = replace(present, expire_time=store.scope.time + LIFE)
    renewed, link = await links.linked(store, later)
    await store.invitations.set_link(renewed)
    before, after = audit_facts.of_invitation(present), audit_facts.of_invitation(renewed)
    await _note(store, "invitations.renew", renewed, before, after)
    return renewed, link


async def revoke_invitation(
    store: TenancyStore, tenant_id: str, invitation_id: str, changer: Changer
) -> Invitation:
    """Takes an invitation back, which whoever might have made it may, and gives it as it was.

    Refuses with RESOURCE_NOT_FOUND, PERMISSION_NOT_HELD and OWNER_NEEDED.
    """
    present = await _present(store, tenant_id, invitation_id)
    await check_may_give(store, tenant_id, present.role, changer)
    await store.invitations.remove(present)
    await _note(store, "invitations.revoke", present, before=audit_facts.of_invitation(present))
    return present


async def read_invitation(db: Database[TenancyStore], tenant_id: str, token: str) -> Invitation:
    """Gives the invitation of a link; refuses with INVITATION_INVALID."""
    async with db.transaction(tenant_id) as store:
        found = await store.invitations.lock_by_token(tenant_id, hash_of(token))
        return checked(found, store.scope.time)


async def accept_invitation(
    db: Database[TenancyStore], tenant_id: str, token: str, display_name: str, password: str
) -> User:
    """Makes a user of who follows a link, once.

    Refuses with INVITATION_INVALID, INVALID_REQUEST and PASSWORD_TOO_WEAK.
    """
    invited = await read_invitation(db, tenant_id, token)
    asked = NewUser(tenant_id, invited.email, display_name.strip(), invited.role, password)
    # Before the transaction that uses the link up: hashing is slow on purpose.
    user = await new_user(asked, _now(db))
    async with db.transaction(tenant_id) as store:
        found = await store.invitations.lock_by_token(tenant_id, hash_of(token))
        invitation = checked(found, store.scope.time)
        await store.invitations.remove(invitation)
        await add_user(store, replace(user, role=invitation.role), actor=user.name)
    return user


def _now(db: Database[TenancyStore]) -> datetime:
    now: datetime = db.clock.now()
    return now


async def _present(store: TenancyStore, tenant_id: str, invitation_id: str) -> Invitation:
    present = await store.invitations.lock(tenant_id, invitation_id)
    if present is None:
        raise NotFound(resource=f"tenants/{tenant_id}/invitations/{invitation_id}")
    return present


async def _note(
    store: TenancyStore,
    action: str,
    invitation: Invitation,
    before: Facts | None = None,
    after: Facts | None = None,
) -> None:
    change = Change(invitation.tenant_id, action, invitation.name, before or {}, after or {})
    await note_change(store, change)
