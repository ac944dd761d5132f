"""Receipts: as JSON, HTML or PDF, by the Accept header, and by a link that runs out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from sandbox.commerce import finding, purchases, wire
from sandbox.commerce.links import LIFETIME, Links, Ticket
from sandbox.commerce.paper import Paper, as_html, as_pdf
from sandbox.dialect.call import BEARING, Call, Grant, Reply, covered
from sandbox.dialect.shapes import Json
from sandbox.kernel.clock import iso
from sandbox.kernel.errors import ConsentNotFound, ReceiptNotFound
from sandbox.ledger.clusters import Cluster
from sandbox.ledger.consents import ConsentStatus, status_at
from sandbox.ledger.purchases import Purchase, Receipt
from sandbox.worlds.accounts import AccountView

HEADERS = {"Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}
PAGE = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class Found:
    view: AccountView
    purchase: Purchase
    receipt: Receipt


def get_receipt(links: Links, call: Call) -> Reply:
    return _shown(links, call, _asked(call, call.path["receipt_id"]), call.media_type)


def open_receipt(links: Links, call: Call) -> Reply:
    """By its link. The read is the consent's, and recorded as such. Raises ReceiptNotFound."""
    ticket = links.opened(call.path["ticket"])
    try:
        world, consent = call.consents.get(ticket.consent_id)
    except ConsentNotFound as error:
        raise ReceiptNotFound("the consent behind the link is gone") from error
    call.asked.notes.update({BEARING: (world, consent), "world_id": world.world_id, "consent_id": consent.consent_id})
    if ticket.ends_at <= world.now:
        raise ReceiptNotFound(
            f"the link ran out at {iso(ticket.ends_at)}", hint="GET the receipt anew: it comes with another link."
        )
    if status_at(consent, world.now) is not ConsentStatus.ACTIVE:
        raise ReceiptNotFound("the consent behind the link has ended, or is held back")
    covered(consent, [Cluster.RECEIPTS])
    grant = Grant(consent, 0, consent.client_id, consent.scope, "")
    theirs = replace(call, world=world, maybe_grant=grant, client_id=consent.client_id)
    found = _asked(theirs, ticket.receipt_id)
    call.touched = theirs.touched
    return _shown(links, theirs, found, KINDS.get(call.query.get("format", ""), call.media_type), ticket)


def _asked(call: Call, asked: str) -> Found:
    """Raises ReceiptNotFound."""
    view, purchase = finding.among(call, ReceiptNotFound, lambda one: call.commerce.receipt(one, asked), asked)
    finding.in_sight(call, purchase, ReceiptNotFound, asked)
    receipt = purchase.receipt
    if receipt is None or receipt.issued_at > view.now:
        raise ReceiptNotFound(f"{asked!r} is not issued yet", asked=asked)
    return Found(view, purchase, receipt)


def _shown(links: Links, call: Call, found: Found, media_type: str, ticket: Ticket | None = None) -> Reply:
    if media_type in PAPERS:
        paper = Paper(call.bank.name, found.purchase, found.receipt, payment_method(found.purchase))
        headers = {**HEADERS, **({"Content-Security-Policy": PAGE} if media_type == KINDS["html"] else {})}
        return Reply(PAPERS[media_type](paper), media_type=media_type, headers=headers)
    if ticket is None:
        ticket = Ticket(call.consent.consent_id, found.receipt.receipt_id, call.world.now + LIFETIME)
    return Reply(receipt(call, found, ticket, links.sealed(ticket)), headers=HEADERS)


KINDS = {"json": "application/json", "html": "text/html", "pdf": "application/pdf"}
PAPERS: Mapping[str, Callable[[Paper], bytes]] = {KINDS["html"]: as_html, KINDS["pdf"]: as_pdf}


# --- On the wire ----------------------------------------------------------------------------------------------------


def receipt(call: Call, found: Found, ticket: Ticket, sealed: str) -> Json:
    value, bought = found.receipt, found.purchase
    currency = bought.currency
    store = {"id": value.store_id, "name": value.store_name, "till": value.till, "cashier": value.cashier}
    return {
        "receipt_id": value.receipt_id,
        "purchase_id": bought.purchase_id,
        "receipt_number": value.receipt_number,
        "issued_at": iso(value.issued_at),
        "placed_at": iso(bought.placed_at),
        "merchant": wire.merchant(call.base_url, bought.merchant),
        "store": wire.known(store),
        "payment_method": payment_method(bought),
        "line_items": [purchases.line_item(line, currency) for line in bought.line_items],
        "tax_lines": wire.tax_lines(bought.tax_lines, currency),
        "totals": purchases.totals(bought.totals, currency),
        "adjustments": wire.adjustments(bought.adjustments, currency),
        "lite": bought.lite,
        "formats": list(KINDS),
        "url": f"{call.base_url}/commerce/v1/receipts/by-link/{sealed}",
        "url_expires_at": iso(ticket.ends_at),
    }


def payment_method(value: Purchase) -> str:
    """As a receipt prints it: Visa ending in 0093."""
    if not value.card_last4:
        return "Other"
    network = value.card_network.replace("_", " ").title() or "Card"
    wallet = f" ({value.wallet.replace('_', ' ').title()})" if value.wallet else ""
    return f"{network} ending in {value.card_last4}{wallet}"
