"""A file of leads becomes leads of a list, once, and nobody else's business."""

from __future__ import annotations

import pytest

from tests.support.dialer_clients import Dialing, refusal
from tests.support.leads import Leads, Upload, csv_of, xlsx_of
from veneer.telephony.v1 import lead_upload_service_pb2 as pb

HEADER = ("Phone", "First Name", "Last Name", "Zip", "E-Mail")


async def someone(dialing: Dialing) -> Leads:
    tenant = await dialing.a_tenant()
    await dialing.a_campaign(tenant)
    return Leads(dialing, tenant)


async def test_a_file_becomes_leads(dialing: Dialing) -> None:
    """Good rows are in the dialer with their zone, bad ones in a report, line by line."""
    leads = await someone(dialing)
    west = await leads.a_list()
    file = csv_of(
        [
            HEADER,
            ("(312) 555-0100", "Ada", "Byron", "60601", "ada@example.com"),
            ("213-555-0101", "Bob", "O'Hara", "90001", ""),
            ("12", "Short", "", "", ""),
            ("", "Nobody", "", "", ""),
            ("+1 312 555 0100", "Again", "", "", ""),
            ("+44 20 7946 0018", "Zoë", "Smith", "12345678901", ""),
            ("(212) 555-0102", "Ann", "", "", "no address"),
        ]
    )

    upload = await leads.uploaded(west.name, file, display_name="march.csv")

    assert upload.state == Upload.SUCCEEDED, upload
    assert (upload.read_row_count, upload.accepted_row_count) == (7, 2)
    assert {each.reason: each.row_count for each in upload.rejections} == {
        "DUPLICATE": 1, "PHONE_NUMBER_INVALID": 1, "PHONE_NUMBER_MISSING": 1,
        "VALUE_INVALID": 1, "VALUE_TOO_LONG": 1,
    }  # fmt: skip
    rows = leads.rows(2)
    assert [(r["phone_code"], r["phone_number"], r["last_name"], r["status"]) for r in rows] == [
        ("1", "3125550100", "Byron", "NEW"), ("1", "2135550101", "O'Hara", "NEW"),
    ]  # fmt: skip
    assert [str(row["gmt_offset_now"]) for row in rows] == ["-6.00", "-8.00"]
    report = await leads.report(upload.name)
    assert report[0] == "line,column,reason,problem,advice"
    assert [line.split(",")[:3] for line in report[1:]] == [
        ["4", "Phone", "PHONE_NUMBER_INVALID"], ["5", "Phone", "PHONE_NUMBER_MISSING"],
        ["6", "Phone", "DUPLICATE"], ["7", "Zip", "VALUE_TOO_LONG"],
        ["8", "E-Mail", "VALUE_INVALID"],
    ]  # fmt: skip
    assert [lead.phone_number for lead in await leads.listed(west.name)] == [
        "+13125550100", "+12135550101",
    ]  # fmt: skip


async def test_a_workbook_is_as_good(dialing: Dialing) -> None:
    """Numbers that a sheet keeps as numbers are numbers all the same."""
    leads = await someone(dialing)
    west = await leads.a_list()

    upload = await leads.uploaded(
        west.name, xlsx_of([("Mobile", "Surname"), (3125550100, "Byron"), ("213 555 0101", None)])
    )

    assert upload.state == Upload.SUCCEEDED, upload
    assert [row["phone_number"] for row in leads.rows(2)] == ["3125550100", "2135550101"]


async def test_columns_are_proposed_and_told(dialing: Dialing) -> None:
    """An upload without a phone number waits until it is told which column is one."""
    leads = await someone(dialing)
    west = await leads.a_list()
    upload = await leads.begun(west.name, auto_start=True)

    received = await leads.sent(upload.name, csv_of([("Who", "Where"), ("Ada", "3125550100")]))
    assert received.state == Upload.RECEIVED
    assert [column.field for column in received.columns] == ["", ""]
    start = pb.StartLeadUploadRequest(name=upload.name)
    assert (await refusal(leads.uploads.StartLeadUpload(start, metadata=leads.me))).reason == (
        "INVALID_REQUEST"
    )
    start.columns.add(header="Where", field="phone_number")
    start.columns.add(header="Who", field="first_name")
    await leads.uploads.StartLeadUpload(start, metadata=leads.me)

    assert (await leads.over(upload.name)).accepted_row_count == 1
    assert leads.rows(2)[0]["first_name"] == "Ada"


async def test_a_broken_connection_goes_on_where_it_was(dialing: Dialing) -> None:
    """Byte by byte, and nowhere else."""
    leads = await someone(dialing)
    west = await leads.a_list()
    file = csv_of([HEADER, *((f"312555{n:04d}", "", "", "", "") for n in range(300))])
    upload = await leads.begun(west.name, auto_start=True)

    part = await leads.sent(upload.name, file[:1000], partial=True, piece=300)
    assert (part.received_bytes, part.state) == (1000, Upload.RECEIVING)
    problem = await refusal(leads.sent(upload.name, file[999:], offset=999))
    assert (problem.reason, problem.metadata["received_bytes"]) == ("UPLOAD_OFFSET_WRONG", "1000")
    await leads.sent(upload.name, file[1000:], offset=1000)

    assert (await leads.over(upload.name)).accepted_row_count == 300
    problem = await refusal(leads.sent(upload.name, b"x", offset=len(file)))
    assert problem.reason == "LEAD_UPLOAD_STATE_FORBIDS"


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (b"", "empty"),
        (b"Phone\r\n\xff\xfe\xfd\r\n", "UTF-8"),
        (b"PK\x03\x04 is no archive", "XLSX"),
        (b"Phone\r\n\x00\x01\r\n", "neither"),
        (b"Phone,Phone\r\n1,2\r\n", "same header"),
    ],
)
async def test_a_file_that_cannot_be_read_says_why(
    dialing: Dialing, file: bytes, told: str
) -> None:
    """In words for people, and nothing of it is left."""
    leads = await someone(dialing)
    west = await leads.a_list()

    upload = await leads.uploaded(west.name, file)

    assert upload.state == Upload.FAILED
    assert told in upload.failure
    assert leads.rows(2) == leads.rows(3) == []


async def test_duplicates_are_looked_for_within_the_tenant_only(dialing: Dialing) -> None:
    """In the list, or in all of the tenant's, never in another's."""
    one, other = await someone(dialing), await someone(dialing)
    file = csv_of([HEADER, ("3125550100", "", "", "", "")])
    west, east = await one.a_list("west"), await one.a_list("east")
    others = await other.a_list()

    assert (await one.uploaded(west.name, file)).accepted_row_count == 1
    assert (await one.uploaded(west.name, file)).accepted_row_count == 0
    assert (await one.uploaded(east.name, file)).accepted_row_count == 1
    north = await one.a_list("north")
    campaign = await one.uploaded(north.name, file, duplicate_scope=Upload.CAMPAIGN)
    assert campaign.accepted_row_count == 0
    theirs = await other.uploaded(others.name, file, duplicate_scope=Upload.TENANT)
    assert theirs.accepted_row_count == 1


async def test_an_upload_is_its_tenants_own(dialing: Dialing) -> None:
    """Another tenant's is missing."""
    one, other = await someone(dialing), await someone(dialing)
    upload = await one.begun((await one.a_list()).name)

    for call in (other.got(upload.name), other.sent(upload.name, b"x"), other.begun(upload.name)):
        assert (await refusal(call)).reason in ("RESOURCE_NOT_FOUND", "INVALID_REQUEST")
