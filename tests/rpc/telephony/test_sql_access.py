"""A tenant reads its own data with SQL, and tries to get out."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pymysql
import pytest
import pytest_asyncio

from dev.mariadb import SIMULATOR, MariaDb
from tests.rpc.telephony.test_dids import refusal
from tests.rpc.telephony.test_provisioning import use_the_dialer
from tests.support.eventually import eventually
from tests.support.mariadb import dialer_database
from tests.support.telephony import running
from tests.support.tenants_dialer import Tenants, TenantsDialer, tenants_dialer
from veneer.telephony.v1 import sql_access_service_pb2 as pb

OF_EVERY_SERVER = ("information_schema", "performance_schema")
REFUSED = pymysql.err.MySQLError


@pytest.fixture(scope="module")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDb]:
    with dialer_database(tmp_path_factory.mktemp("dialer")) as server:
        yield server


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def dialer(mariadb: MariaDb) -> AsyncIterator[TenantsDialer]:
    async with tenants_dialer(mariadb) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def tenants(dialer: TenantsDialer) -> AsyncIterator[Tenants]:
    async with running(dialer.around, drift_seconds=0.3, **dialer.settings) as telephony:
        yield Tenants(telephony)


@dataclass
class Reader:
    """A tenant with a login, and what it asks."""

    name: str
    run: str
    code: str
    login: pb.SqlAccess
    place: Any

    def ask(self, query: str, **options: Any) -> list[tuple[Any, ...]]:
        """Asks as the tenant would."""
        with pymysql.connect(
            host=self.place.hostname, port=self.place.port, user=self.login.user_name,
            password=self.login.password, database=self.login.schema_name, **options,
        ) as connection, connection.cursor() as cursor:  # fmt: skip
            cursor.execute(query)
            return list(cursor.fetchall())


async def a_reader(dialer: TenantsDialer, tenants: Tenants) -> Reader:
    """A tenant at work that has bought SQL."""
    client = await tenants.telephony.a_client(with_route=False)
    run = await tenants.provisioned(client.tenant_id, agent_count=1)
    lists = dialer.ask(
        "SELECT list_id FROM vicidial_lists WHERE campaign_id = %s", f"{run.code}C001"
    )
    use_the_dialer(dialer, run.code, str(lists[0][0]), "1312")
    name = f"tenants/{client.tenant_id}/sqlAccess"
    login = await issue(tenants, name, str(uuid.uuid4()))
    place = urlsplit(dialer.mariadb.url(SIMULATOR))
    return Reader(name, run.name, run.code, login, place)


async def issue(tenants: Tenants, name: str, request_id: str) -> pb.SqlAccess:
    answer: pb.SqlAccess = await tenants.sql.IssueSqlAccess(
        pb.IssueSqlAccessRequest(name=name, request_id=request_id),
        metadata=tenants.telephony.operator,
    )
    return answer


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def reader(dialer: TenantsDialer, tenants: Tenants) -> Reader:
    await a_reader(dialer, tenants)
    return await a_reader(dialer, tenants)


async def test_it_sees_its_own_rows_under_its_own_names(reader: Reader) -> None:
    """And none of the other tenant that is there."""
    assert reader.ask("SELECT campaign_id, campaign_name FROM campaigns") == [
        ("default", "Spring offer")
    ]
    assert reader.ask("SELECT list_id, phone_number FROM leads") == [("default", "13125550100")]
    assert reader.ask("SELECT campaign_id, agent_id FROM call_logs") == [("default", "agent-1")]
    for view in ("campaigns", "leads", "call_logs"):
        assert reader.code not in str(reader.ask(f"SELECT * FROM {view}"))  # noqa: S608


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM asterisk.vicidial_users",
        "SELECT campaign_id FROM asterisk.vicidial_campaigns",
        "SELECT * FROM client_t1.leads",
        "SELECT * FROM mysql.global_priv",
        "SELECT * FROM performance_schema.accounts",
        "SHOW CREATE VIEW leads",
        "SHOW GRANTS FOR client_views",
        "INSERT INTO leads (phone_number) VALUES ('1')",
        "UPDATE campaigns SET active = 'N'",
        "DELETE FROM leads",
        "CREATE TABLE t (a INT)",
        "CREATE OR REPLACE VIEW leads AS SELECT 1",
        "CREATE DATABASE client_mine",
        "CREATE FUNCTION f() RETURNS INT RETURN 1",
        "LOAD DATA INFILE '/etc/passwd' INTO TABLE leads",
        "LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE leads",
        "SELECT 1 INTO OUTFILE '/tmp/out-of-here'",
        "SET GLOBAL general_log = 1",
        "GRANT SELECT ON client_t1.* TO PUBLIC",
        "DROP VIEW leads",
        "KILL 1",
    ],
)
async def test_it_does_not_get_out(reader: Reader, query: str) -> None:
    """Neither to read nor to write."""
    assert reader.login.schema_name != "client_t1"
    with pytest.raises(REFUSED):
        reader.ask(query, local_infile=True)


async def test_it_learns_nothing_of_what_is_around_it(reader: Reader) -> None:
    """Of schemas, tables, views, users, other sessions, files."""
    seen = {
        "schemas": "SELECT schema_name FROM information_schema.schemata",
        "tables": "SELECT DISTINCT table_schema FROM information_schema.tables",
        "columns": "SELECT DISTINCT table_schema FROM information_schema.columns",
    }
    for query in seen.values():
        assert {row[0] for row in reader.ask(query)} <= {
            reader.login.schema_name, *OF_EVERY_SERVER,
        }  # fmt: skip
    views = reader.ask("SELECT view_definition FROM information_schema.views")
    assert {row[0] for row in views} <= {"", None}
    users = reader.ask("SELECT DISTINCT user FROM information_schema.processlist")
    assert users == [(reader.login.user_name,)]
    grantees = reader.ask("SELECT DISTINCT grantee FROM information_schema.schema_privileges")
    assert all(reader.login.user_name in row[0] for row in grantees)
    assert reader.ask("SELECT load_file('/etc/passwd')") == [(None,)]
    everything = reader.ask("SELECT * FROM information_schema.tables WHERE table_type = 'VIEW'")
    assert "vicidial" not in str(everything).lower()


async def test_the_password_is_told_once(tenants: Tenants, dialer: TenantsDialer) -> None:
    """A repeated answer is without; a new one makes the old one useless; a deleted one is gone."""
    own = await a_reader(dialer, tenants)
    request_id = str(uuid.uuid4())
    second = await issue(tenants, own.name, request_id)

    assert len(own.login.password) >= 24
    assert second.password not in ("", own.login.password)
    assert (await issue(tenants, own.name, request_id)).password == ""
    with pytest.raises(REFUSED):
        own.ask("SELECT 1")
    own.login = second
    assert own.ask("SELECT 1") == [(1,)]
    stored = await dialer.around.fetch("SELECT t::text AS row FROM requests t")
    assert not [row for row in stored if second.password in row["row"]]

    delete = pb.DeleteSqlAccessRequest(name=own.name)
    await tenants.sql.DeleteSqlAccess(delete, metadata=tenants.telephony.operator)

    with pytest.raises(REFUSED):
        own.ask("SELECT 1")
    again = tenants.sql.DeleteSqlAccess(delete, metadata=tenants.telephony.operator)
    assert await refusal(again) == "RESOURCE_NOT_FOUND"


async def test_what_the_tenant_gets_later_is_seen_and_goes_with_it(
    tenants: Tenants, dialer: TenantsDialer
) -> None:
    """A second list; and when the tenant leaves, schema and login leave too."""
    own = await a_reader(dialer, tenants)
    tenant_id = own.name.split("/")[1]
    await dialer.around.fetch(
        "INSERT INTO dialer_objects (tenant_id, kind, object_id, resource_id, state, create_time,"
        " update_time) VALUES ($1, 'list', '77777', 'second', 'ACTIVE', now(), now())",
        tenant_id,
    )
    dialer.ask("INSERT INTO vicidial_list (list_id, phone_number) VALUES (77777, '13125550177')")

    def is_seen() -> bool:
        return ("second", "13125550177") in own.ask("SELECT list_id, phone_number FROM leads")

    await eventually(is_seen)

    await tenants.undo(own.run)

    with pytest.raises(REFUSED):
        own.ask("SELECT 1")
    assert dialer.ask("SHOW DATABASES LIKE %s", own.login.schema_name) == []
