"""Creates a store's roles and database on a server; only what is missing, so it may be repeated."""

from __future__ import annotations

import asyncpg

from services.kit.db.roles import RoleNames, identifier, role_names
from services.kit.db.scram import scram_verifier
from services.kit.db.urls import driver_dsn


async def ensure_roles(
    admin_url: str,
    service: str,
    *,
    service_password: str | None = None,
    owner_password: str | None = None,
) -> None:
    """Creates the roles of `service`'s store and their rights in the database of `admin_url`.

    `admin_url` logs in as one who may create roles. Passwords that are given are set. Raises
    PermissionError when the service's role could bypass row-level security.
    """
    roles = role_names(service)
    connection = await asyncpg.connect(driver_dsn(admin_url))
    try:
        await _create_roles(connection, roles)
        for role, password in ((roles.service, service_password), (roles.owner, owner_password)):
            if password:
                verifier = scram_verifier(password)
                await connection.execute(f"ALTER ROLE {role} PASSWORD '{verifier}'")
        await _grant_schema(connection, roles)
        await _refuse_bypass(connection, roles)
    finally:
        await connection.close()


async def ensure_database(admin_url: str, service: str, database: str | None = None) -> None:
    """Creates the database (named as the service by default), owned by the store's owner."""
    name, roles = identifier(database or service), role_names(service)
    connection = await asyncpg.connect(driver_dsn(admin_url))
    try:
        await _create_roles(connection, roles)
        exists = "SELECT 1 FROM pg_database WHERE datname = $1"
        if not await connection.fetchval(exists, name):
            await connection.execute(f"CREATE DATABASE {name} OWNER {roles.owner}")
        await connection.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
        await connection.execute(
            f"GRANT CONNECT, TEMPORARY ON DATABASE {name} TO {roles.service}, {roles.owner}"
        )
    finally:
        await connection.close()


async def _create_roles(connection: asyncpg.Connection, roles: RoleNames) -> None:
    for role, login in ((roles.owner, True), (roles.service, True), (roles.operator, False)):
        if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role):
            await connection.execute(f"CREATE ROLE {role} {'LOGIN' if login else 'NOLOGIN'}")
    # INHERIT FALSE: the operator's policies must not apply to the service until it enters the
    # role, or every tenant's transaction would see all tenants.
    await _grant_role(connection, roles.operator, roles.service)
    # A login that may create roles, but is no superuser, must be able to act as the owner.
    login = await connection.fetchrow(
        "SELECT current_user AS name, pg_has_role(current_user, $1, 'SET') AS can_set", roles.owner
    )
    assert login is not None
    if not login["can_set"]:
        await connection.execute(f"GRANT {roles.owner} TO CURRENT_USER WITH SET TRUE")


async def _grant_role(connection: asyncpg.Connection, role: str, member: str) -> None:
    is_right = await connection.fetchval(
        "SELECT bool_and(NOT inherit_option AND set_option) FROM pg_auth_members"
        " WHERE roleid = $1::text::regrole AND member = $2::text::regrole",
        role,
        member,
    )
    if not is_right:
        await connection.execute(f"GRANT {role} TO {member} WITH INHERIT FALSE, SET TRUE")


async def _grant_schema(connection: asyncpg.Connection, roles: RoleNames) -> None:
    await connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    await connection.execute(f"GRANT USAGE, CREATE ON SCHEMA public TO {roles.owner}")
    await connection.execute(f"GRANT USAGE ON SCHEMA public TO {roles.service}, {roles.operator}")


async def _refuse_bypass(connection: asyncpg.Connection, roles: RoleNames) -> None:
    bypasses = await connection.fetchval(
        "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = $1", roles.service
    )
    if bypasses:
        raise PermissionError(f"{roles.service} must not bypass row-level security.")
