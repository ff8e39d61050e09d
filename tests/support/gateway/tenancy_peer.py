"""A scripted tenancy."""

from __future__ import annotations

from typing import Any

from tests.support.gateway.agreements_peer import Agreements, AgreementVersions
from tests.support.gateway.audit_peer import Audit, AuditRecords
from tests.support.gateway.authentication_peer import Authentication
from tests.support.gateway.client_notes_peer import client_note_services
from tests.support.gateway.email_changes_peer import EmailChanges
from tests.support.gateway.host_names_peer import host_name_services
from tests.support.gateway.lifecycle_peer import lifecycle_services
from tests.support.gateway.onboarding_peer import onboarding_services
from tests.support.gateway.passwords_peer import Passwords
from tests.support.gateway.second_factors_peer import SecondFactorPolicies, SecondFactors
from tests.support.gateway.single_sign_on_peer import SingleSignOns
from tests.support.gateway.support_peer import support_services
from tests.support.gateway.users_peer import Invitations, Users
from tests.support.gateway.world import PASSWORD, CredentialsWrong, Party, World
from veneer.tenancy.v1 import (
    agreement_service_pb2_grpc,
    agreement_version_service_pb2_grpc,
    api_key_service_pb2,
    api_key_service_pb2_grpc,
    audit_record_service_pb2_grpc,
    audit_service_pb2_grpc,
    authentication_service_pb2_grpc,
    brand_pb2,
    directory_service_pb2,
    directory_service_pb2_grpc,
    email_change_service_pb2_grpc,
    invitation_service_pb2_grpc,
    notice_record_service_pb2,
    notice_record_service_pb2_grpc,
    notice_service_pb2,
    password_service_pb2_grpc,
    profile_service_pb2,
    profile_service_pb2_grpc,
    second_factor_policy_service_pb2_grpc,
    second_factor_service_pb2_grpc,
    single_sign_on_service_pb2_grpc,
    tenant_service_pb2,
    tenant_service_pb2_grpc,
    user_service_pb2_grpc,
    webhook_notice_service_pb2_grpc,
)


class Directory(directory_service_pb2_grpc.DirectoryServiceServicer):
    """Tells zones."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def GetEntry(self, request: Any, context: Any) -> Any:
        return self._entry(self._world.party(request.tenant))

    async def ListEntries(self, request: Any, context: Any) -> Any:
        entries = [self._entry(party) for party in self._world.parties.values()]
        return directory_service_pb2.ListEntriesResponse(entries=entries)

    def _entry(self, party: Party) -> Any:
        return directory_service_pb2.Entry(
            tenant=party.name, display_name=party.display_name, time_zone=party.time_zone
        )


class Profiles(profile_service_pb2_grpc.ProfileServiceServicer):
    """Everybody may use the same."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def GetProfile(self, request: Any, context: Any) -> Any:
        self._world.hear("GetProfile")
        return self._told(request.name)

    async def UpdateProfile(self, request: Any, context: Any) -> Any:
        asked = request.profile
        self._world.hear(f"UpdateProfile {asked.name} {','.join(request.update_mask.paths)}")
        self._world.brands[asked.name.removesuffix("/profile")] = asked.brand
        return self._told(asked.name)

    def _told(self, name: str) -> Any:
        party = self._world.party(name)
        return profile_service_pb2.Profile(
            name=name,
            display_name=party.display_name,
            brand=self._world.brands.get(party.name, party.brand),
            limits=brand_pb2.Limits(max_concurrent_calls=40, max_agents=25, max_dids=1),
            etag='"1"',
        )


