"""The web API's habits, and a client that survives them all."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from dev.mariadb import WRITER, MariaDb
from services.kit.errors import InvalidRequest
from services.telephony.partners.dialer.admin_tables import AdminTables
from services.telephony.partners.dialer.web_api import (
    DialerAway,
    DialerLocked,
    DialerRefused,
    WebApi,
)
from tests.support.dialer_api import DialerApi, dialer_api
from tests.support.mariadb import dialer_database


@pytest.fixture(scope="module")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDb]:
    with dialer_database(tmp_path_factory.mktemp("dialer")) as server:
        yield server


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def page(mariadb: MariaDb) -> AsyncIterator[DialerApi]:
    async with dialer_api(mariadb) as served:
        yield served


@pytest_asyncio.fixture(loop_scope="session")
async def api(page: DialerApi) -> AsyncIterator[WebApi]:
    client = WebApi(page.url, page.user, page.password, seconds=2)
    yield client
    await client.close()


@pytest_asyncio.fixture(loop_scope="session")
async def tables(mariadb: MariaDb) -> AsyncIterator[AdminTables]:
    admin = AdminTables(mariadb.url(WRITER))
    yield admin
    admin.close()


AGENT: dict[str, str | int] = {
    "agent_pass": "s3cret-Pass_1",
    "agent_user_level": 1,
    "agent_full_name": "Ann Agent",
    "agent_user_group": "ADMIN",
}


async def test_what_is_made_twice_is_there_already(api: WebApi) -> None:
    """The API knows no repetition, so the client does."""
    fields = {"agent_user": "BCD1A1", **AGENT}

    assert await api.do("add_user", fields)
    assert not await api.do("add_user", fields)
    assert (await api.call("user_details", {"agent_user": "BCD1A1"})).rows == (
        "BCD1A1|Ann Agent|ADMIN|1|Y",
    )
    assert await api.do("update_user", {"agent_user": "BCD1A1", "delete_user": "Y"})
    assert not await api.do("update_user", {"agent_user": "BCD1A1", "delete_user": "Y"})


async def test_an_empty_answer_may_have_been_obeyed(api: WebApi, page: DialerApi) -> None:
    """Nothing is known then, so it is done again, and was done once."""
    page.habits.empty["add_user"] = 1
    fields = {"agent_user": "BCD1A2", **AGENT}

    with pytest.raises(DialerAway):
        await api.do("add_user", fields)

    assert not await api.do("add_user", fields)


async def test_a_slow_answer_is_given_up(page: DialerApi) -> None:
    """Not waited for by everybody behind."""
    client = WebApi(page.url, page.user, page.password, seconds=0.05)
    page.habits.slow_seconds = 0.4
    try:
        with pytest.raises(DialerAway):
            await client.call("campaigns_list", {})
    finally:
        page.habits.slow_seconds = 0
        await client.close()


async def test_a_value_that_would_be_cut_is_not_sent(api: WebApi, page: DialerApi) -> None:
    """The API would take `p@ss!w0rd#` for `pssw0rd` and call it a success."""
    before = len(page.habits.calls)

    with pytest.raises(InvalidRequest):
        await api.do("add_user", {"agent_user": "BCD1A3", **AGENT, "agent_pass": "p@ss!w0rd#"})

    assert len(page.habits.calls) == before


async def test_secrets_are_in_no_error_and_no_log(
    api: WebApi, page: DialerApi, caplog: pytest.LogCaptureFixture
) -> None:
    """The API echoes what it was sent."""
    caplog.set_level(logging.DEBUG)
    fields = {"agent_user": "BCD1A4", **AGENT, "agent_user_group": "NOBODYS"}

    with pytest.raises(DialerRefused) as refused:
        await api.call("add_user", fields)
    wrong = WebApi(page.url, page.user, "wr0ng-secret")
    with pytest.raises(DialerLocked):
        await wrong.call("campaigns_list", {})
    await wrong.close()

    told = f"{refused.value} {refused.value.metadata} {caplog.text}"
    assert "USER GROUP DOES NOT EXIST" in told
    assert not [s for s in (page.password, AGENT["agent_pass"], "wr0ng-secret") if str(s) in told]


async def test_a_wrong_password_is_not_tried_until_all_are_locked(
    api: WebApi, page: DialerApi
) -> None:
    """Ten tries would lock our user in every replica."""
    wrong = WebApi(page.url, page.user, "wr0ng-secret")
    before = len(page.habits.calls)

    for _ in range(12):
        with pytest.raises(DialerLocked):
            await wrong.call("campaigns_list", {})
    await wrong.close()

    assert len(page.habits.calls) == before + 2
    assert (await api.call("campaigns_list", {})).rows


async def test_ten_bad_logins_lock_the_user(api: WebApi, page: DialerApi) -> None:
    """Whoever made them; this is the page, not the client."""
    for _ in range(5):
        client = WebApi(page.url, "nobody-else", "x1")
        with pytest.raises(DialerLocked):
            await client.call("campaigns_list", {})
        await client.close()
    await api.do("add_user", {"agent_user": "BCD1A9", **AGENT, "agent_user_level": 8})
    for _ in range(5):
        client = WebApi(page.url, "BCD1A9", "wr0ng")
        for _ in range(2):
            with pytest.raises(DialerLocked):
                await client.call("campaigns_list", {})
        await client.close()
    right = WebApi(page.url, "BCD1A9", str(AGENT["agent_pass"]))

    with pytest.raises(DialerLocked):
        await right.call("campaigns_list", {})
    await right.close()


async def test_rows_are_copied_column_by_column(tables: AdminTables) -> None:
    """And a second time nothing happens."""
    for _ in range(2):
        await tables.copy(
            "vicidial_campaigns", {"campaign_id": "TEMPLATE"}, {"campaign_id": "B000C001"}
        )

    columns = ("campaign_name", "no_hopper_leads_logins", "dial_statuses")
    rows = await tables.rows("vicidial_campaigns", columns, {"campaign_id": "B000C001"})
    assert rows == [dict(zip(columns, ("Campaign to copy", "Y", " NEW NA AB -"), strict=True))]
    assert await tables.delete("vicidial_campaigns", {"campaign_id": "B000C001"}) == 1
    with pytest.raises(ValueError, match="without a key"):
        await tables.delete("vicidial_campaigns", {})


async def test_a_short_list_is_another_list(api: WebApi, tables: AdminTables) -> None:
    """Which is why ours have eleven digits."""
    await api.call("add_lead", {"phone_number": "3125550100", "list_id": "77"})

    key = {"phone_number": "3125550100"}
    assert await tables.rows("vicidial_list", ("list_id",), key) == [{"list_id": "999"}]
