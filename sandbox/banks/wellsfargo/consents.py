"""Consents in FDX's shapes, those whom they name, and how they end."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sandbox.banks.wellsfargo.names import INSTITUTION, SLUG, account_uuid
from sandbox.dialect.shapes import Json, present
from sandbox.kernel.clock import iso
from sandbox.ledger import codec
from sandbox.ledger.accounts import Account
from sandbox.ledger.clients import Client
from sandbox.ledger.clusters import Cluster
from sandbox.ledger.consents import Consent, authorized_at, lives, status_at

ABOUT_CUSTOMERS = (Cluster.CUSTOMER_CONTACT, Cluster.CUSTOMER_PERSONAL)


def consent(value: Consent, accounts: Sequence[Account], client: Client | None, at: datetime, url: str) -> Json:
    """A ConsentGrant. `client` is None where its registration is gone."""
    links = [{"href": f"{url}/revocation", "action": "GET", "rel": "revocation", "types": ["application/json"]}]
    if lives(value, at):
        links = [{**links[0], "action": "PUT", "rel": "revoke"}]
    parties = [*_recipients(value, client), {"name": INSTITUTION, "type": "DATA_PROVIDER"}]
    return {**grant(value, accounts, at), "parties": parties, "links": links}


def grant(value: Consent, accounts: Sequence[Account], at: datetime) -> Json:
    """What a consent grants and for how long, whoever the parties are."""
    assert value.expires_at is not None, "consents at this bank end"
    return {
        "id": value.consent_id,
        "status": status_at(value, at).value,
        "createdTime": iso(value.created_at),
        "expirationTime": iso(value.expires_at),
        "updatedTime": iso(value.updated_at or value.created_at),
        **_terms(value),
        "resources": _resources(value, accounts),
    }


def granted_details(value: Consent, accounts: Sequence[Account], at: datetime) -> Json:
    """The members of an authorization detail of type fdx_v1.0 as it was granted (RFC 9396 7.1): the consent request,
    narrowed to what the customer agreed to, and the grant that came of it."""
    by_type: dict[str, Json] = {}
    for resource in _resources(value, accounts):
        about = {"resourceType": resource["resourceType"], "dataClusters": resource["dataClusters"]}
        by_type.setdefault(resource["resourceType"], about)
    return {
        "consentRequest": {**_terms(value), "resources": list(by_type.values())},
        "consentGrant": grant(value, accounts, at),
    }


def _terms(value: Consent) -> Json:
    assert value.expires_at is not None, "consents at this bank end"
    return {
        "durationType": value.duration.value,
        "durationPeriod": (value.expires_at - authorized_at(value)).days,
        "lookbackPeriod": value.lookback_days,
    }


def _recipients(value: Consent, client: Client | None) -> list[Json]:
    """The client, as a registry knows it where it named one, and who stands between it and the bank (FDX's
    intermediaries)."""
    if client is None:
        return [{"name": value.client_id, "type": "DATA_RECIPIENT"}]
    more = further(client)
    own = {"registered_entity_name": client.name, "registered_entity_id": client.client_id, "registry": "PRIVATE"}
    recipient = {
        "name": client.name,
        "type": "DATA_RECIPIENT",
        "homeUri": client.client_uri or None,
        "logoUri": client.logo_uri or None,
        **_registered((more.get("registry_references") or [own])[0]),
    }
    between = [
        {
            "name": one.get("name"),
            "type": "DATA_ACCESS_PLATFORM",
            "homeUri": one.get("uri"),
            "logoUri": one.get("logo_uri"),
            **_registered((one.get("registry_references") or [{}])[0]),
        }
        for one in more.get("intermediaries", [])
    ]
    return [present(recipient), *(present(one) for one in between)]


def _registered(reference: Mapping[str, Any]) -> Json:
    return {
        "registry": reference.get("registry"),
        "registeredEntityName": reference.get("registered_entity_name"),
        "registeredEntityId": reference.get("registered_entity_id"),
    }


def further(client: Client) -> Json:
    """What else was registered, in FDX's members (us_banks 2.6)."""
    return codec.decode(client.documents, dict[str, Any]) if client.documents else {}


def _resources(value: Consent, accounts: Sequence[Account]) -> list[Json]:
    """What is shared: `accounts`, by the names that they have now, and the customer."""
    about_accounts = [cluster.value for cluster in value.clusters if cluster not in ABOUT_CUSTOMERS]
    about_customer = [cluster.value for cluster in value.clusters if cluster in ABOUT_CUSTOMERS]
    resources: list[Json] = [
        {"resourceType": "ACCOUNT", "resourceId": account_uuid(account.known_as), "dataClusters": about_accounts}
        for account in accounts
        if about_accounts
    ]
    if about_customer:
        resources.append({"resourceType": "CUSTOMER", "resourceId": value.customer_id, "dataClusters": about_customer})
    return resources


RECIPIENT_MEMBERS = (
    "description",
    "duration_type",
    "duration_period",
    "lookback_period",
    "registry_references",
    "intermediaries",
)
"""FDX's of a registration, which are told as they were said (us_banks 2.6)."""


def recipient(client: Client) -> Json:
    """A registration as others may see it: nothing by which it proves itself."""
    more = further(client)
    return present(
        {
            "recipient_id": client.client_id,
            "client_name": client.name,
            "client_uri": client.client_uri or None,
            "logo_uri": client.logo_uri or None,
            "contacts": list(client.contacts) or None,
            "scope": client.scope or None,
            **{name: more.get(name) for name in RECIPIENT_MEMBERS},
            "status": "APPROVED",
        }
    )


def data_provider(version: str) -> Json:
    return {"providerId": SLUG, "name": INSTITUTION, "type": "DATA_PROVIDER", "fdxVersions": [version]}


def revocations(value: Consent) -> Json:
    ended = value.revocation
    if ended is None:
        return {"revocations": []}
    told = {"reason": ended.reason, "initiator": ended.initiator, "updatedTime": iso(ended.at)}
    return {"revocations": [{"status": "REVOKED", **told}]}