class Tenants(tenant_service_pb2_grpc.TenantServiceServicer):
    """Lists the world."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def UpdateTenant(self, request: Any, context: Any) -> Any:
        asked = request.tenant
        self._world.hear(f"UpdateTenant {asked.name} {','.join(request.update_mask.paths)}")
        self._world.brands[asked.name] = asked.brand
        return self._tenant(asked.name)

    async def GetTenant(self, request: Any, context: Any) -> Any:
        return self._tenant(request.name)

    async def ListTenants(self, request: Any, context: Any) -> Any:
        tenants = [self._tenant(party.name) for party in self._world.parties.values()]
        return tenant_service_pb2.ListTenantsResponse(tenants=tenants)

    async def CreateTenant(self, request: Any, context: Any) -> Any:
        self._world.hear(f"CreateTenant {request.tenant_id} {request.request_id}")
        created = tenant_service_pb2.Tenant()
        created.CopyFrom(request.tenant)
        created.name = f"tenants/{request.tenant_id}"
        return created

    def _tenant(self, name: str) -> Any:
        party = self._world.party(name)
        ends = [
            each.service_end_time for each in self._world.lifecycle_runs if each.is_withdrawable
        ]
        return tenant_service_pb2.Tenant(
            service_end_time=next(iter(ends), None),
            name=party.name,
            display_name=party.display_name,
            parent="" if party.is_operator else "tenants/northgate",
            state=self._world.states.get(party.name, tenant_service_pb2.Tenant.ACTIVE),
            tier=tenant_service_pb2.Tenant.SILVER,
            time_zone=party.time_zone,
            host_names=[party.host],
            brand=self._world.brands.get(party.name, party.brand),
            etag='"1"',
        )


class ApiKeys(api_key_service_pb2_grpc.ApiKeyServiceServicer):
    """One key a tenant, and new ones."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ListApiKeys(self, request: Any, context: Any) -> Any:
        key = api_key_service_pb2.ApiKey(
            name=f"{request.parent}/apiKeys/k1",
            display_name="Lead import",
            prefix="dk_9f3a2c",
            permissions=["leads.read", "leads.write"],
            allowed_networks=["203.0.113.0/24", "2001:db8::/32"],
            state=api_key_service_pb2.ApiKey.ACTIVE,
        )
        key.create_time.FromDatetime(self._world.clock.now())
        key.last_use_time.FromDatetime(self._world.clock.now())
        over = api_key_service_pb2.ApiKey(
            name=f"{request.parent}/apiKeys/k0",
            display_name="Old reports",
            prefix="dk_000000",
            permissions=["reports.read"],
            state=api_key_service_pb2.ApiKey.EXPIRED,
        )
        over.expire_time.FromDatetime(self._world.clock.now())
        return api_key_service_pb2.ListApiKeysResponse(api_keys=[key, over])

    async def CreateApiKey(self, request: Any, context: Any) -> Any:
        self._world.hear(f"CreateApiKey {request.api_key.display_name}")
        self._world.api_key = request.api_key
        return api_key_service_pb2.ApiKey(
            name=f"{request.parent}/apiKeys/k2",
            display_name=request.api_key.display_name,
            prefix="dk_77",
            secret="dk_77_shown-once",
        )

    async def RotateApiKey(self, request: Any, context: Any) -> Any:
        self._world.hear(f"RotateApiKey {request.name} {request.overlap.seconds}")
        return api_key_service_pb2.ApiKey(
            name=f"{request.name}-new", display_name="Lead import", secret="dk_88_shown-once"
        )

    async def RevokeApiKey(self, request: Any, context: Any) -> Any:
        self._world.hear(f"RevokeApiKey {request.name}")
        return api_key_service_pb2.ApiKey(name=request.name)


