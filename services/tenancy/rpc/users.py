"""UserService: the people of a tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.kit.aip import page_token
from services.kit.aip.resource_name import tenant_id_of
from services.kit.clock import Clock
from services.kit.db.idempotency import fingerprint
from services.kit.db.transaction import Database
from services.kit.errors import NotFound
from services.kit.rpc.principal import current_principal
from services.tenancy.domain.permission import PermissionNotHeld, Role, permissions_of
from services.tenancy.rpc import wire
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.create_user import NewUser, add_user, new_user
from veneer.tenancy.v1 import user_service_pb2, user_service_pb2_grpc

if TYPE_CHECKING:
    from services.kit.rpc.interceptor import Context

_METHOD = "CreateUser"


class UserService(user_service_pb2_grpc.UserServiceServicer):
    """veneer.tenancy.v1.UserService."""

    def __init__(self, db: Database[TenancyStore], clock: Clock) -> None:
        self._db, self._clock = db, clock

    async def ListUsers(
        self, request: user_service_pb2.ListUsersRequest, context: Context
    ) -> user_service_pb2.ListUsersResponse:
        tenant_id = tenant_id_of(request.parent, "parent")
        size = page_token.page_size(request, 50, 500)
        cursor = page_token.decode(request)
        async with self._db.read(tenant_id) as store:
            page = await store.users.list_after(tenant_id, cursor[0] if cursor else "", size + 1)
        token = page_token.encode(request, [page[size - 1].email]) if len(page) > size else ""
        return user_service_pb2.ListUsersResponse(
            users=map(wire.user, page[:size]), next_page_token=token
        )

    async def CreateUser(
        self, request: user_service_pb2.CreateUserRequest, context: Context
    ) -> user_service_pb2.User:
        tenant_id = tenant_id_of(request.parent, "parent")
        asked = request.user
        role = Role(user_service_pb2.User.Role.Name(asked.role))
        user = await new_user(
            NewUser(tenant_id, asked.email, asked.display_name, role, asked.password),
            self._clock.now(),
        )
        async with self._db.transaction(tenant_id) as store:
            tenant = await store.tenants.find(tenant_id)
            if tenant is None:
                raise NotFound(resource=request.parent)
            _check_held(role, of_operator=tenant.is_operator)
            key = (tenant_id, _METHOD, request.request_id)
            answered = await store.requests.answer_to(*key, fingerprint(request))
            if answered is not None:
                return user_service_pb2.User.FromString(answered)
            await add_user(store, user)
            answer = wire.user(user)
            await store.requests.remember(*key, answer.SerializeToString())
        return answer


def _check_held(role: Role, *, of_operator: bool) -> None:
    """Refuses to make a user who may more than its maker."""
    principal = current_principal()
    assert principal is not None, "the access rule admits principals only"
    missing = sorted(permissions_of(role, of_operator=of_operator) - principal.permissions)
    if missing:
        raise PermissionNotHeld(
            "A user cannot be allowed what its creator is not.", permissions=",".join(missing)
        )
