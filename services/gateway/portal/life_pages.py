"""The paths of the pages on how clients come in, stand and look, and what each does."""

from __future__ import annotations

from services.gateway.portal.client import host_names as own_host_names
from services.gateway.portal.client.brand import OWN_BRAND
from services.gateway.portal.client.support_access import (
    change_support_policy,
    end_support_access,
    support_access,
)
from services.gateway.portal.client.your_data import (
    cancel_service,
    data_pack,
    keep_service,
    your_data,
)
from services.gateway.portal.console import client_host_names
from services.gateway.portal.console.client_brand import CLIENT_BRAND
from services.gateway.portal.console.client_notes import (
    client_notes,
    create_client_note,
    delete_client_note,
    update_client_note,
)
from services.gateway.portal.console.client_support import (
    begin_support,
    client_support,
    end_support,
)
from services.gateway.portal.console.life import life, resume, retry, suspend, terminate, withdraw
from services.gateway.portal.console.onboarding import (
    cancel_onboarding,
    new_onboarding,
    onboarding,
    onboardings,
    retry_onboarding,
    sign_onboarding,
    start_onboarding,
)
from services.gateway.portal.handling import Handler
from services.gateway.portal.streaming import streamed
from services.gateway.portal.uploads import UploadPage

CLIENT_LIFE_PAGES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/company/brand", OWN_BRAND.show),
    ("POST", "/company/brand", OWN_BRAND.update),
    ("GET", "/company/brand/{picture}", OWN_BRAND.picture),
    ("POST", "/company/brand/{picture}/remove", OWN_BRAND.remove),
    ("GET", "/host-names", own_host_names.host_names),
    ("POST", "/host-names", own_host_names.ask),
    ("POST", "/host-names/{host_name}/check", own_host_names.check),
    ("POST", "/host-names/{host_name}/remove", own_host_names.remove),
    ("GET", "/support-access", support_access),
    ("POST", "/support-access/policy", change_support_policy),
    ("POST", "/support-access/{access}/end", end_support_access),
    ("GET", "/data", your_data),
    ("GET", "/data/pack", data_pack),
    ("POST", "/data/cancel", cancel_service),
    ("POST", "/data/keep", keep_service),
)
CONSOLE_LIFE_PAGES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/onboarding", onboardings),
    ("POST", "/onboarding", start_onboarding),
    ("GET", "/onboarding/_new", new_onboarding),
    ("GET", "/onboarding/{run}", onboarding),
    ("GET", "/events/onboarding/{run}", streamed(onboarding)),
    ("POST", "/onboarding/{run}/retry", retry_onboarding),
    ("POST", "/onboarding/{run}/cancel", cancel_onboarding),
    ("POST", "/onboarding/{run}/sign", sign_onboarding),
    ("GET", "/clients/{tenant}/brand", CLIENT_BRAND.show),
    ("POST", "/clients/{tenant}/brand", CLIENT_BRAND.update),
    ("GET", "/clients/{tenant}/brand/{picture}", CLIENT_BRAND.picture),
    ("POST", "/clients/{tenant}/brand/{picture}/remove", CLIENT_BRAND.remove),
    ("GET", "/clients/{tenant}/host-names", client_host_names.client_host_names),
    ("POST", "/clients/{tenant}/host-names", client_host_names.ask),
    ("POST", "/clients/{tenant}/host-names/{host_name}/check", client_host_names.check),
    ("POST", "/clients/{tenant}/host-names/{host_name}/remove", client_host_names.remove),
    ("POST", "/clients/{tenant}/host-names/{host_name}/certificate", client_host_names.report),
    ("GET", "/clients/{tenant}/notes", client_notes),
    ("POST", "/clients/{tenant}/notes", create_client_note),
    ("POST", "/clients/{tenant}/notes/{note}", update_client_note),
    ("POST", "/clients/{tenant}/notes/{note}/delete", delete_client_note),
    ("GET", "/clients/{tenant}/support", client_support),
    ("POST", "/clients/{tenant}/support", begin_support),
    ("POST", "/clients/{tenant}/support/{access}/end", end_support),
    ("GET", "/clients/{tenant}/life", life),
    ("POST", "/clients/{tenant}/life/suspend", suspend),
    ("POST", "/clients/{tenant}/life/resume", resume),
    ("POST", "/clients/{tenant}/life/terminate", terminate),
    ("POST", "/clients/{tenant}/life/withdraw", withdraw),
    ("POST", "/clients/{tenant}/life/{run}/retry", retry),
)
CONSOLE_LIFE_UPLOADS: tuple[tuple[str, UploadPage], ...] = (
    (
        "/clients/{tenant}/brand/{picture}",
        UploadPage(CLIENT_BRAND.send, CLIENT_BRAND.tell),
    ),
)
CLIENT_LIFE_UPLOADS: tuple[tuple[str, UploadPage], ...] = (
    ("/company/brand/{picture}", UploadPage(OWN_BRAND.send, OWN_BRAND.tell)),
)
