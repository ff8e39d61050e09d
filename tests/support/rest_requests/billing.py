"""A request for every RPC of billing that has a route."""

from __future__ import annotations

from tests.support.rest_requests.request import Request, get, patch, post
from tests.support.road import PER_PERIOD

COST_BOOK = {
    "effectiveDate": {"year": 2019, "month": 5, "day": 1},
    "currencyCode": "USD",
    "costs": [{"item": "MINUTES", "unitCost": {"value": "0.012"}, "durationTariff": PER_PERIOD}],
}
PLAN_VERSION = {
    "plan": "{new}",
    "displayName": "Platinum",
    "currencyCode": "USD",
    "prices": [{"item": "DIDS", "unitPrice": {"value": "2.5"}}],
}
PRICE_BOOK = {
    "effectiveDate": {"year": 2096, "month": 2, "day": 29},
    "currencyCode": "USD",
    "prices": [{"item": "DIDS", "unitPrice": {"value": "3.000"}}],
}

WALLET_TERMS = {
    "mode": "PREPAID",
    "currencyCode": "USD",
    "dailyCap": {"currencyCode": "USD", "units": "25", "nanos": 500_000_000},
    "reserveSeconds": 60,
}
DISCOUNT = {
    "description": "Welcome",
    "reduction": {"percent": {"value": "10"}},
    "firstMonth": "2096-02",
    "monthCount": 3,
}
COUPON = {
    "description": "Spring",
    "reduction": {"amount": {"currencyCode": "USD", "units": "25"}, "items": ["DIDS"]},
    "maxRedemptions": 5,
}
TAX_RATE = {
    "place": "US-NY",
    "code": "SALES",
    "effectiveDate": {"year": 2096, "month": 2, "day": 29},
    "description": "Sales tax",
    "percent": {"value": "8.875"},
}
EXEMPTION = {
    "certificate": "ST-120 17",
    "codes": ["SALES"],
    "startDate": {"year": 2096, "month": 1, "day": 1},
    "endDate": {"year": 2097, "month": 1, "day": 1},
}

