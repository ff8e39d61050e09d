"""The tables of legs without an end, and of their hosts' signs of life."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, DateTime, Index, LargeBinary, Table, Text, text

from services.telephony.store.tables import metadata

# An answered leg is here until its line comes. One that a policy has closed stays, to be told of.
open_legs: Final = Table(
    "open_legs",
    metadata,
    Column("cluster", Text, primary_key=True),
    Column("host", Text, primary_key=True),
    Column("uniqueid", Text, primary_key=True),
    Column("route_code", Text, nullable=False),
    Column("direction", Text, nullable=False),
    Column("linkedid", Text, nullable=False),
    Column("caller_channel", Text, nullable=False),
    Column("call_code", Text, nullable=False),
    Column("dialled_number", Text, nullable=False),
    Column("caller_number", Text, nullable=False),
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
    Index("ix_open_legs_created", "created_seconds", "cluster", "host", "uniqueid"),
    Index(
        "ix_open_legs_open", "cluster", "host", "uniqueid", postgresql_where=text("state = 'OPEN'")
    ),
)

# Of each host the latest time in its lines, when something of it came last, and its last channel.
host_signs: Final = Table(
    "host_signs",
    metadata,
    Column("cluster", Text, primary_key=True),
    Column("host", Text, primary_key=True),
    Column("last_sign_millis", BigInteger, nullable=False),
    Column("top_created_seconds", BigInteger, nullable=False),
    Column("top_sequence", BigInteger, nullable=False),
    Column("receive_time", DateTime(timezone=True), nullable=False),
    # As its Asterisk words it: another text is another start.
    Column("start_time", Text, nullable=False, server_default=text("''")),
)
