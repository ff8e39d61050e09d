"""Words that no client may ever read: what it is made of, who stands behind it, what it costs."""

from __future__ import annotations

import re

NAMES = re.compile(
    r"veneer|vicidial|asterisk|envoy|starlette|uvicorn|jinja|postgres|python|grpc"
    r"|instacall|westline|bytworth",
    re.I,
)
OURS = re.compile(r"\b(cost|margin|profit|vendor|carrier|mark-?up)\b", re.I)
