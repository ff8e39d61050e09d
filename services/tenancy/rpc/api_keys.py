"""ApiKeyService: gives out keys and takes them back."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from services.kit.aip import page_token
from services.kit.aip.resource_name import possible_tenant_id, tenant_id_of
from services.kit.clock import Clock
from services.kit.db.idempotency import fingerprint
from services.kit.db.transaction import Database
from services.kit.errors import NotFound
from services.kit.rpc.principal import current_principal
from services.tenancy.domain.api_key_terms import OVERLAP, Terms, networks_of
from services.tenancy.domain.permission import CLIENT_PERMISSIONS
from services.tenancy.rpc import wire
from services.tenancy.rpc.names import ApiKeyName
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.create_api_key import NewApiKey, create_api_key
from services.tenancy.usecases.revoke_api_key import revoke_api_key
from services.tenancy.usecases.rotate_api_key import rotate_api_key
from veneer.tenancy.v1 import api_key_service_pb2, api_key_service_pb2_grpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_METHOD = "CreateApiKey"


class ApiKeyService(api_key_service_pb2_grpc.ApiKeyServiceServicer):
    """veneer.tenancy.v1.ApiKeyService."""

    def __init__(self, db: Database[TenancyStore], clock: Clock) -> None:
        self._db, self._clock = db, clock

    async def ListApiKeys(
        self, request: api_key_service_pb2.ListApiKeysRequest, context: Context
    ) -> api_key_service_pb2.ListApiKeysResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        before = page_token.decode_place(request)
        async with self._db.read(tenant_id) as store:
            page = await store.api_keys.list_before(tenant_id, before, size + 1)
        token = ""
        if len(page) > size:
            last = page[size - 1]
            token = page_token.encode_place(request, last.create_time, last.api_key_id)
        return api_key_service_pb2.ListApiKeysResponse(
            api_keys=(wire.api_key(key, self._clock.now()) for key in page[:size]),
            next_page_token=token,
        )

    async def CreateApiKey(
        self, request: api_key_service_pb2.CreateApiKeyRequest, context: Context
    ) -> api_key_service_pb2.ApiKey:
        tenant_id = tenant_id_of(request.parent, "parent")
        asked = NewApiKey(
            tenant_id,
            request.api_key.display_name,
            tuple(request.api_key.permissions),
            _terms(request.api_key),
        )
        async with self._db.transaction(tenant_id) as store:
            if await store.tenants.find(tenant_id) is None:
                raise NotFound(resource=request.parent)
            key = (tenant_id, _METHOD, request.request_id)
            answered = await store.requests.answer_to(*key, fingerprint(request))
            if answered is not None:
                return api_key_service_pb2.ApiKey.FromString(answered)
            api_key, secret = await create_api_key(
                store, asked, await _held(store, tenant_id), self._clock.now()
            )
            # Without the secret: it is not kept, not even for a repeated request.
            await store.requests.remember(
                *key, wire.api_key(api_key, self._clock.now()).SerializeToString()
            )
        return wire.api_key(api_key, self._clock.now(), secret)

    async def RotateApiKey(
        self, request: api_key_service_pb2.RotateApiKeyRequest, context: Context
    ) -> api_key_service_pb2.ApiKey:
        name = ApiKeyName.parse(request.name)
        tenant_id = possible_tenant_id(name.tenant, request.name)
        overlap = request.overlap.ToTimedelta() if request.HasField("overlap") else OVERLAP
        async with self._db.transaction(tenant_id) as store:
            key = (tenant_id, "RotateApiKey", request.request_id)
            answered = await store.requests.answer_to(*key, fingerprint(request))
            if answered is not None:
                return api_key_service_pb2.ApiKey.FromString(answered)
            old = await store.api_keys.lock(tenant_id, name.api_key)
            if old is None:
                raise NotFound(resource=request.name)
            api_key, secret = await rotate_api_key(
                store, old, await _held(store, tenant_id), overlap, self._clock.now()
            )
            await store.requests.remember(
                *key, wire.api_key(api_key, self._clock.now()).SerializeToString()
            )
        return wire.api_key(api_key, self._clock.now(), secret)

    async def RevokeApiKey(
        self, request: api_key_service_pb2.RevokeApiKeyRequest, context: Context
    ) -> api_key_service_pb2.ApiKey:
        name = ApiKeyName.parse(request.name)
        async with self._db.transaction(possible_tenant_id(name.tenant)) as store:
            revoked = await revoke_api_key(store, name.tenant, name.api_key, self._clock.now())
        if revoked is None:
            raise NotFound(resource=request.name)
        return wire.api_key(revoked, self._clock.now())


async def _held(store: TenancyStore, tenant_id: str) -> frozenset[str]:
    """What the caller may give away: of a client's key, only what clients can hold."""
    principal = current_principal()
    assert principal is not None, "the access rule admits principals only"
    tenant = await store.tenants.find(tenant_id)
    if tenant is not None and tenant.is_operator:
        return principal.permissions
    return principal.permissions & CLIENT_PERMISSIONS


def _terms(asked: api_key_service_pb2.ApiKey) -> Terms:
    end = asked.expire_time.ToDatetime(UTC) if asked.HasField("expire_time") else None
    return Terms(end, networks_of(asked.allowed_networks))
