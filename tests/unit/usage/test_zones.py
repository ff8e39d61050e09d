"""Zones: the operator's longest prefix, else the public numbering plans."""

from __future__ import annotations

import pytest

from services.usage.domain.zones import Zones, is_dialable


@pytest.mark.parametrize(
    ("number", "zone"),
    [
        ("12125550123", "US"),
        ("14165550123", "CA"),
        ("17875550123", "PR"),
        ("18765550123", "JM"),
        ("18005550123", "US"),
        ("442079460000", "GB"),
        ("4930123456", "DE"),
        ("35312345678", "IE"),
        ("15555550123", "ZZ"),
        ("", "ZZ"),
        ("1", "ZZ"),
        ("anonymous", "ZZ"),
        ("0014165550123", "ZZ"),
        ("٤٤٢٠", "ZZ"),
    ],
)
def test_without_a_table_the_numbering_plan_tells(number: str, zone: str) -> None:
    assert Zones({}).zones_of([number]) == [zone]


def test_the_operators_longest_prefix_wins() -> None:
    zones = Zones({"1": "NANP", "1212": "NYC", "1212555012": "OFFICE", "44": "UK"})

    assert zones.zones_of(["12125550123", "12125559999", "13125550123", "442079460000"]) == [
        "OFFICE",
        "NYC",
        "NANP",
        "UK",
    ]


def test_a_prefix_does_not_reach_other_numbers() -> None:
    assert Zones({"1212555": "OFFICE"}).zones_of(["12125560000", "1212"]) == ["US", "US"]


@pytest.mark.parametrize(
    ("number", "dialable"),
    [("12125550123", True), ("442079460000", True), ("911", False), ("anonymous", False)],
)
def test_a_plus_stands_before_what_can_be_dialled(number: str, dialable: bool) -> None:
    assert is_dialable(number) is dialable
