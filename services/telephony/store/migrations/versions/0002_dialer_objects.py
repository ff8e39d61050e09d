"""What tenants have in the dialer, and the runs that put it there.

Revision ID: 0002
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

from services.kit.db.roles import SERVICE_OPTION, protect, role_names

revision = "0002"
down_revision = "0001"

_TABLES = {
    "dialer_tenants": """
        tenant_id text, number integer NOT NULL, code text NOT NULL,
        create_time timestamptz NOT NULL,
        CONSTRAINT pk_dialer_tenants PRIMARY KEY (tenant_id),
        CONSTRAINT uq_dialer_tenants_number UNIQUE (number),
        CONSTRAINT uq_dialer_tenants_code UNIQUE (code)""",
    "dialer_objects": """
        tenant_id text, kind text, object_id text,
        resource_id text NOT NULL DEFAULT '', state text NOT NULL,
        fields jsonb NOT NULL DEFAULT '{}', held jsonb NOT NULL DEFAULT '{}',
        create_time timestamptz NOT NULL, update_time timestamptz NOT NULL,
        CONSTRAINT pk_dialer_objects PRIMARY KEY (tenant_id, kind, object_id)""",
    "provisioning_runs": """
        tenant_id text, run_id text, state text NOT NULL,
        setup jsonb NOT NULL, attempts integer NOT NULL DEFAULT 0,
        trouble text NOT NULL DEFAULT '', create_time timestamptz NOT NULL,
        next_attempt_time timestamptz NOT NULL, end_time timestamptz,
        CONSTRAINT pk_provisioning_runs PRIMARY KEY (tenant_id, run_id)""",
    "provisioning_steps": """
        tenant_id text, run_id text, position integer, name text NOT NULL, state text NOT NULL,
        trouble text NOT NULL DEFAULT '', start_time timestamptz, end_time timestamptz,
        CONSTRAINT pk_provisioning_steps PRIMARY KEY (tenant_id, run_id, position)""",
    "provisioning_journal": """
        tenant_id text, run_id text, entry_number bigint, step text NOT NULL,
        event text NOT NULL, detail text NOT NULL DEFAULT '', create_time timestamptz NOT NULL,
        CONSTRAINT pk_provisioning_journal PRIMARY KEY (tenant_id, run_id, entry_number)""",
    "dialer_drifts": """
        tenant_id text, kind text, object_id text, field text, expected text NOT NULL,
        actual text NOT NULL, find_time timestamptz NOT NULL, seen_time timestamptz NOT NULL,
        CONSTRAINT pk_dialer_drifts PRIMARY KEY (tenant_id, kind, object_id, field)""",
    "sql_accesses": """
        tenant_id text, issue_time timestamptz NOT NULL,
        CONSTRAINT pk_sql_accesses PRIMARY KEY (tenant_id)""",
    "service_states": """
        tenant_id text, state text NOT NULL, reason text NOT NULL, keep_inbound boolean NOT NULL,
        version bigint NOT NULL,
        applied_version bigint NOT NULL, change_time timestamptz NOT NULL, apply_time timestamptz,
        CONSTRAINT pk_service_states PRIMARY KEY (tenant_id)""",
}
_APPEND_ONLY = {"provisioning_journal"}
_INDEXES = (
    "CREATE UNIQUE INDEX uq_dialer_objects_object ON dialer_objects (kind, lower(object_id))",
    "CREATE UNIQUE INDEX uq_provisioning_runs_open ON provisioning_runs (tenant_id)"
    " WHERE state IN ('RUNNING', 'UNDOING', 'FAILED')",
    "CREATE INDEX ix_provisioning_runs_due ON provisioning_runs (next_attempt_time)"
    " WHERE state IN ('RUNNING', 'UNDOING')",
)


def upgrade() -> None:
    """Creates the tables."""
    op.execute(text("CREATE SEQUENCE dialer_tenant_numbers"))
    operator = role_names(op.get_context().opts[SERVICE_OPTION]).operator
    op.execute(text(f"GRANT USAGE ON SEQUENCE dialer_tenant_numbers TO {operator}"))
    for table, columns in _TABLES.items():
        op.execute(text(f"CREATE TABLE {table} ({columns})"))
    for index in _INDEXES:
        op.execute(text(index))
    for table in _TABLES:
        protect(op, table, append_only=table in _APPEND_ONLY)


def downgrade() -> None:
    """Removes the tables."""
    for table in _TABLES:
        op.execute(text(f"DROP TABLE {table}"))
    op.execute(text("DROP SEQUENCE dialer_tenant_numbers"))
