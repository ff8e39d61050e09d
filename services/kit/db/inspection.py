"""Finds tables that law 5 does not hold for: isolation is a property of the database."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_TABLES: Final = text("""
SELECT c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS is_forced,
  owner.rolname AS owner,
  (SELECT a.attname FROM pg_index i JOIN pg_attribute a
     ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
   WHERE i.indrelid = c.oid AND i.indisprimary) AS key_column,
  c.relispartition OR EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid
    AND position('app.tenant' in pg_get_expr(p.polqual, p.polrelid)) > 0
    AND position('app.tenant' in pg_get_expr(p.polwithcheck, p.polrelid)) > 0) AS has_policy
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_roles owner ON owner.oid = c.relowner
WHERE c.relkind IN ('r', 'p') AND n.nspname = 'public' AND EXISTS (
  SELECT FROM pg_attribute t WHERE t.attrelid = c.oid AND t.attname = 'tenant_id'
  AND NOT t.attisdropped)
ORDER BY c.relname
""")


async def unprotected_tables(connection: AsyncConnection) -> list[str]:
    """Returns what is wrong with tables that have a tenant_id, one line each; empty is right."""
    faults: list[str] = []
    for table in (await connection.execute(_TABLES)).all():
        if not table.is_forced:
            faults.append(f"{table.name}: row-level security is not enabled and forced")
        if not table.has_policy:
            faults.append(f"{table.name}: no policy compares tenant_id with the transaction's")
        if table.key_column != "tenant_id":
            faults.append(f"{table.name}: tenant_id is not first in the primary key")
        if not table.owner.endswith("_owner"):
            faults.append(f"{table.name}: is owned by {table.owner}")
    return faults
