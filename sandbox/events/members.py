"""What the data of events say: each member with its form, once, and those that belong together as groups.

`catalogue.TYPES` puts the groups together; the documents and `GET /event-types` are made of it, and tests hold every
event that is told against it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class Form(StrEnum):
    """What a value looks like in JSON; its text is for the documentation."""

    TEXT = "text"
    TEXTS = "list of texts"
    LAST4 = "four digits"
    NUMBER = "whole number"
    FLAG = "true or false"
    INSTANT = "RFC 3339"
    DAY = "YYYY-MM-DD"
    MONEY = "{amount, currency}"
    MERCHANT = "{merchant_id, name, logo_url}"
    CARRIER = "{code, name}"
    REWARD = "{type, currency, value, max_reward?, min_spend?}"
    PERIOD = "{from, to}"
    WINDOW = "{date, window_start, window_end}"


@dataclass(frozen=True, slots=True)
class Member:
    form: Form
    text: str
    nullable: bool = False
    optional: bool = False
    """It is left out where there is nothing to say."""


Members = Mapping[str, Member]


def maybe(members: Members, *names: str) -> Members:
    """The same, with these, or all, optional."""
    return {name: replace(one, optional=one.optional or name in names or not names) for name, one in members.items()}


def joined(*groups: Members) -> Members:
    return {name: one for group in groups for name, one in group.items()}


RELATION: Members = {
    "consent_id": Member(Form.TEXT, "The consent under which it is told"),
    "user_ref": Member(Form.TEXT, "The customer, the same under every consent"),
    "bank_id": Member(Form.TEXT, "The bank's slug"),
}
ACCOUNT: Members = {"account_id": Member(Form.TEXT, "As the bank names the account to this client")}
ROW: Members = {"transaction_id": Member(Form.TEXT, "As the bank names the row")}

TRANSACTION: Members = {
    **ROW,
    "status": Member(Form.TEXT, "pending, posted or removed"),
    "amount": Member(Form.MONEY, "Without sign; of a pending row what is held"),
    "direction": Member(Form.TEXT, "debit or credit"),
    "merchant_name": Member(Form.TEXT, "Whom it was paid to, or came from", nullable=True),
    "card_last4": Member(Form.LAST4, "The card that was used", nullable=True),
    "categories": Member(Form.TEXTS, "What it was for"),
    "is_income": Member(Form.FLAG, "Whether it is a wage, a dividend or interest"),
    "rule_hits": Member(Form.TEXTS, "large, foreign, cash, fee"),
}
RENAMED: Members = {
    "previous_transaction_id": Member(Form.TEXT, "The row's name before, where the bank gave it another", optional=True)
}
SYNC: Members = {
    "cursor": Member(Form.TEXT, "From here the sync endpoint tells these changes"),
    "added": Member(Form.NUMBER, "Rows that are new"),
    "modified": Member(Form.NUMBER, "Rows that changed"),
    "removed": Member(Form.NUMBER, "Rows that are gone"),
    "initial_complete": Member(Form.FLAG, "Whether the whole history is there to be read: always"),
}
BALANCE: Members = {
    "balance_type": Member(Form.TEXT, "available, or current where that one stayed"),
    "amount": Member(Form.MONEY, "With its sign"),
    "as_of": Member(Form.INSTANT, "When it was so"),
}
THRESHOLD: Members = {"threshold": Member(Form.MONEY, "Below this it is low")}
PURCHASE: Members = {
    "purchase_id": Member(Form.TEXT, "As the commerce API names it"),
    "merchant": Member(Form.MERCHANT, "Who sold it"),
    "total": Member(Form.MONEY, "What the order came to"),
    "item_count": Member(Form.NUMBER, "Lines of the order; 0 where they are not known"),
    "status": Member(Form.TEXT, "The purchase's status"),
    "transaction_ids": Member(Form.TEXTS, "The charges so far, as the bank names them"),
}
REFUND: Members = {
    "refund_id": Member(Form.TEXT, "As the commerce API names it"),
    "refund": Member(Form.MONEY, "What came back"),
}
RECEIPT: Members = {
    "receipt_id": Member(Form.TEXT, "As the commerce API names it"),
    "purchase_id": PURCHASE["purchase_id"],
    "receipt_number": Member(Form.TEXT, "The shop's number of it"),
    "url": Member(Form.TEXT, "Where to read it, with a token"),
    "url_expires_at": Member(Form.INSTANT, "Always null: the address asks for a token", nullable=True),
}
SHIPMENT: Members = {
    "shipment_id": Member(Form.TEXT, "As the commerce API names it"),
    "purchase_id": PURCHASE["purchase_id"],
    "carrier": Member(Form.CARRIER, "Who brings it"),
    "tracking_number": Member(Form.TEXT, "The carrier's number of it"),
    "status": Member(Form.TEXT, "The parcel's status"),
    "eta": Member(Form.WINDOW, "When it should come", optional=True),
}
PROGRESS: Members = {
    "previous_status": Member(Form.TEXT, "The one before"),
    "previous_eta": Member(Form.WINDOW, "When it should have come, where that changed", optional=True),
}
INVOICE: Members = {
    "invoice_id": Member(Form.TEXT, "As the commerce API names it"),
    "biller": Member(Form.TEXT, "Who asks for money"),
    "amount_due": Member(Form.MONEY, "What is still to be paid"),
    "due_on": Member(Form.DAY, "The day by which to pay"),
    "status": Member(Form.TEXT, "The invoice's status"),
    "days_left": Member(Form.NUMBER, "Until that day; negative after it"),
}
OFFER: Members = {
    "offer_id": Member(Form.TEXT, "As the commerce API names it"),
    "merchant": Member(Form.MERCHANT, "Who makes it"),
    "reward": Member(Form.REWARD, "What one gets"),
    "valid": Member(Form.PERIOD, "From when to when"),
    "state": Member(Form.TEXT, "The offer's state"),
    "targeting_basis": Member(Form.TEXT, "By what the customer was chosen"),
}
REDEMPTION: Members = {
    **maybe({**ACCOUNT, **ROW}),
    "reward_amount": Member(Form.MONEY, "What was earned"),
}
CHANGE: Members = {
    "old": Member(Form.TEXT, "The status before"),
    "new": Member(Form.TEXT, "The status now"),
    "reason": Member(Form.TEXT, "Why, where that is known", nullable=True),
}
FIRST_CHANGE: Members = {**CHANGE, "old": replace(CHANGE["old"], nullable=True)}
CARD: Members = {"card_id": Member(Form.TEXT, "As the commerce API names it"), **CHANGE}
DISPUTE: Members = {"dispute_id": Member(Form.TEXT, "As the commerce API names it"), **ROW, **FIRST_CHANGE}
PAYMENT: Members = {"invoice_id": INVOICE["invoice_id"], **ROW, **FIRST_CHANGE}
CONSENT: Members = {
    "scopes": Member(Form.TEXTS, "The words of its scope"),
    "purposes": Member(Form.TEXTS, "What the data may be used for"),
    "account_ids": Member(Form.TEXTS, "The accounts that it shares"),
    "actor": Member(Form.TEXT, "user, bank, app or system"),
    "reason": Member(Form.TEXT, "Why, where that is known", nullable=True),
    "effective_at": Member(Form.INSTANT, "From when it is so"),
}
ENDPOINT: Members = {"endpoint_id": Member(Form.TEXT, "The subscription's id")}
WHY_DISABLED: Members = {"reason": Member(Form.TEXT, "Why it was given up")}
