"""Chase: FDX 4, every item wrapped in the name of its kind. See README.md for sources and gaps."""

from sandbox.banks.chase import errors, handlers, oauth, render
from sandbox.banks.chase.walk import WALK
from sandbox.dialect import commerce
from sandbox.dialect.bank import Bank

BANK = Bank(
    slug="chase",
    name="Chase",
    handlers=handlers.HANDLERS,
    faces=errors.FACES,
    envelope=errors.envelope,
    echo=errors.echo,
    account_ref=render.account_id,
    transaction_ref=render.transaction_id,
    sequence_of=render.sequence_of,
    wire_rows=render.transactions,
    row_schema="Transaction",
    clusters=(*oauth.CLUSTERS, *commerce.CLUSTERS),
    oauth=oauth.POLICY,
    skin=oauth.SKIN,
    accounts_path=f"{handlers.BASE}/accounts",
    walk=WALK,
    time_zone="America/New_York",
    tan=render.tan,
)
