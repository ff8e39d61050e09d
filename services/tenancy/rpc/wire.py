"""Turns messages into tenancy's values, and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp

from services.kit.aip.field_mask import merged
from services.kit.aip.resource_name import TenantName
from services.kit.errors import InvalidRequest
from services.kit.rpc.principal import PrincipalSigner
from services.tenancy.domain.api_key_terms import state_of
from services.tenancy.domain.brand import Brand
from services.tenancy.domain.credential import ApiKey, User, UserState
from services.tenancy.domain.permission import Role
from services.tenancy.domain.tenant import State, Tenant, Tier, limits_of
from services.tenancy.rpc import wire_brand
from services.tenancy.rpc.names import ApiKeyName, ProfileName, UserName
from services.tenancy.usecases.authenticate import Bearer
from veneer.tenancy.v1 import (
    api_key_service_pb2,
    authentication_service_pb2,
    directory_service_pb2,
    profile_service_pb2,
    tenant_service_pb2,
    user_service_pb2,
)


def timestamp(instant: datetime) -> Timestamp:
    """Gives an instant as a message."""
    message = Timestamp()
    message.FromDatetime(instant)
    return message


def tenant_name(tenant_id: str | None) -> str:
    """Gives a tenant's resource name; empty for nobody."""
    return str(TenantName(tenant_id)) if tenant_id else ""


def tenant_from(
    request: tenant_service_pb2.CreateTenantRequest, seller_id: str, now: datetime
) -> Tenant:
    """Gives the tenant that a request asks for, unchecked."""
    asked = request.tenant
    tier = Tier(tenant_service_pb2.Tenant.Tier.Name(asked.tier))
    return Tenant(
        tenant_id=request.tenant_id,
        display_name=asked.display_name,
        seller_id=(
            TenantName.parse(asked.parent, "tenant.parent").tenant if asked.parent else seller_id
        ),
        state=State.ACTIVE,
        tier=tier,
        time_zone=asked.time_zone,
        brand=_brand_from(asked),
        limits=wire_brand.limits_from(asked.limits)
        if asked.HasField("limits")
        else limits_of(tier),
        create_time=now,
        host_names=tuple(asked.host_names),
        contact_email=asked.contact_email,
        internal_notes=asked.internal_notes,
        billing_anchor_day=asked.billing_anchor_day or 1,
        max_requests_per_minute=_rate(asked),
    )


def edited(present: Tenant, request: tenant_service_pb2.UpdateTenantRequest) -> Tenant:
    """Gives a tenant with the fields that a request names as it has them, unchecked."""
    asked = merged(request.update_mask, request.tenant, tenant(present))
    return replace(
        present,
        display_name=asked.display_name,
        tier=Tier(tenant_service_pb2.Tenant.Tier.Name(asked.tier)),
        time_zone=asked.time_zone,
        brand=_brand_from(asked),
        limits=wire_brand.limits_from(asked.limits),
        contact_email=asked.contact_email,
        internal_notes=asked.internal_notes,
        max_requests_per_minute=_rate(asked),
    )


def tenant(value: Tenant) -> tenant_service_pb2.Tenant:
    """Gives a tenant as the operator sees it."""
    return tenant_service_pb2.Tenant(
        name=tenant_name(value.tenant_id),
        display_name=value.display_name,
        parent=tenant_name(value.seller_id),
        state=tenant_service_pb2.Tenant.State.Value(value.state.value),
        tier=tenant_service_pb2.Tenant.Tier.Value(value.tier.value),
        time_zone=value.time_zone,
        host_names=value.host_names,
        brand=wire_brand.brand(value.brand),
        limits=wire_brand.limits(value.limits),
        contact_email=value.contact_email,
        internal_notes=value.internal_notes,
        create_time=timestamp(value.create_time),
        billing_anchor_day=value.billing_anchor_day,
        max_requests_per_minute=value.max_requests_per_minute,
        etag=value.etag,
    )


