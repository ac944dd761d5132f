"""The banks whose accounts can be linked. What they do alike is in `bank.py`; what differs is here, a file for each."""

from collections.abc import Mapping

from .account import Account, Dialect, Row
from .chase import CHASE
from .citi import CITI
from .usbank import US_BANK
from .wellsfargo import WELLS_FARGO

BANKS: Mapping[str, Dialect] = {"chase": CHASE, "wellsfargo": WELLS_FARGO, "usbank": US_BANK, "citi": CITI}
COMMERCE = (
    "purchases:read receipts:read deliveries:read invoices:read offers:read offers:write "
    "disputes:read disputes:write cards:read cards:write"
)
"""Scopes that are the same at all of them."""

__all__ = ["BANKS", "COMMERCE", "Account", "Dialect", "Row"]
