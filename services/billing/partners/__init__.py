"""What billing calls but does not own, behind classes of its own."""

from __future__ import annotations