BY_SERVICE: dict[str, dict[str, Request]] = {
    "veneer.billing.v1.CostBookService": {
        "ListCostBooks": get("/v1/costBooks"),
        "CreateCostBook": post("/v1/costBooks?requestId={request_id}", COST_BOOK),
    },
    "veneer.billing.v1.StatementService": {
        "GetStatement": get("/v1/{name}/statements/2025-10"),
    },
    "veneer.billing.v1.InvoiceService": {
        "GetInvoice": get("/v1/{name}/invoices/2025-10"),
        "ListInvoices": get("/v1/{name}/invoices"),
        "DownloadInvoice": get("/v1/{name}/invoices/2025-10:download"),
    },
    "veneer.billing.v1.DraftInvoiceService": {
        "ListDraftInvoices": get("/v1/{name}/draftInvoices"),
        "CreateDraftInvoice": post(
            "/v1/{name}/draftInvoices?draft_invoice_id=2025-09&requestId={request_id}", {}
        ),
        "ReleaseDraftInvoice": post(
            "/v1/{name}/draftInvoices/2025-08:release",
            {"note": "Agreed by phone.", "requestId": "{request_id}"},
        ),
        "IssueDraftInvoice": post(
            "/v1/{name}/draftInvoices/2025-08:issue", {"requestId": "{request_id}"}
        ),
    },
    "veneer.billing.v1.InvoiceExplanationService": {
        "ExplainInvoiceLine": get("/v1/{name}/invoices/2025-10:explainLine?line=1"),
        "ExportInvoiceCalls": get("/v1/{name}/invoices/2025-10:exportCalls?format=JSON"),
        "ListInvoiceCalls": get("/v1/{name}/invoices/2025-10/calls?pageSize=2"),
    },
    "veneer.billing.v1.InvoiceRunService": {
        "CreateInvoiceRun": post("/v1/invoiceRuns?requestId={request_id}", {"month": "2094-01"}),
        "GetInvoiceRun": get("/v1/invoiceRuns/none", status=404),
        "ListInvoiceRuns": get("/v1/invoiceRuns?pageSize=2"),
        "ListInvoiceRunOutcomes": get("/v1/invoiceRuns/none/outcomes", status=404),
        "GetInvoiceRunPolicy": get("/v1/invoiceRunPolicy"),
        "SetInvoiceRunPolicy": post(
            "/v1/invoiceRunPolicy:set?requestId={request_id}", {"mode": "OFF"}
        ),
    },
    "veneer.billing.v1.WalletService": {
        "GetWallet": get("/v1/{name}/wallet", status=404),
        "TopUpWallet": post(
            "/v1/{name}/wallet:topUp",
            {"amount": {"currencyCode": "USD", "units": "50"}, "requestId": "{request_id}"},
            status=400,
        ),
        "SetAutomaticTopUp": post("/v1/{name}/wallet:setAutomaticTopUp", {}, status=404),
    },
    "veneer.billing.v1.WalletTermsService": {
        "GetWalletTerms": get("/v1/{name}/walletTerms", status=404),
        "SetWalletTerms": post("/v1/tenants/nobody/walletTerms:set", WALLET_TERMS, status=404),
        "ListGateChanges": get("/v1/{name}/gateChanges"),
    },
    "veneer.billing.v1.DunningService": {
        "GetDunningPolicy": get("/v1/{name}/dunningPolicy"),
        "SetDunningPolicy": post("/v1/{name}/dunningPolicy:set", {"paymentDays": 30}),
        "ListDunningCases": get("/v1/dunningCases"),
        "HoldDunningCase": post(
            "/v1/{name}/dunningCase:hold",
            {
                "holdUntilDate": {"year": 2096, "month": 1, "day": 1},
                "reason": "Agreed by phone.",
                "requestId": "{request_id}",
            },
            status=404,
        ),
        "ListDunningEvents": get("/v1/{name}/dunningEvents"),
    },
    "veneer.billing.v1.MarginService": {
        "GetMargin": get("/v1/{name}/margins/2025-10"),
        "ListMargins": get("/v1/margins?month=2025-10"),
    },
    "veneer.billing.v1.PlanService": {
        "ListPlanVersions": get("/v1/planVersions?pageSize=2"),
        "CreatePlanVersion": post("/v1/planVersions?requestId={request_id}", PLAN_VERSION),
    },
    "veneer.billing.v1.DiscountService": {
        "ListDiscounts": get("/v1/{name}/discounts"),
        "CreateDiscount": post(
            "/v1/{name}/discounts?discountId=d-{new}&requestId={request_id}", DISCOUNT
        ),
    },
    "veneer.billing.v1.CouponService": {
        "ListCoupons": get("/v1/coupons?pageSize=2"),
        "CreateCoupon": post("/v1/coupons?couponId=c-{new}&requestId={request_id}", COUPON),
        "RedeemCoupon": post(
            "/v1/coupons/none:redeem", {"tenant": "{name}", "firstMonth": "2096-01"}, status=404
        ),
    },
    "veneer.billing.v1.TaxService": {
        "ListTaxRates": get("/v1/{name}/taxRates"),
        "CreateTaxRate": post("/v1/{name}/taxRates?requestId={request_id}", TAX_RATE),
        "GetTaxTerms": get("/v1/{name}/taxTerms"),
        "UpdateTaxTerms": patch("/v1/{name}/taxTerms", {"place": "US-NY"}),
        "ListTaxExemptions": get("/v1/{name}/taxExemptions"),
        "CreateTaxExemption": post(
            "/v1/{name}/taxExemptions?taxExemptionId=e-{new}&requestId={request_id}", EXEMPTION
        ),
    },
    "veneer.billing.v1.PriceNoticeService": {
        "ListPriceNotices": get("/v1/{name}/priceNotices"),
        "GetPriceNotice": get("/v1/{name}/priceNotices/2097-03-01"),
        "AcknowledgePriceNotice": post(
            "/v1/{name}/priceNotices/2097-03-01:acknowledge",
            {"requestId": "{request_id}"},
        ),
    },
    "veneer.billing.v1.PriceNoticeRecordService": {
        "ListPriceNoticeEvents": get("/v1/{name}/priceNotices/2097-03-01/events"),
        "GetPriceNoticeTerms": get("/v1/{name}/priceNoticeTerms"),
        "UpdatePriceNoticeTerms": patch("/v1/{name}/priceNoticeTerms", {"noticeDays": 30}),
    },
    "veneer.billing.v1.LedgerService": {
        "ListLedgerTransactions": get("/v1/{name}/ledgerTransactions?pageSize=2"),
        "GetTrialBalance": get("/v1/trialBalance"),
    },
    "veneer.billing.v1.AccountService": {
        "GetAccount": get("/v1/{name}/account"),
        "ListAccountEntries": get("/v1/{name}/account/entries?pageSize=2"),
    },
    "veneer.billing.v1.CreditNoteService": {
        "GetCreditNote": get("/v1/{name}/creditNotes/none", status=404),
        "ListCreditNotes": get("/v1/{name}/creditNotes"),
        "DownloadCreditNote": get("/v1/{name}/creditNotes/none:download", status=404),
        "CreateCreditNote": post(
            "/v1/{name}/creditNotes?requestId={request_id}",
            {"invoice": "{name}/invoices/2019-01", "reason": "Charged by mistake."},
            status=404,
        ),
    },
    "veneer.billing.v1.PaymentService": {
        "GetPayment": get("/v1/{name}/payments/none", status=404),
        "ListPayments": get("/v1/{name}/payments"),
        "GetCard": get("/v1/{name}/card", status=404),
        "CreateCardSetup": post(
            "/v1/{name}/cardSetups",
            {"returnUri": "https://portal.example/billing", "requestId": "{request_id}"},
            status=400,
        ),
        "PayInvoice": post(
            "/v1/{name}/invoices/2025-10:pay", {"requestId": "{request_id}"}, status=400
        ),
        "CreatePayment": post(
            "/v1/{name}/payments?requestId={request_id}",
            {"method": "CHEQUE", "amount": {"currencyCode": "USD", "units": "5"}},
        ),
        "ReversePayment": post(
            "/v1/{name}/payments/none:reverse", {"requestId": "{request_id}"}, status=404
        ),
        "RefundPayment": post(
            "/v1/{name}/payments/none:refund", {"requestId": "{request_id}"}, status=400
        ),
        "GetCollection": get("/v1/{name}/collection"),
        "UpdateCollection": patch("/v1/{name}/collection", {"automatic": False}),
    },
    "veneer.billing.v1.PaymentEventService": {
        "ReceivePaymentEvent": post("/v1/paymentEvents:receive", {"id": "none"}, status=400),
    },
    "veneer.billing.v1.ChainService": {
        "GetChain": get("/v1/{name}/chains/2025-10"),
    },
    "veneer.billing.v1.ResellerService": {
        "ListClients": get("/v1/{name}/clients?month=2025-10"),
        "GetResaleSummary": get("/v1/{name}/resaleSummaries/2025-10"),
        "ListClientPriceBooks": get("/v1/{name}/clients/none/priceBooks", status=404),
        "CreateClientPriceBook": post(
            "/v1/{name}/clients/none/priceBooks?requestId={request_id}", PRICE_BOOK, status=404
        ),
    },
    "veneer.billing.v1.PriceBookService": {
        "ListPriceBooks": get("/v1/{name}/priceBooks"),
        "CreatePriceBook": post("/v1/{name}/priceBooks?requestId={request_id}", PRICE_BOOK),
    },
}
