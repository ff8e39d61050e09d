"""Limits of plans, and the Enterprise plan.

Revision ID: 0014
"""

from __future__ import annotations

from datetime import UTC, datetime

from alembic import op
from sqlalchemy import Column, DateTime, Integer, MetaData, Table, Text

revision = "0014"
down_revision = "0013"

LIMITS = (
    "max_concurrent_calls",
    "max_agents",
    "max_campaigns",
    "max_dids",
    "max_storage_gigabytes",
)
# Calls and agents at once; what is not here is without limit.
SOLD = {"bronze": (5, 10), "silver": (20, 50)}
MADE = datetime(2025, 1, 1, tzinfo=UTC)

plan_versions = Table(
    "plan_versions",
    MetaData(),
    Column("plan", Text),
    Column("version", Integer),
    Column("display_name", Text),
    Column("currency_code", Text),
    Column("create_time", DateTime(timezone=True)),
    *(Column(name, Integer) for name in LIMITS),
)


def upgrade() -> None:
    """Adds the limits; what Enterprise costs is agreed with each client, so it has no prices."""
    for name in LIMITS:
        op.add_column("plan_versions", Column(name, Integer))
    # Its owner too sees the rows of a table only as long as its policies do not bind the owner.
    op.execute("ALTER TABLE plan_versions NO FORCE ROW LEVEL SECURITY")
    for plan, (calls, agents) in SOLD.items():
        op.execute(
            plan_versions.update()
            .where(plan_versions.c.plan == plan, plan_versions.c.version == 1)
            .values(max_concurrent_calls=calls, max_agents=agents)
        )
    key = {"plan": "enterprise", "version": 1, "display_name": "Enterprise"}
    op.bulk_insert(plan_versions, [{**key, "currency_code": "USD", "create_time": MADE}])
    op.execute("ALTER TABLE plan_versions FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    """Removes the limits, and the plan that had no prices."""
    op.execute("ALTER TABLE plan_versions NO FORCE ROW LEVEL SECURITY")
    op.execute(plan_versions.delete().where(plan_versions.c.plan == "enterprise"))
    op.execute("ALTER TABLE plan_versions FORCE ROW LEVEL SECURITY")
    for name in LIMITS:
        op.drop_column("plan_versions", name)
