"""Open legs, signs of life, and ends that are estimates.

Revision ID: 0003
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, DateTime, LargeBinary, Text, false, text

from services.kit.db.roles import protect_operator_only

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Makes room for legs that have no end yet, and marks ends that nobody measured."""
    op.add_column(
        "legs", Column("end_is_estimated", Boolean, nullable=False, server_default=false())
    )
    _open_legs()
    _host_signs()


def downgrade() -> None:
    """Forgets them."""
    op.drop_table("host_signs")
    op.drop_table("open_legs")
    op.drop_column("legs", "end_is_estimated")


def _open_legs() -> None:
    op.create_table(
        "open_legs",
        Column("cluster", Text, primary_key=True),
        Column("host", Text, primary_key=True),
        Column("uniqueid", Text, primary_key=True),
        *(
            Column(name, Text, nullable=False)
            for name in (
                "route_code", "direction", "linkedid", "caller_channel", "call_code",
                "dialled_number", "caller_number",
            )
        ),
        Column("created_seconds", BigInteger, nullable=False),
        Column("answer_time_millis", BigInteger, nullable=False),
        Column("digest", LargeBinary, nullable=False),
        Column("file", Text, nullable=False),
        Column("byte_offset", BigInteger, nullable=False),
        Column("receive_time", DateTime(timezone=True), nullable=False),
        Column("state", Text, nullable=False),
        Column("seen_time_millis", BigInteger, nullable=False, server_default=text("0")),
        Column("gone_time_millis", BigInteger, nullable=False, server_default=text("0")),
        Column("lost_sign_millis", BigInteger, nullable=False, server_default=text("0")),
        Column("lost_time", DateTime(timezone=True)),
        Column("reason", Text),
        Column("end_time_millis", BigInteger, nullable=False, server_default=text("0")),
        Column("close_time", DateTime(timezone=True)),
        Column("true_end_time_millis", BigInteger, nullable=False, server_default=text("0")),
    )  # fmt: skip
    key = ["cluster", "host", "uniqueid"]
    op.create_index("ix_open_legs_created", "open_legs", ["created_seconds", *key])
    is_open = text("state = 'OPEN'")
    op.create_index("ix_open_legs_open", "open_legs", key, postgresql_where=is_open)
    protect_operator_only(op, "open_legs")


def _host_signs() -> None:
    op.create_table(
        "host_signs",
        Column("cluster", Text, primary_key=True),
        Column("host", Text, primary_key=True),
        Column("last_sign_millis", BigInteger, nullable=False),
        Column("top_created_seconds", BigInteger, nullable=False),
        Column("top_sequence", BigInteger, nullable=False),
        Column("receive_time", DateTime(timezone=True), nullable=False),
    )
    protect_operator_only(op, "host_signs")
