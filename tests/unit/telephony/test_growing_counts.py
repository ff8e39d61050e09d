"""What a host's own count has grown by: told once, whoever looks, whatever restarts."""

from __future__ import annotations

from services.telephony.partners.growth import Growth


def test_a_count_is_told_by_what_it_grew() -> None:
    """Each name for itself; what was there at the first look may have been told before."""
    growth = Growth()

    assert growth.since_last("t11", 40, 0.0) == 0
    assert growth.since_last("t12", 7, 1.0) == 0
    assert growth.since_last("t11", 43, 60.0) == 3
    assert growth.since_last("t11", 43, 120.0) == 0
    assert growth.since_last("t12", 8, 121.0) == 1


def test_a_host_that_was_started_anew_begins_at_zero() -> None:
    """All that it has counted since then is new."""
    growth = Growth()
    growth.since_last("t11", 40, 0.0)

    assert growth.since_last("t11", 2, 60.0) == 2


def test_after_a_while_another_replica_has_told_it() -> None:
    """Looking again, one begins anew rather than to tell it twice."""
    growth = Growth()
    growth.since_last("t11", 40, 0.0)

    assert growth.since_last("t11", 90, 301.0) == 0
    assert growth.since_last("t11", 91, 361.0) == 1
