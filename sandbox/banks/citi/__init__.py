"""Citi: grouped accounts, signed amounts, dates without times, ids that are ciphertext. See README.md."""

from sandbox.banks.citi import errors, handlers, names, oauth, rows
from sandbox.banks.citi.walk import WALK
from sandbox.dialect import commerce, notifications
from sandbox.dialect.bank import Bank

BANK = Bank(
    slug="citi",
    name="Citi",
    handlers=handlers.HANDLERS,
    faces=errors.FACES,
    envelope=errors.envelope,
    echo=errors.echo,
    account_ref=names.account_id,
    transaction_ref=names.transaction_ref,
    sequence_of=names.sequence_of,
    notification=notifications.flat,
    wire_rows=rows.rows,
    row_schema="#/components/x-feed-row",
    clusters=tuple(cluster for covered in oauth.SCOPES.values() for cluster in covered) + commerce.CLUSTERS,
    oauth=oauth.POLICY,
    skin=oauth.SKIN,
    accounts_path="/gcb/api/v1/accounts",
    walk=WALK,
    time_zone="America/New_York",
)
