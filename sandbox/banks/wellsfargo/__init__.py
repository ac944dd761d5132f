"""Wells Fargo: FDX 6.4, flat objects, strict about headers. Wholly reconstructed; README.md has sources and gaps."""

from sandbox.banks.wellsfargo import errors, handlers, names, oauth, rows
from sandbox.banks.wellsfargo.walk import WALK
from sandbox.dialect import commerce
from sandbox.dialect.bank import Bank

BANK = Bank(
    slug="wellsfargo",
    name="Wells Fargo",
    handlers=handlers.HANDLERS,
    faces=errors.FACES,
    envelope=errors.envelope,
    echo=errors.echo,
    account_ref=names.account_ref,
    transaction_ref=names.transaction_ref,
    sequence_of=names.sequence_of,
    wire_rows=rows.transactions,
    row_schema="Transaction",
    clusters=(*oauth.SCOPES, *commerce.CLUSTERS),
    oauth=oauth.POLICY,
    skin=oauth.SKIN,
    accounts_path=f"{handlers.BASE}/accounts",
    walk=WALK,
    time_zone="America/Los_Angeles",
)
