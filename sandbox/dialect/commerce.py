"""What the commerce extension asks for in consent: the same scopes, and the same data clusters, at every bank. No bank
standard has them: they are Sandbank's own."""

from collections.abc import Mapping

from sandbox.ledger.clusters import Cluster

SCOPES: Mapping[str, tuple[Cluster, ...]] = {
    "purchases:read": (Cluster.PURCHASES,),
    "receipts:read": (Cluster.RECEIPTS,),
    "deliveries:read": (Cluster.DELIVERIES,),
    "invoices:read": (Cluster.INVOICES,),
    "offers:read": (Cluster.OFFERS,),
    "offers:write": (Cluster.OFFERS,),
    "disputes:read": (Cluster.DISPUTES,),
    "disputes:write": (Cluster.DISPUTES,),
    "cards:read": (Cluster.CARDS,),
    "cards:write": (Cluster.CARDS,),
}

DEFAULT_SCOPE = " ".join(SCOPES)

CLUSTERS = tuple(dict.fromkeys(cluster for covered in SCOPES.values() for cluster in covered))

UNLISTED = "unlisted"
"""The id of every merchant that is in no catalogue: a row tells of it, and nobody else."""


def logo_url(base_url: str, merchant: str) -> str:
    """Of a merchant's slug; `base_url` is where the bank's paths begin."""
    return f"{base_url}/commerce/v1/merchants/{merchant or UNLISTED}/logo.svg"
