"""UserService: the people of a tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.kit.aip import page_token
from services.kit.aip.resource_name import possible_tenant_id, tenant_id_of
from services.kit.clock import Clock
from services.kit.db.idempotency import fingerprint
from services.kit.db.transaction import Database
from services.tenancy.domain.permission import Role
from services.tenancy.rpc import wire
from services.tenancy.rpc.changers import changer_of
from services.tenancy.rpc.names import UserName
from services.tenancy.store import TenancyStore
from services.tenancy.usecases.create_user import NewUser, add_user, new_user
from services.tenancy.usecases.second_factor_policy import reset_second_factor
from services.tenancy.usecases.update_user import check_may_give, update_user
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
            ids = (each.user_id for each in page)
            having = await store.second_factors.on_among(tenant_id, ids)
        token = page_token.encode(request, [page[size - 1].email]) if len(page) > size else ""
        return user_service_pb2.ListUsersResponse(
            users=[wire.user(each, each.user_id in having) for each in page[:size]],
            next_page_token=token,
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
            await check_may_give(store, tenant_id, role, changer_of(tenant_id))
            key = (tenant_id, _METHOD, request.request_id)
            answered = await store.requests.answer_to(*key, fingerprint(request))
            if answered is not None:
                return user_service_pb2.User.FromString(answered)
            await add_user(store, user)
            answer = wire.user(user)
            await store.requests.remember(*key, answer.SerializeToString())
        return answer

    async def UpdateUser(
        self, request: user_service_pb2.UpdateUserRequest, context: Context
    ) -> user_service_pb2.User:
        name = UserName.parse(request.user.name, "user.name")
        tenant_id = possible_tenant_id(name.tenant, request.user.name)
        updated = await update_user(
            self._db,
            tenant_id,
            name.user,
            lambda present: wire.edited_user(present, request),
            changer_of(tenant_id),
        )
        async with self._db.read(tenant_id) as store:
            standing = await store.second_factors.standing(tenant_id, name.user)
        return wire.user(updated, standing.is_on)

    async def ResetSecondFactor(
        self, request: user_service_pb2.ResetSecondFactorRequest, context: Context
    ) -> user_service_pb2.User:
        name = UserName.parse(request.name)
        tenant_id = possible_tenant_id(name.tenant, request.name)
        changer = changer_of(tenant_id)
        return wire.user(await reset_second_factor(self._db, tenant_id, name.user, changer))
