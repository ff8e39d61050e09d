"""Tables of the gateway's store; what Alembic compares with."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, LargeBinary, Table, Text

from services.kit.db.tables import new_metadata

metadata = new_metadata()

sessions = Table(
    "sessions",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    # SHA-256 of the cookie: who reads this table cannot log in with it.
    Column("token_digest", LargeBinary, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("create_time", DateTime(timezone=True), nullable=False),
    # Moves on with use, never beyond expire_time.
    Column("idle_expire_time", DateTime(timezone=True), nullable=False),
    Column("expire_time", DateTime(timezone=True), nullable=False),
    Column("revoke_time", DateTime(timezone=True)),
    # What the browser calls itself.
    Column("device", Text, nullable=False),
    # By the tenant's own provider, so that no second factor is asked for.
    Column("is_vouched_for", Boolean, nullable=False),
    # The support access that it is of; empty for the tenant's own people.
    Column("support_access", Text, nullable=False),
    Index("ix_sessions_tenant_id_subject", "tenant_id", "subject"),
    Index("ix_sessions_tenant_id_idle_expire_time", "tenant_id", "idle_expire_time"),
)

agent_sessions = Table(
    "agent_sessions",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    # SHA-256 of the cookie, as above.
    Column("token_digest", LargeBinary, primary_key=True),
    Column("agent", Text, nullable=False),
    # Of the log-in that it began with: another password ends it.
    Column("login_digest", LargeBinary, nullable=False),
    # What is hidden from the browser is sealed under it.
    Column("key", LargeBinary, nullable=False),
    # The dialer's id; empty until one is chosen.
    Column("campaign", Text, nullable=False),
    Column("expire_time", DateTime(timezone=True), nullable=False),
    Index("ix_agent_sessions_tenant_id_expire_time", "tenant_id", "expire_time"),
)

# Words that are a client's own: it said them first, or the operator lets them pass.
own_words = Table(
    "own_words",
    metadata,
    Column("tenant_id", Text, primary_key=True),
    Column("word", Text, primary_key=True),
    Column("create_time", DateTime(timezone=True), nullable=False),
)

# The operator's alone: it says which words are secret. A row a client, word and place.
leak_alarms = Table(
    "leak_alarms",
    metadata,
    Column("leak_alarm_id", Text, primary_key=True),
    # Whose answer it was; empty at a host name that is nobody's.
    Column("tenant", Text, nullable=False),
    Column("word", Text, nullable=False),
    Column("asked", Text, nullable=False),
    Column("part", Text, nullable=False),
    Column("excerpt", Text, nullable=False),
    Column("answer_count", Integer, nullable=False),
    Column("first_time", DateTime(timezone=True), nullable=False),
    Column("last_time", DateTime(timezone=True), nullable=False),
    Index("ix_leak_alarms_last_time", "last_time", "leak_alarm_id"),
)
