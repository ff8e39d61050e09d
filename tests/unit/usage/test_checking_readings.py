"""Readings that cannot be are refused."""

from __future__ import annotations

import pytest

from services.kit.errors import InvalidRequest
from services.usage.domain.measurement import Measurement, Meter, check
from tests.support.builders.usage import a_reading


def test_sound_readings_pass() -> None:
    check(
        [
            a_reading(),
            a_reading(meter=Meter.STORAGE_GIGABYTES, subject="recordings", quantity="0"),
            a_reading(meter=Meter.SUPPORT_HOURS, subject="training", quantity="1.25"),
        ]
    )


@pytest.mark.parametrize(
    ("reading", "field"),
    [
        (a_reading(quantity="-1"), "quantity"),
        (a_reading(quantity="2"), "quantity"),
        (a_reading(meter=Meter.SUPPORT_HOURS, quantity="0.0000001"), "quantity"),
        (a_reading(meter=Meter.SUPPORT_HOURS, quantity="1000000000000"), "quantity"),
        (a_reading(subject="s" * 81), "subject"),
    ],
)
def test_what_is_wrong_is_told(reading: Measurement, field: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        check([a_reading("fine"), reading])

    assert [violation.field for violation in refused.value.violations] == [
        f"measurements[1].{field}"
    ]


def test_a_reading_comes_once() -> None:
    with pytest.raises(InvalidRequest):
        check([a_reading(quantity="1"), a_reading(quantity="0")])


def test_a_reading_has_one_id_for_ever() -> None:
    assert a_reading(quantity="1").measurement_id == a_reading(quantity="0").measurement_id
    assert a_reading("12125550100").measurement_id == "il6nst0mnfsag2gg4g25mbdn"
