"""What is left of a call when its Asterisk dies in the middle of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from services.telephony.domain.dialplan.plan import Technology
from tests.asterisk import journal
from tests.asterisk.rig import Rig, new_number
from tests.asterisk.rig import rig as new_rig
from tests.asterisk.scenarios import Carrier, Phone
from tests.support.eventually import eventually


@pytest.fixture
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A dialer of the test's own."""
    with new_rig("crash", tmp_path_factory.mktemp("crash")) as made:
        yield made


async def test_a_killed_asterisk_leaves_its_answers(mortal: Rig) -> None:
    """An answered call has a line of its own before it talks, so it cannot become a free call."""
    numbers = {technology: new_number() for technology in Technology}
    for technology, number in numbers.items():
        plan = mortal.tenants["one", technology]
        await mortal.carrier(plan, Carrier())
        mortal.phone(plan, plan.prefix + number, Phone(talk=60_000))
    for number in numbers.values():
        await eventually(partial(journal.answers, mortal.journal, number))

    mortal.asterisk.kill()

    for number in numbers.values():
        assert len(journal.answers(mortal.journal, number)) == 1
        assert journal.legs(mortal.journal, number) == []
