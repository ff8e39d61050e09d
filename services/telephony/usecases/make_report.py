"""Makes a report in a tenant's own names."""

from __future__ import annotations

from datetime import date

from services.kit.errors import NotFound, Unavailable
from services.telephony.domain.provisioning.objects import Kind
from services.telephony.domain.report import Names, ReportKind, Row, checked_span, rows_of
from services.telephony.partners.dialer.report_tables import ReportTables
from services.telephony.store import TelephonyStore
from services.telephony.usecases.client_desk import ClientDesk


async def make_report(
    desk: ClientDesk,
    tables: ReportTables | None,
    key: tuple[str, str],
    days: tuple[date, date],
) -> list[Row]:
    """Gives the rows of the report (by tenant and id) on days from one to before another.

    Refuses with RESOURCE_NOT_FOUND, INVALID_REQUEST, TEMPORARILY_UNAVAILABLE.
    """
    tenant_id, report_id = key
    if report_id not in set(ReportKind):
        raise NotFound(resource=f"tenants/{tenant_id}/reports/{report_id}")
    kind = ReportKind(report_id)
    span = checked_span(*days, (await desk.directory.get(tenant_id)).zone)
    async with desk.db.read(tenant_id) as store:
        known = await store.dialer_objects.list(tenant_id, [Kind.CAMPAIGN, Kind.IN_GROUP])
        names = await _names(store, tenant_id)
    if tables is None:
        raise Unavailable
    found = await tables.figures(kind, span, [each.object_id for each in known])
    return rows_of(kind, span, found, names)


async def _names(store: TelephonyStore, tenant_id: str) -> Names:
    code = await store.dialer_tenants.find(tenant_id)
    if code is None:
        return Names()
    names = {
        code.campaign(each.number): (
            f"tenants/{tenant_id}/campaigns/{each.campaign_id}",
            each.display_name,
        )
        for each in await store.campaigns.all(tenant_id)
    }
    names[code.in_group] = ("", "Inbound")
    for number, (agent_id, display_name) in (await store.agents.by_numbers(tenant_id)).items():
        names[code.user(number)] = (f"tenants/{tenant_id}/agents/{agent_id}", display_name)
    return Names(names)
