"""The values behind coded members: those of `openapi/citi.yaml`, each with a word for people. A test compares them."""

from collections.abc import Mapping

CODES: Mapping[str, Mapping[str, str]] = {
    "accountGroup": {
        "CHECKING": "Current accounts.",
        "SAVINGS": "Savings and time deposits.",
        "SAVINGS_AND_INVESTMENTS": "Brokerage accounts.",
        "CREDIT_CARD": "Credit cards.",
        "READY_CREDIT": "Lines of credit.",
        "LOAN": "Mortgages, car loans and student loans.",
    },
    "accountStatus": {
        "ACTIVE": "Open and in use.",
        "DORMANT": "Open, and unused for long.",
        "BLOCKED": "Locked by the bank.",
        "PAST_DUE": "A minimum payment was missed.",
        "CLOSED": "Closed; its history can still be read.",
    },
    "accountClassification": {"ASSET": "The customer owns it.", "LIABILITY": "The customer owes it."},
    "cardHolderType": {
        "PRIMARY": "The one who holds the account.",
        "SUPPLEMENTARY": "Someone with a card on another's account.",
    },
    "transactionStatus": {
        "ALL": "Every row.",
        "BILLED": "On a statement.",
        "UNBILLED": "Posted since the latest statement.",
        "PENDING": "Authorized, not posted.",
    },
    "transactionType": {
        "PURCHASE": "Bought with a card.",
        "REFUND": "Money back for a purchase.",
        "PAYMENT": "Paid towards a card or a loan.",
        "CASH_ADVANCE": "Cash drawn on credit.",
        "DEPOSIT": "Money paid in.",
        "DIRECT_DEPOSIT": "Pay or a benefit.",
        "WITHDRAWAL": "Money taken out.",
        "ATM_DEPOSIT": "Cash paid in at a machine.",
        "ATM_WITHDRAWAL": "Cash taken out at a machine.",
        "CHECK": "A check that was written.",
        "TRANSFER": "Between accounts or people.",
        "BILL_PAYMENT": "A bill.",
        "INTEREST": "Interest earned or charged.",
        "DIVIDEND": "A dividend.",
        "FEE": "A fee.",
        "ADJUSTMENT": "A correction by the bank.",
    },
    "paymentType": {
        "CARD": "By card.",
        "ACH": "By automated clearing house.",
        "WIRE": "By wire.",
        "CHECK": "By check.",
        "CASH": "In cash.",
        "INTERNAL": "Inside the bank.",
        "INSTANT": "By real-time payment.",
    },
    "interestType": {"FIXED": "The same until maturity.", "VARIABLE": "Moves with an index."},
    "paymentFrequency": {
        "WEEKLY": "Every week.",
        "BIWEEKLY": "Every two weeks.",
        "MONTHLY": "Every month.",
        "QUARTERLY": "Every three months.",
        "ANNUALLY": "Every year.",
    },
    "renewalInstructions": {
        "RENEW_PRINCIPAL": "Renew the principal, pay the interest out.",
        "RENEW_PRINCIPAL_AND_INTEREST": "Renew all of it.",
        "DO_NOT_RENEW": "Pay all of it out.",
    },
    "tenorPeriod": {"DAY": "Days.", "MONTH": "Months.", "YEAR": "Years."},
    "orderType": {
        "BUY": "Securities bought.",
        "SELL": "Securities sold.",
        "DIVIDEND": "A dividend.",
        "INTEREST": "Interest on cash.",
        "FEE": "A fee.",
        "DEPOSIT": "Money paid in.",
        "WITHDRAWAL": "Money taken out.",
    },
    "orderStatus": {
        "OPEN": "Nothing is filled yet.",
        "PARTIAL": "Filled in part.",
        "FILLED": "Filled.",
        "CANCELLED": "Cancelled.",
    },
    "eligibleForEqualPaymentPlan": {
        "ELIGIBLE": "May be paid in instalments.",
        "NOT_ELIGIBLE": "May not be paid in instalments.",
    },
    "consentType": {
        "MARKETING": "The bank's own offers.",
        "PARTNER_OFFERS": "Offers of the bank's partners.",
        "EMAIL": "To be written to by e-mail.",
        "SMS": "To be written to by text message.",
        "PHONE": "To be called.",
    },
    "rewardCategoryCode": {"POINTS": "Points.", "MILES": "Miles.", "CASHBACK": "Cash back, counted in cents."},
    "phoneType": {
        "OFFICE": "At work.",
        "HOME": "At home.",
        "MOBILE": "A mobile phone.",
        "PRIMARY_MOBILE": "The mobile phone that one-time passwords go to.",
        "FAX": "A fax machine.",
    },
    "addressType": {
        "RESIDENTIAL": "Where the customer lives.",
        "COMMERCIAL": "Where the business is.",
        "MAILING": "Where letters go.",
    },
}

NOT_MODELLED = frozenset(
    {"currencyCode", "productCode", "reasonCode", "stockMarketCode", "transactionCode", "transactionIndicator"}
)
"""Coded members of this API whose values Sandbank has no table of."""
