"""A client lets agents in, and shuts them out."""

from __future__ import annotations

from tests.support.gateway.running import Browser, Running
from veneer.telephony.v1.agent_service_pb2 import Agent

PAGE = "/agents"
NEW = {"display_name": "Dana Rivera", "agent_id": "dana-01", "may_dial_manually": "1"}
NAME = "tenants/abc-solar/agents/dana-01"


async def test_an_agent_is_let_in_with_a_password_that_is_shown_once(
    gateway: Running, visitor: Browser
) -> None:
    """On the page that answers, and on no other."""
    made = await visitor.submit(PAGE, PAGE, **NEW)

    later = (await visitor.get(PAGE)).text

    agent = gateway.world.agents[NAME]
    assert (agent.display_name, agent.may_dial_manually) == ("Dana Rivera", True)
    assert made.status_code == 200
    assert "first-Secret7" in made.text
    assert "Dana Rivera" in later
    assert "Secret7" not in later


async def test_a_lost_password_is_replaced(visitor: Browser) -> None:
    """The new one is shown once as well."""
    await visitor.submit(PAGE, PAGE, **NEW)

    answer = await visitor.submit(PAGE, f"{PAGE}/dana-01/password")

    assert "second-Secret7" in answer.text


async def test_an_agent_is_shut_out_and_let_in_again(gateway: Running, visitor: Browser) -> None:
    """By one press each."""
    await visitor.submit(PAGE, PAGE, **NEW)
    agent = gateway.world.agents[NAME]

    out = await visitor.submit(PAGE, f"{PAGE}/dana-01/deactivate")
    was = agent.state
    await visitor.submit(PAGE, f"{PAGE}/dana-01/reactivate")

    assert (out.status_code, was, agent.state) == (303, Agent.INACTIVE, Agent.ACTIVE)


async def test_a_log_in_that_is_taken_is_told_and_nothing_typed_is_lost(visitor: Browser) -> None:
    """So that only the log-in has to be typed again."""
    await visitor.submit(PAGE, PAGE, **NEW)

    answer = await visitor.submit(PAGE, PAGE, **{**NEW, "display_name": "Daniel Rios"})

    assert answer.status_code == 409
    assert "There is an agent of this id." in answer.text
    assert 'value="Daniel Rios"' in answer.text


async def test_who_may_only_look_gets_no_buttons(gateway: Running, sunny: Browser) -> None:
    """Nor the form."""
    gateway.world.permissions -= {"agents.write"}
    await sunny.log_in()
    page = (await sunny.get(PAGE)).text

    assert "Alex Absent" in page
    assert "Let in" not in page
    assert "Shut out" not in page
