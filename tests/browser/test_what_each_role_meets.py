"""What each role meets on its way through portal and console, and what its keys get by the API:
nothing of another client, no secret word, no dead link, no door that is shut, no complaint of the
browser, and nothing that somebody who cannot see or point could not read."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field

import pytest
from google.api import annotations_pb2
from google.protobuf.descriptor import MethodDescriptor

from services.tenancy.domain.permission import Role, permissions_of
from tests.support.axe import complaints_of_axe
from tests.support.browser import Desk, Visitor
from tests.support.contracts import has_route, methods, rule_of
from tests.support.crawl import Crawl, Leaf
from tests.support.road_suite import OPERATOR
from tests.support.secret_words import NAMES, OURS
from tests.support.town import AGENT, CONSOLE, ROLES, House, Town

pytestmark = pytest.mark.browser

HOUSES = ("amber", "cobalt")
SHUT = 403
SHUT_TITLE = "This is not open to you"
# Both sides of a contract are named in it, and one is the vendor; its texts are guarded by words.
CONTRACT = "/agreement/"
# The operator's, which say what was held back.
ALARMS = "/leaks"
# Nobody was recorded in the town, which has no telephones.
NOWHERE = {
    "portal": ["/recordings/{recording}/sound"],
    "console": [],
}
STRANGERS = (
    "/login", "/forgotten", "/new-password?token=x", "/invitation?token=x", "/training",
    "/training/agents", "/agent", "/nothing",
)  # fmt: skip


@dataclass(slots=True)
class Eyes:
    """What must not be seen on one side, and what is wrong so far."""

    secrets: tuple[re.Pattern[str], ...]
    wrong: list[str] = field(default_factory=list)

    def look(self, where: str, text: str) -> None:
        """Notes each secret of a text."""
        for secret in () if where.startswith(ALARMS) else self.secrets:
            if secret is not OURS or not where.startswith(CONTRACT):
                self.wrong += [f"{where}: {found}" for found in sorted(set(secret.findall(text)))]

    def look_at(self, leaf: Leaf) -> None:
        """Notes what a link led to, if that is no page for its reader."""
        if leaf.status != 200:
            self.wrong.append(f"{leaf.path} answers {leaf.status}")
        self.look(leaf.path, leaf.text)


def _clients_eyes(town: Town, house: House) -> Eyes:
    return Eyes((NAMES, OURS, *(other.words for other in town.strangers_to(house))))


async def _walk(crawl: Crawl, eyes: Eyes, with_axe: bool) -> None:
    """Follows all links from the first page; pages that none leads to may be shut."""
    visitor = crawl.visitor
    async for leaf in crawl.leaves():
        eyes.look_at(leaf)
        if with_axe and leaf.is_open:
            eyes.wrong += await complaints_of_axe(visitor.page, leaf.is_of_menu)
    for path in (each for each in crawl.missed() if "{" not in each):
        answer = await visitor.page.goto(f"{visitor.url}{path}", wait_until="commit")
        assert answer is not None
        told = await answer.text()
        eyes.look(path, told)
        if answer.status != 200 and (answer.status, SHUT_TITLE in told) != (SHUT, True):
            eyes.wrong.append(f"{path} answers {answer.status}, in which words?")


async def _log_in(visitor: Visitor, email: str, password: str) -> None:
    await visitor.go("/")
    await visitor.log_in(email, password)
    await visitor.page.wait_for_url(re.compile(r"^(?!.*/login)"))


async def _a_clients_walk(town: Town, desk: Desk, house: House, role: str) -> list[str]:
    """Gives what is wrong. The pages of both clients are made alike: one's are opened as well, and
    those of the role with the longest way are judged."""
    eyes, is_judged = _clients_eyes(town, house), house is town.amber and role == "OWNER"
    async with desk.visitor(house.client.rest.host) as visitor:
        await _log_in(visitor, town.email(house.client.tenant_id, role), town.password)
        crawl = Crawl(visitor, for_operator=False, opens=house is not town.cobalt)
        await _walk(crawl, eyes, with_axe=is_judged)
    if is_judged and crawl.missed() != NOWHERE["portal"]:
        eyes.wrong.append(f"no link leads to {crawl.missed()}")
    return eyes.wrong


@pytest.mark.parametrize("role", ROLES)
async def test_a_clients_people(town: Town, desk: Desk, role: str) -> None:
    """Of both clients at once."""
    walks = (_a_clients_walk(town, desk, getattr(town, each), role) for each in HOUSES)
    assert await asyncio.gather(*walks) == [[], []]


async def test_the_owner_of_a_clients_client(town: Town, desk: Desk) -> None:
    """Which buys from one of the two, and has never heard of the operator."""
    assert await _a_clients_walk(town, desk, town.annex, "OWNER") == []


@pytest.mark.parametrize("role", ROLES)
async def test_the_operators_staff(town: Town, desk: Desk, role: str) -> None:
    """Its pages name carriers, whose business it is, but not what it all is made of."""
    eyes = Eyes((re.compile("veneer|vicidial|asterisk|starlette|postgres|grpc", re.I),))
    async with desk.visitor(CONSOLE) as visitor:
        await _log_in(visitor, town.email(OPERATOR.tenant_id, role), town.password)
        crawl = Crawl(visitor, for_operator=True)
        await _walk(crawl, eyes, with_axe=role == "OWNER")
    if role == "OWNER" and crawl.missed() != NOWHERE["console"]:
        eyes.wrong.append(f"no link leads to {crawl.missed()}")
    assert eyes.wrong == []


async def test_who_has_not_come_in_yet(town: Town, desk: Desk) -> None:
    """Doors, links of mails, and what is open to everybody."""
    eyes = _clients_eyes(town, town.amber)
    async with desk.visitor(town.amber.client.rest.host) as visitor:
        for path in STRANGERS:
            await visitor.go(path)
            eyes.look(path, await visitor.page.content())
            eyes.wrong += await complaints_of_axe(visitor.page, on_telephone=True)
    assert eyes.wrong == []


@pytest.mark.parametrize("which", HOUSES)
async def test_an_agent(town: Town, desk: Desk, which: str) -> None:
    """It has its own door and its own page; all others send it to the log-in of the portal."""
    house: House = getattr(town, which)
    eyes = _clients_eyes(town, house)
    async with desk.visitor(house.client.rest.host) as visitor:
        page = visitor.page
        await visitor.go("/agent")
        await page.get_by_label("Agent", exact=True).fill(AGENT)
        await page.get_by_label("Password").fill(house.agent_password)
        await page.get_by_role("button", name="Log in").click()
        await page.get_by_role("heading", name="Hello, Toni Reyes").wait_for()
        eyes.look("/agent", await page.content())
        eyes.wrong += await complaints_of_axe(page, on_telephone=True)
        for path in ("/", "/calls", "/lists/spring", "/invoices/2025-10", "/team"):
            await visitor.go(path)
            assert page.url.partition("?")[0] == f"{visitor.url}/login"
    assert eyes.wrong == []


def reads() -> list[MethodDescriptor]:
    """Every GET that a client may send."""
    audiences = ("CLIENT", "PUBLIC")
    found = [each for each in methods() if has_route(each) and rule_of(each).audience in audiences]
    return [each for each in found if _template(each)]


def _template(method: MethodDescriptor) -> str:
    path: str = method.GetOptions().Extensions[annotations_pb2.http].get
    return path


def path_of(method: MethodDescriptor, house: House) -> str:
    ids = {"tenants": house.client.tenant_id, **house.ids}
    inner = re.sub(r"\{[a-z_.]+=([^}]+)\}", r"\1", _template(method))
    return re.sub(r"([A-Za-z]+)/\*", lambda found: f"{found[1]}/{ids.get(found[1], 'none')}", inner)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("which", HOUSES)
async def test_a_clients_program(town: Town, which: str, role: str) -> None:
    """With a key that may do what the role may: each GET of the API."""
    house: House = getattr(town, which)
    eyes = _clients_eyes(town, house)
    may = sorted(permissions_of(Role(role), of_operator=False))
    terms = {"displayName": role, "permissions": may}
    made = town.road.operator.post(f"/v1/{house.client.name}/apiKeys", terms)
    rest = house.client.rest.with_key(made["secret"])
    answered = 0
    for method in reads():
        path = path_of(method, house)
        answer = rest.send("GET", path)
        is_open = not rule_of(method).permission or rule_of(method).permission in may
        if answer.status_code not in ((200, 400, 404) if is_open else (SHUT,)):
            eyes.wrong.append(f"{path}: {answer.status_code}")
        answered += answer.status_code == 200
        eyes.look(path, f"{answer.headers}{answer.text}")

    assert eyes.wrong == []
    assert answered >= 10
