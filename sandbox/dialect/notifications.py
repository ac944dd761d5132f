"""A bank's own notification of an event, made of the message in Sandbank's envelope (CloudEvents 1.0).

FDX's has two types for consents, one for balances, and CUSTOM for the rest, whose payload holds an id and nothing to
read: the client has to ask with its token.
"""

from collections.abc import Mapping
from typing import Any

from sandbox.ledger.subscriptions import Subscription

Json = dict[str, Any]

PREFIX = "sandbox."
FDX_TYPES: Mapping[str, tuple[str, str, str]] = {
    "consent.revoked": ("CONSENT_REVOKED", "CONSENT", "ALERT"),
    "consent.updated": ("CONSENT_UPDATED", "CONSENT", "NOTICE"),
    "balance.low": ("BALANCE", "NEW_DATA", "WARNING"),
    "balance.updated": ("BALANCE", "NEW_DATA", "INFO"),
}
"""(type, category, severity) by the event's name; what is not named here is CUSTOM, by its group."""
FDX_CATEGORIES: Mapping[str, str] = {
    "consent": "CONSENT",
    "card": "SECURITY",
    "dispute": "FRAUD",
    "webhook": "MAINTENANCE",
}
"""By the event's group; NEW_DATA where it is not named."""
INITIATORS: Mapping[str, str] = {"user": "INDIVIDUAL", "app": "DATA_RECIPIENT", "bank": "DATA_PROVIDER"}
"""FDX's word for who acted; the system acts for the provider."""
PRIORITIES: Mapping[str, str] = {"ALERT": "HIGH", "WARNING": "MEDIUM"}


def event_types(fdx_type: str, category: str) -> tuple[str, ...]:
    """The events that an FDX subscription hears of: names, or a group's with `*`. Nothing is ever told of services and
    planned outages."""
    named = tuple(name for name, (kind, of, _) in FDX_TYPES.items() if (kind, of) == (fdx_type, category))
    if fdx_type != "CUSTOM":
        return named or ("none",)
    if category == "NEW_DATA":
        groups = ("transaction", "transactions", "purchase", "receipt", "shipment", "invoice", "payment", "account")
        return tuple(f"{group}.*" for group in groups)
    return tuple(f"{group}.*" for group, of in FDX_CATEGORIES.items() if of == category) or ("none",)


def fdx(message: Json, subscription: Subscription) -> Json:
    """FDX 5.2 Notification."""
    name = message["type"].removeprefix(PREFIX)
    group = name.partition(".")[0]
    usual = ("CUSTOM", FDX_CATEGORIES.get(group, "NEW_DATA"), "INFO")
    kind, category, severity = FDX_TYPES.get(name, usual)
    data = message["data"]
    payload: Json = {"id": data.get("consent_id", subscription.subscription_id), "idType": "CONSENT"}
    if category != "CONSENT" and data.get("account_id"):
        payload = {"id": data["account_id"], "idType": "ACCOUNT"}
    elif category == "MAINTENANCE":
        payload = {"id": subscription.subscription_id, "idType": "MAINTENANCE"}
    if kind == "CUSTOM":
        payload["customFields"] = {"name": "EVENT", "value": name.replace(".", "_").upper()}
    elif category == "CONSENT":
        payload["customFields"] = {
            "name": "INITIATOR",
            "value": INITIATORS.get(data.get("actor", ""), "DATA_PROVIDER"),
        }
    return {
        "notificationId": message["id"],
        "type": kind,
        "sentOn": message["time"],
        "category": category,
        "severity": severity,
        "priority": PRIORITIES.get(severity, "LOW"),
        "publisher": {"name": subscription.bank, "type": "DATA_PROVIDER"},
        "subscriber": {"name": subscription.client_id, "type": "DATA_ACCESS_PLATFORM"},
        "notificationPayload": payload,
    }


def flat(message: Json, subscription: Subscription) -> Json:
    """Members on one level, named in camel case, as at banks with an API of their own. Reconstructed: what they really
    send is not public."""
    data = message["data"]
    told = {
        "notificationId": message["id"],
        "eventType": message["type"].removeprefix(PREFIX).replace(".", "_").upper(),
        "eventTimestamp": message["time"],
        "clientId": subscription.client_id,
        "consentId": data.get("consent_id"),
        "accountId": data.get("account_id"),
    }
    return {name: value for name, value in told.items() if value}
