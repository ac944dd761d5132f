"""Each resource as it was when somebody last looked: `SANDBANK_GOLDEN=write pytest tests/commerce` writes them anew."""

from pathlib import Path

from tests.banks.golden import assert_golden
from tests.commerce.words import BASE, each, read
from tests.conftest import World

GOLDEN = Path(__file__).parent / "golden"
PASSING = {r"(?<=/by-link/)[0-9a-z_.-]+": "TICKET", '(?<="next_cursor":")[^"]+': "CURSOR"}


def test_each_resource_is_shown_as_it_was(world: World) -> None:
    access = world.access("chase", "priya", marketing=True, targeting=True)
    desk = next(one for one in each(access, "/purchases", merchant="willowcart") if len(one["shipments"]) > 1)
    [headphones] = each(access, "/purchases", merchant="silverlark-audio", min_amount="249", max_amount="249")
    charged = next(one for one in each(access, "/purchases", status="delivered") if len(one["transaction_ids"]) == 1)
    offer = next(each(access, "/offers"))
    card = read(access, "/cards")["cards"][0]
    shown = {
        "purchases": "/purchases?limit=5",
        "purchase-in-parcels": f"/purchases/{desk['purchase_id']}",
        "purchase-refunded": f"/purchases/{headphones['purchase_id']}",
        "receipt": f"/receipts/{headphones['receipt']['receipt_id']}",
        "shipments": f"/shipments?purchase_id={desk['purchase_id']}",
        "shipment": f"/shipments/{desk['shipments'][0]['shipment_id']}",
        "invoices": "/invoices?limit=3",
        "offers": "/offers",
        "cards": "/cards",
        "purchase-unknown": "/purchases/pur_000000000000",
    }
    for name, path in shown.items():
        assert_golden(GOLDEN / f"{name}.json", access.get(BASE + path), passing=PASSING)
    done = {
        "offer-activated": (f"/offers/{offer['offer_id']}/activate", {"channel": "chat"}),
        "dispute-opened": ("/disputes", {"transaction_id": charged["transaction_ids"][0], "reason": "not_received"}),
        "card-frozen": (f"/cards/{card['card_id']}/freeze", {"reason": "I cannot find it."}),
    }
    for name, (path, wish) in done.items():
        answer = access.request("POST", BASE + path, json=wish)
        assert_golden(GOLDEN / f"{name}.json", answer, passing=PASSING)
