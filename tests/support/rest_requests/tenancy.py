"""A request for every RPC of tenancy that has a route."""

from __future__ import annotations

from tests.support.rest_requests.request import Request, delete, get, patch, post

TENANT = {
    "displayName": "Öresund & <Co>",
    "tier": "GOLD",
    "timeZone": "Europe/Stockholm",
    "hostNames": ["{new}.dialer.localhost"],
    "brand": {"displayName": "Öresund", "primaryColor": "#123456"},
    "limits": {"maxConcurrentCalls": 7, "maxAgents": 0},
    "internalNotes": 'a tab\t, a "quote" and \u2028',
}
USER = {"email": "viewer@{new}.example", "role": "VIEWER", "password": "a-long-password"}
ONBOARDING = {
    "tenantId": "{new}",
    "tenant": {**TENANT, "hostNames": ["{new}.onboarding.localhost"]},
    "owner": {"email": "owner@{new}.example", "password": "a-long-password"},
    "setup": {"planVersion": "planVersions/none.1", "campaignName": "First campaign"},
    "requestId": "{request_id}",
}
API_KEY = {
    "displayName": "Import",
    "permissions": ["calls.read", "usage.read"],
    "allowedNetworks": ["203.0.113.0/24", "2001:db8::/32"],
}

BY_SERVICE: dict[str, dict[str, Request]] = {
    "veneer.tenancy.v1.AgreementService": {
        "GetAgreement": get("/v1/{name}/agreement"),
        # Programs accept nothing.
        "AcceptAgreement": post(
            "/v1/{name}/agreement:accept", {"textHash": "0", "signerName": "Ann"}, status=403
        ),
        "ListAgreementAcceptances": get("/v1/{name}/agreementAcceptances"),
        "GetAgreementAcceptance": get("/v1/{name}/agreementAcceptances/none", status=404),
    },
    "veneer.tenancy.v1.AgreementVersionService": {
        "ListAgreementVersions": get("/v1/agreementVersions?pageSize=3"),
        # It names neither side.
        "CreateAgreementVersion": post(
            "/v1/agreementVersions?requestId={request_id}", {"template": "Words."}, status=400
        ),
        "ListAgreementStandings": get("/v1/agreementStandings?pageSize=3"),
        "RecordPaperAcceptance": post(
            "/v1/{name}/agreement:recordPaper", {"signerName": "Ann", "note": "In the folder."}
        ),
    },
    "veneer.tenancy.v1.ApiKeyService": {
        "ListApiKeys": get("/v1/{name}/apiKeys"),
        "CreateApiKey": post("/v1/{name}/apiKeys?requestId={request_id}", API_KEY),
        "RotateApiKey": post("/v1/{key}:rotate", {"requestId": "{request_id}"}),
        "RevokeApiKey": post("/v1/{key}:revoke", {}),
    },
    "veneer.tenancy.v1.AuditService": {
        "ListAuditEntries": get("/v1/{name}/auditEntries?action=apiKeys&pageSize=2"),
        "ExportAuditLog": get("/v1/{name}/auditEntries:export?format=CSV"),
        "VerifyAuditLog": get("/v1/{name}/auditEntries:verify"),
    },
    "veneer.tenancy.v1.AuditRecordService": {
        "ListAuditRecords": get("/v1/{name}/auditRecords"),
    },
    "veneer.tenancy.v1.CancellationService": {
        "GetCancellation": get("/v1/{name}/cancellation"),
        # Whoever is asked about here goes on being asked: nothing is cancelled.
        "RequestCancellation": post(
            "/v1/{name}/cancellation:request",
            {"reason": "No.", "lastDay": {"year": 2001, "month": 1, "day": 31}},
            status=400,
        ),
        "WithdrawCancellation": post("/v1/{name}/cancellation:withdraw", {}, status=400),
    },
    "veneer.tenancy.v1.LifecycleService": {
        # It is in use, and there is no such run: whole runs are told of elsewhere.
        "SuspendTenant": post("/v1/tenants/none:suspend", {"reason": "Unpaid."}, status=404),
        "ResumeTenant": post("/v1/{name}:resume", {"reason": "Paid."}, status=400),
        "TerminateTenant": post(
            "/v1/tenants/none:terminate",
            {"reason": "Gone.", "lastDay": {"year": 2030, "month": 1, "day": 31}},
            status=404,
        ),
        "WithdrawTermination": post(
            "/v1/{name}:withdrawTermination", {"reason": "Stays."}, status=400
        ),
        "GetLifecycleRun": get("/v1/{name}/lifecycleRuns/none", status=404),
        "ListLifecycleRuns": get("/v1/{name}/lifecycleRuns?pageSize=3"),
        "RetryLifecycleRun": post("/v1/{name}/lifecycleRuns/none:retry", {}, status=404),
    },
    "veneer.tenancy.v1.HostNameService": {
        "ListHostNames": get("/v1/{name}/hostNames?pageSize=3"),
        "GetHostName": get("/v1/{name}/hostNames/none", status=404),
        "CreateHostName": post(
            "/v1/{name}/hostNames?requestId={request_id}", {"domainName": "dialer.{new}.example"}
        ),
        "CheckHostName": post("/v1/{name}/hostNames/none:check", {}, status=404),
        "RemoveHostName": post("/v1/{name}/hostNames/none:remove", {}, status=404),
    },
    "veneer.tenancy.v1.HostCertificateService": {
        "ListHostCertificates": get("/v1/hostCertificates?pageSize=3"),
        "ReportHostCertificate": post(
            "/v1/hostCertificates/none:report", {"state": "ISSUED"}, status=404
        ),
    },
    "veneer.tenancy.v1.ClientNoteService": {
        "ListClientNotes": get("/v1/{name}/clientNotes?pageSize=3"),
        "CreateClientNote": post(
            "/v1/{name}/clientNotes?requestId={request_id}", {"text": "Calls back <late>."}
        ),
        "UpdateClientNote": patch("/v1/{name}/clientNotes/none", {"text": "Gone."}, 404),
        "DeleteClientNote": delete("/v1/{name}/clientNotes/none", 404),
    },
    "veneer.tenancy.v1.SupportAccessService": {
        "ListSupportAccesses": get("/v1/{name}/supportAccesses?pageSize=3"),
        "EndSupportAccess": post("/v1/{name}/supportAccesses/none:end", {}, status=404),
        "GetSupportPolicy": get("/v1/{name}/supportPolicy"),
        "UpdateSupportPolicy": patch("/v1/{name}/supportPolicy", {"permission": "LOOK"}),
    },
    "veneer.tenancy.v1.SupportStaffService": {
        # No program looks at a client's account, and no person for no reason.
        "CreateSupportAccess": post(
            "/v1/{name}/supportAccesses", {"reason": " ", "ttl": "600s"}, status=400
        ),
    },
    "veneer.tenancy.v1.SecondFactorPolicyService": {
        "GetSecondFactorPolicy": get("/v1/{name}/secondFactorPolicy"),
        "UpdateSecondFactorPolicy": patch(
            "/v1/{name}/secondFactorPolicy", {"requirement": "OPTIONAL"}
        ),
    },
    "veneer.tenancy.v1.SingleSignOnService": {
        "GetSingleSignOn": get("/v1/{name}/singleSignOn"),
        "UpdateSingleSignOn": patch(
            "/v1/{name}/singleSignOn",
            {"issuer": "https://login.example", "clientId": "us", "clientSecret": "s3cret"},
        ),
    },
    "veneer.tenancy.v1.NoticeRecordService": {
        "ListNotices": get("/v1/{name}/notices"),
        "ListFailedNotices": get("/v1/failedNotices"),
        "ResendNotice": post("/v1/{name}/notices/none:resend", {}, status=404),
    },
    "veneer.tenancy.v1.OnboardingService": {
        # There is no such plan, and no such run: whole runs are told of elsewhere.
        "StartOnboarding": post("/v1/onboardingRuns:start", ONBOARDING, status=404),
        "GetOnboardingRun": get("/v1/onboardingRuns/none", status=404),
        "ListOnboardingRuns": get("/v1/onboardingRuns?pageSize=3"),
        "RecordSignature": post(
            "/v1/onboardingRuns/none:recordSignature",
            {"signerName": "Ann", "note": "On paper."},
            status=404,
        ),
        "RetryOnboardingRun": post("/v1/onboardingRuns/none:retry", {}, status=404),
        "CancelOnboardingRun": post(
            "/v1/onboardingRuns/none:cancel", {"reason": "Not now."}, status=404
        ),
    },
    "veneer.tenancy.v1.TenantService": {
        "GetTenant": get("/v1/{name}"),
        "ListTenants": get("/v1/tenants?pageSize=1000"),
        "UpdateTenant": patch("/v1/{name}", {"contactEmail": "bills@client.example"}),
        "CreateTenant": post("/v1/tenants?tenantId={new}&requestId={request_id}", TENANT),
    },
    "veneer.tenancy.v1.ProfileService": {
        "GetProfile": get("/v1/{name}/profile"),
        "UpdateProfile": patch(
            "/v1/{name}/profile?updateMask=brand.tagline",
            {"brand": {"displayName": "Öresund", "tagline": "Calls that matter"}},
        ),
    },
    "veneer.tenancy.v1.InvitationService": {
        "ListInvitations": get("/v1/{name}/invitations"),
        "CreateInvitation": post(
            "/v1/{name}/invitations?requestId={request_id}",
            {"email": "invited@{new}.example", "role": "BILLING"},
        ),
        "RenewInvitation": post("/v1/{name}/invitations/none:renew", {}, status=404),
        "RevokeInvitation": post("/v1/{name}/invitations/none:revoke", {}, status=404),
    },
    "veneer.tenancy.v1.UserService": {
        "ListUsers": get("/v1/{name}/users"),
        "CreateUser": post("/v1/{name}/users?requestId={request_id}", USER),
        "UpdateUser": patch("/v1/{name}/users/none", {"role": "BILLING"}, status=404),
        "ResetSecondFactor": post("/v1/{name}/users/none:resetSecondFactor", {}, status=404),
    },
}
