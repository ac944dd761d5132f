"""The groups of fields by which data is shared."""

from enum import StrEnum


class Cluster(StrEnum):
    """FDX data clusters (6.4), and below them those of the commerce extension."""

    ACCOUNT_BASIC = "ACCOUNT_BASIC"
    ACCOUNT_DETAILED = "ACCOUNT_DETAILED"
    BALANCES = "BALANCES"
    TRANSACTIONS = "TRANSACTIONS"
    STATEMENTS = "STATEMENTS"
    CUSTOMER_CONTACT = "CUSTOMER_CONTACT"
    CUSTOMER_PERSONAL = "CUSTOMER_PERSONAL"
    PAYMENT_SUPPORT = "PAYMENT_SUPPORT"
    BILLS = "BILLS"
    IMAGES = "IMAGES"
    INVESTMENTS = "INVESTMENTS"
    REWARDS = "REWARDS"
    TERMS_AND_CONDITIONS = "TERMS_AND_CONDITIONS"
    NOTIFICATIONS = "NOTIFICATIONS"

    # Sandbank's own: no bank standard has them.
    PURCHASES = "PURCHASES"
    RECEIPTS = "RECEIPTS"
    DELIVERIES = "DELIVERIES"
    INVOICES = "INVOICES"
    OFFERS = "OFFERS"
    DISPUTES = "DISPUTES"
    CARDS = "CARDS"