def profile(value: Tenant, seller_display_name: str) -> profile_service_pb2.Profile:
    """Gives a tenant as it sees itself."""
    return profile_service_pb2.Profile(
        name=str(ProfileName(value.tenant_id)),
        display_name=value.display_name,
        time_zone=value.time_zone,
        brand=wire_brand.brand(value.brand),
        limits=wire_brand.limits(value.limits),
        seller_display_name=seller_display_name,
        etag=value.etag,
    )


def entry(value: Tenant) -> directory_service_pb2.Entry:
    """Gives a tenant as the other services see it."""
    return directory_service_pb2.Entry(
        tenant=tenant_name(value.tenant_id),
        seller=tenant_name(value.seller_id),
        display_name=value.display_name,
        state=tenant_service_pb2.Tenant.State.Value(value.state.value),
        time_zone=value.time_zone,
        limits=wire_brand.limits(value.limits),
        brand=wire_brand.brand(value.brand),
        contact_email=value.contact_email,
        billing_anchor_day=value.billing_anchor_day,
        service_end_time=timestamp(value.service_end_time) if value.service_end_time else None,
        tier=tenant_service_pb2.Tenant.Tier.Value(value.tier.value),
    )


def api_key(value: ApiKey, now: datetime, secret: str = "") -> api_key_service_pb2.ApiKey:
    """Gives a key as a message, with its secret only when it has just been made."""
    return api_key_service_pb2.ApiKey(
        name=str(ApiKeyName(value.tenant_id, value.api_key_id)),
        display_name=value.display_name,
        permissions=sorted(value.permissions),
        prefix=value.prefix,
        secret=secret,
        create_time=timestamp(value.create_time),
        revoke_time=timestamp(value.revoke_time) if value.revoke_time else None,
        expire_time=timestamp(value.expire_time) if value.expire_time else None,
        allowed_networks=value.allowed_networks,
        state=api_key_service_pb2.ApiKey.State.Value(state_of(value, now)),
        last_use_time=timestamp(value.last_use_time) if value.last_use_time else None,
    )


def user(value: User, has_second_factor: bool = False) -> user_service_pb2.User:
    """Gives a user as a message, without its password."""
    return user_service_pb2.User(
        name=str(UserName(value.tenant_id, value.user_id)),
        email=value.email,
        display_name=value.display_name,
        role=user_service_pb2.User.Role.Value(value.role.value),
        create_time=timestamp(value.create_time),
        state=user_service_pb2.User.State.Value(value.state.value),
        has_second_factor=has_second_factor,
    )


def edited_user(present: User, request: user_service_pb2.UpdateUserRequest) -> User:
    """Gives a user with the fields that a request names as it has them, unchecked."""
    asked = merged(request.update_mask, request.user, user(present))
    for name in ("role", "state"):
        if not getattr(asked, name):
            raise InvalidRequest.at(f"user.{name}", "Must not be left out.")
    return replace(
        present,
        display_name=asked.display_name.strip() or present.email,
        role=Role(user_service_pb2.User.Role.Name(asked.role)),
        state=UserState(user_service_pb2.User.State.Name(asked.state)),
    )


def signed_principal(
    bearer: Bearer, signer: PrincipalSigner
) -> authentication_service_pb2.SignedPrincipal:
    """Signs somebody in."""
    is_operator = bearer.tenant.is_operator
    token, expire_time = signer.sign(
        bearer.subject,
        bearer.tenant.tenant_id,
        "operator" if is_operator else "client",
        bearer.permissions,
        bearer.until,
    )
    return authentication_service_pb2.SignedPrincipal(
        token=token,
        expire_time=timestamp(expire_time),
        subject=bearer.subject,
        tenant=tenant_name(bearer.tenant.tenant_id),
        is_operator=is_operator,
        permissions=sorted(bearer.permissions),
        needs_second_factor=bearer.needs_second_factor,
    )


def _brand_from(asked: tenant_service_pb2.Tenant) -> Brand:
    if not asked.HasField("brand"):
        return Brand(asked.display_name)
    return wire_brand.brand_from(asked.brand, asked.display_name)


def _rate(asked: tenant_service_pb2.Tenant) -> int | None:
    has_one = asked.HasField("max_requests_per_minute")
    return asked.max_requests_per_minute if has_one else None