class NoticeRecords(notice_record_service_pb2_grpc.NoticeRecordServiceServicer):
    """One mail that was held back, and one that came back."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ListFailedNotices(self, request: Any, context: Any) -> Any:
        answer = notice_record_service_pb2.ListFailedNoticesResponse()
        kind = notice_service_pb2.Notice
        notice = answer.notices.add(
            name="tenants/abc-solar/notices/n1", subject="Your prices change", state=kind.FAILED
        )
        notice.mails.add(
            recipient="ann@sunny.example",
            state=kind.FAILED,
            answer="Held back: it says Portunus, which no client may read.",
        )
        return answer

    async def ListNotices(self, request: Any, context: Any) -> Any:
        answer = notice_record_service_pb2.ListNoticesResponse()
        kind = notice_service_pb2.Notice
        notice = answer.notices.add(
            name=f"{request.parent}/notices/welcome.r1",
            subject="Welcome, ABC Solar",
            text="Everything is ready.",
            state=kind.FAILED,
        )
        notice.create_time.FromDatetime(self._world.clock.now())
        notice.mails.add(recipient="dana@abc.example", state=kind.SENT, answer="250 OK")
        notice.mails.add(recipient="gone@abc.example", state=kind.FAILED, answer="550 No such user")
        return answer

    async def ResendNotice(self, request: Any, context: Any) -> Any:
        self._world.hear(f"ResendNotice {request.name}")
        return notice_service_pb2.Notice(name=request.name)


class WebhookNotices(webhook_notice_service_pb2_grpc.WebhookNoticeServiceServicer):
    """Hears which clients are told that an endpoint was disabled."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def SendEndpointDisabledNotice(self, request: Any, context: Any) -> Any:
        self._world.hear(f"SendEndpointDisabledNotice {request.tenant} {request.endpoint}")
        return notice_service_pb2.Notice()


def tenancy_services(world: World) -> list[Any]:
    """Gives what a scripted tenancy serves."""
    return [
        *_who_comes_in(world),
        (agreement_service_pb2_grpc.add_AgreementServiceServicer_to_server, Agreements(world)),
        (
            agreement_version_service_pb2_grpc.add_AgreementVersionServiceServicer_to_server,
            AgreementVersions(world),
        ),
        (
            notice_record_service_pb2_grpc.add_NoticeRecordServiceServicer_to_server,
            NoticeRecords(world),
        ),
        (
            webhook_notice_service_pb2_grpc.add_WebhookNoticeServiceServicer_to_server,
            WebhookNotices(world),
        ),
        (directory_service_pb2_grpc.add_DirectoryServiceServicer_to_server, Directory(world)),
        (profile_service_pb2_grpc.add_ProfileServiceServicer_to_server, Profiles(world)),
        (tenant_service_pb2_grpc.add_TenantServiceServicer_to_server, Tenants(world)),
        *lifecycle_services(world),
        *host_name_services(world),
        *onboarding_services(world),
        *client_note_services(world),
        *support_services(world),
        (audit_service_pb2_grpc.add_AuditServiceServicer_to_server, Audit(world)),
        (
            audit_record_service_pb2_grpc.add_AuditRecordServiceServicer_to_server,
            AuditRecords(world),
        ),
    ]


def _who_comes_in(world: World) -> list[Any]:
    return [
        (api_key_service_pb2_grpc.add_ApiKeyServiceServicer_to_server, ApiKeys(world)),
        (
            invitation_service_pb2_grpc.add_InvitationServiceServicer_to_server,
            Invitations(world),
        ),
        (
            email_change_service_pb2_grpc.add_EmailChangeServiceServicer_to_server,
            EmailChanges(world, PASSWORD, CredentialsWrong),
        ),
        (
            second_factor_service_pb2_grpc.add_SecondFactorServiceServicer_to_server,
            SecondFactors(world, PASSWORD, CredentialsWrong),
        ),
        (
            second_factor_policy_service_pb2_grpc.add_SecondFactorPolicyServiceServicer_to_server,
            SecondFactorPolicies(world),
        ),
        (
            single_sign_on_service_pb2_grpc.add_SingleSignOnServiceServicer_to_server,
            SingleSignOns(world),
        ),
        (
            password_service_pb2_grpc.add_PasswordServiceServicer_to_server,
            Passwords(world, PASSWORD, CredentialsWrong),
        ),
        (user_service_pb2_grpc.add_UserServiceServicer_to_server, Users(world)),
        (
            authentication_service_pb2_grpc.add_AuthenticationServiceServicer_to_server,
            Authentication(world),
        ),
    ]
