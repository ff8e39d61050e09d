"""telephony's store: its repositories, bound to one transaction."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.audit import ChangeLog
from services.kit.db.idempotency import Requests
from services.kit.db.outbox import Outbox
from services.kit.db.scope import Scope
from services.telephony.store.agents import Agents
from services.telephony.store.campaigns import Campaigns
from services.telephony.store.carriers import Carriers
from services.telephony.store.descriptions import Descriptions
from services.telephony.store.dialer_objects import DialerObjects, DialerTenants
from services.telephony.store.dids import Dids
from services.telephony.store.disallowed_carriers import DisallowedCarriers
from services.telephony.store.dnc_numbers import DncNumbers
from services.telephony.store.drifts import Drifts
from services.telephony.store.host_lives import HostLives
from services.telephony.store.journals import Journals
from services.telephony.store.kept_storage import KeptStorage
from services.telephony.store.lead_lists import LeadLists
from services.telephony.store.lead_uploads import LeadUploads
from services.telephony.store.legs import Legs
from services.telephony.store.open_legs import OpenLegs
from services.telephony.store.provisioning import ProvisioningRuns
from services.telephony.store.quarantine import Quarantine
from services.telephony.store.quotas import Quotas
from services.telephony.store.reconciliations import Reconciliations
from services.telephony.store.routes import Routes
from services.telephony.store.seats import Seats
from services.telephony.store.service_states import ServiceStates
from services.telephony.store.sql_accesses import SqlAccesses
from services.telephony.store.stock_numbers import StockNumbers
from services.telephony.store.trunks import Trunks
from services.telephony.store.wishes import Wishes


class TelephonyStore:
    """What one transaction can read and write."""

    def __init__(self, connection: AsyncConnection, scope: Scope) -> None:
        self.scope = scope
        self.routes = Routes(connection)
        self.carriers = Carriers(connection)
        self.trunks = Trunks(connection)
        self.reconciliations = Reconciliations(connection)
        self.journals = Journals(connection)
        self.legs = Legs(connection)
        self.open_legs = OpenLegs(connection)
        self.host_lives = HostLives(connection)
        self.quarantine = Quarantine(connection)
        self.descriptions = Descriptions(connection)
        self.dids = Dids(connection)
        self.stock_numbers = StockNumbers(connection)
        self.dialer_tenants = DialerTenants(connection)
        self.dialer_objects = DialerObjects(connection)
        self.provisioning_runs = ProvisioningRuns(connection)
        self.service_states = ServiceStates(connection)
        self.wishes = Wishes(connection)
        self.disallowed_carriers = DisallowedCarriers(connection)
        self.seats = Seats(connection)
        self.kept_storage = KeptStorage(connection)
        self.drifts = Drifts(connection)
        self.sql_accesses = SqlAccesses(connection)
        self.campaigns = Campaigns(connection)
        self.agents = Agents(connection)
        self.quotas = Quotas(connection)
        self.lead_lists = LeadLists(connection)
        self.lead_uploads = LeadUploads(connection)
        self.dnc_numbers = DncNumbers(connection)
        self.outbox = Outbox(connection)
        self.changes = ChangeLog(self.outbox, scope)
        self.requests = Requests(connection)
