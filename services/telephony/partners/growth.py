"""Counts that others keep: what they have grown by from one look to the next."""

from __future__ import annotations

from typing import Final

# After a longer while somebody else has looked, and has told what grew meanwhile.
_FORGOTTEN_SECONDS: Final = 300.0


class Growth:
    """Counts by name, each of which begins at zero again when its host is started anew."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, float]] = {}

    def since_last(self, name: str, count: int, seconds: float) -> int:
        """Gives what the count has grown by since the last look, `seconds` being a steady clock.

        Nothing at the first look, and after a while without one.
        """
        before = self._seen.get(name)
        self._seen[name] = count, seconds
        if before is None or seconds - before[1] > _FORGOTTEN_SECONDS:
            return 0
        return count - before[0] if count >= before[0] else count
