"""Numbers that a tenant does not call: out of its uploads, and out of its campaigns."""

from __future__ import annotations

from google.api.httpbody_pb2 import HttpBody

from tests.support.dialer_clients import Dialing, refusal
from tests.support.eventually import eventually
from tests.support.leads import Leads, csv_of
from veneer.telephony.v1 import dnc_service_pb2 as pb


async def someone(dialing: Dialing) -> Leads:
    tenant = await dialing.a_tenant()
    await dialing.a_campaign(tenant)
    return Leads(dialing, tenant)


async def test_a_number_is_not_dialed_and_not_uploaded(dialing: Dialing) -> None:
    """By all of the tenant's campaigns, by none of another's; until it is removed."""
    one, other = await someone(dialing), await someone(dialing)
    add = pb.AddDncNumbersRequest(parent=one.tenant.parent, phone_numbers=["+13125550100"])
    assert (await one.dnc.AddDncNumbers(add, metadata=one.me)).added_count == 1
    assert (await one.dnc.AddDncNumbers(add, metadata=one.me)).added_count == 0
    file = csv_of([("Phone",), ("3125550100",), ("3125550101",)])

    mine = await one.uploaded((await one.a_list()).name, file)
    theirs = await other.uploaded((await other.a_list()).name, file)

    assert [(each.reason, each.row_count) for each in mine.rejections] == [("DO_NOT_CALL", 1)]
    assert theirs.accepted_row_count == 2
    code = one.tenant.code.text

    def in_dialer() -> list[str]:
        rows = dialing.rows(
            "SELECT d.phone_number FROM vicidial_campaigns c JOIN vicidial_campaign_dnc d"
            " ON d.campaign_id = c.use_other_campaign_dnc"
            " WHERE c.use_campaign_dnc = 'Y' AND c.campaign_id LIKE %s",
            f"{code}%",
        )
        return [row["phone_number"] for row in rows]

    # The tenant's first campaign and the client's own.
    await eventually(lambda: in_dialer() == ["3125550100"] * 2)
    assert dialing.rows("SELECT * FROM vicidial_dnc") == []
    remove = pb.RemoveDncNumbersRequest(parent=one.tenant.parent, phone_numbers=["+13125550100"])
    assert (await one.dnc.RemoveDncNumbers(remove, metadata=one.me)).removed_count == 1
    await eventually(lambda: in_dialer() == [])


async def test_numbers_are_imported_listed_and_checked(dialing: Dialing) -> None:
    """All of a file or none; page by page."""
    one = await someone(dialing)
    parent = one.tenant.parent

    def file(data: bytes) -> pb.ImportDncNumbersRequest:
        return pb.ImportDncNumbersRequest(parent=parent, file=HttpBody(data=data))

    bad = one.dnc.ImportDncNumbers(iter([file(b"Phone\n3125550100\n12\n")]), metadata=one.me)
    assert [each.field for each in (await refusal(bad)).violations] == ["file.line[3]"]
    good = file(b"Phone\n(312) 555-0100\n\n+44 20 7946 0018,note\n3125550100\n")
    done = await one.dnc.ImportDncNumbers(iter([good]), metadata=one.me)

    assert (done.read_count, done.added_count) == (3, 2)
    request = pb.ListDncNumbersRequest(parent=parent, page_size=1)
    first = await one.dnc.ListDncNumbers(request, metadata=one.me)
    request.page_token = first.next_page_token
    second = await one.dnc.ListDncNumbers(request, metadata=one.me)
    listed = [each.phone_number for each in (*first.dnc_numbers, *second.dnc_numbers)]
    assert (listed, second.next_page_token) == (["+13125550100", "+442079460018"], "")
    check = pb.CheckDncNumbersRequest(parent=parent, phone_numbers=["+13125550100", "+13125550101"])
    found = await one.dnc.CheckDncNumbers(check, metadata=one.me)
    assert list(found.phone_numbers) == ["+13125550100"]
    check.phone_numbers.append("12")
    assert (await refusal(one.dnc.CheckDncNumbers(check, metadata=one.me))).reason == (
        "INVALID_REQUEST"
    )
