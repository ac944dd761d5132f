"""U.S. Bank: FDX words in a shape of its own, five views of a transaction, errors under HTTP 200. See README.md."""

from sandbox.banks.usbank import errors, handlers, oauth, render
from sandbox.banks.usbank.walk import WALK
from sandbox.dialect import commerce
from sandbox.dialect.bank import Bank

BANK = Bank(
    slug="usbank",
    name="U.S. Bank",
    handlers=handlers.HANDLERS,
    faces=errors.FACES,
    envelope=errors.envelope,
    echo=errors.echo,
    account_ref=render.account_id,
    transaction_ref=render.transaction_id,
    sequence_of=render.sequence_of,
    wire_rows=render.transactions,
    row_schema="TransactionFull",
    clusters=(*oauth.CLUSTERS, *commerce.CLUSTERS),
    oauth=oauth.POLICY,
    skin=oauth.SKIN,
    accounts_path="/accounts/v1/accounts",
    walk=WALK,
    time_zone=render.ZONE,
    tan=render.tan,
)
