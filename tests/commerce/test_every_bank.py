"""What the commerce API owes its callers, at every bank alike. Nothing here knows a bank."""

from typing import Any

import pytest
import requests
from openapi_spec_validator import validate

from sandbox.contract import extensions
from sandbox.contract.documents import load
from sandbox.contract.operations import Operation
from sandbox.dialect.bank import discover
from sandbox.ledger.clusters import Cluster
from tests.commerce.words import BASE, does, each, read, refused, told
from tests.conftest import Access, World

BANKS = discover()
OPERATIONS = load("commerce").operations
SECURED = [operation for operation in OPERATIONS.values() if operation.security]

every_bank = pytest.mark.parametrize("bank", sorted(BANKS))
every_operation = pytest.mark.parametrize("operation", SECURED, ids=lambda operation: operation.operation_id)


@every_bank
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_document_is_sound_as_it_stands_at_the_bank(bank: str) -> None:
    mounted = extensions.mounted(BANKS[bank], load(bank))["commerce"]
    validate(mounted.raw)
    for name, response in mounted.raw["components"]["responses"].items():
        schema = mounted.validator(f"#/components/responses/{name}/content/application~1json/schema")
        for example in response["content"]["application/json"].get("examples", {}).values():
            assert schema.is_valid(example["value"]), (bank, name, example)


@every_bank
def test_every_example_keeps_to_its_schema(bank: str) -> None:
    mounted = extensions.mounted(BANKS[bank], load(bank))["commerce"]
    for operation in mounted.operations.values():
        for status, response in operation.responses.items():
            if status.startswith("2") and "application/json" in response.content:
                told = mounted.raw["paths"][operation.path][operation.method.lower()]["responses"][status]
                named = told["content"]["application/json"]["examples"]["usual"]["$ref"].rsplit("/", 1)[1]
                value = mounted.raw["components"]["examples"][named]["value"]
                assert operation.check_response(int(status), "application/json", {"location": "x"}, value) == []


@every_operation
def test_every_operation_is_our_own_and_reads_what_every_bank_shares(operation: Operation) -> None:
    assert operation.fidelity == "extension"
    for bank in BANKS.values():
        assert {Cluster(name) for name in operation.data_clusters} <= set(bank.clusters)
        assert set(operation.scopes) <= set(bank.oauth.scopes)


@every_bank
def test_what_a_customer_shares_can_be_walked_and_each_item_read_alone(world: World, bank: str) -> None:
    access = world.access(bank, "maya", marketing=True, targeting=True)
    shared = set(accounts_of(world, access))
    for path, name in (("/purchases", "purchase"), ("/shipments", "shipment"), ("/invoices", "invoice")):
        items = read(access, path, limit=40)[f"{name}s"]
        assert items, path
        assert {item["account_id"] for item in items} <= shared
        alone = read(access, f"{path}/{items[-1][f'{name}_id']}")
        assert {key: alone[key] for key in items[-1]} == items[-1]
    for offer in read(access, "/offers")["offers"]:
        assert set(offer["eligible_account_ids"]) <= shared
        assert read(access, f"/offers/{offer['offer_id']}") == offer
    for card in read(access, "/cards")["cards"]:
        assert read(access, f"/cards/{card['card_id']}") == card


def accounts_of(world: World, access: Access) -> list[str]:
    given = world.control("GET", f"/consents/{access.consent_id}").json()
    banks = world.server.app.services.banks
    worlds = world.server.app.services.worlds
    here, bank = worlds.world(world.world_id), banks[given["bank"]]
    views = (worlds.find_account(here, account_id) for account_id in given["accounts"])
    return [bank.account_ref(view.account, given["client_id"]) for view in views]


@every_bank
def test_the_feed_and_the_purchases_speak_of_the_same_rows(world: World, bank: str) -> None:
    access = world.access(bank)
    for purchase in read(access, "/purchases", limit=20, status="captured,delivered,refunded")["purchases"]:
        for transaction_id in purchase["transaction_ids"]:
            [found] = read(access, "/purchases", transaction_id=transaction_id)["purchases"]
            assert found == purchase
    assert read(access, "/purchases", transaction_id="20200101000000000000")["purchases"] == []


@every_operation
@every_bank
def test_what_was_not_granted_is_refused_in_the_banks_voice_and_recorded(
    world: World, bank: str, operation: Operation
) -> None:
    kept = [cluster.value for cluster in BANKS[bank].clusters if cluster.value not in operation.data_clusters]
    access = world.access(bank, clusters=kept)
    path = BASE + operation.path.replace("{", "").replace("}", "")
    answer = access.request(operation.method, path, json={} if operation.method == "POST" else None)
    why = refused(answer, "InvalidInput" if operation.operation_id == "openDispute" else "ClusterNotGranted")
    if operation.operation_id == "openDispute":  # a body is read before rights are looked at
        wish = {"transaction_id": "1", "reason": "fraud"}
        why = refused(access.request("POST", path, json=wish), "ClusterNotGranted")
    assert why["hint"]
    latest = world.control("GET", f"/consents/{access.consent_id}/accesses").json()["accesses"][0]
    assert (latest["operation"], latest["error"]) == (operation.operation_id, "ClusterNotGranted")


@every_operation
@every_bank
def test_nobody_is_let_in_without_a_token(world: World, bank: str, operation: Operation) -> None:
    path = f"{world.server.url}/{bank}{BASE}{operation.path}"
    refused(requests.request(operation.method, path, timeout=30), "TokenMissing")
    headers = {"Authorization": "Bearer of bad news"}
    refused(requests.request(operation.method, path, headers=headers, timeout=30), "TokenInvalid")


@every_bank
def test_a_withdrawn_consent_bites_at_once(world: World, bank: str) -> None:
    access = world.access(bank)
    world.control("POST", f"/consents/{access.consent_id}/revoke")
    refused(access.get(f"{BASE}/purchases"), "ConsentRevoked")


@every_bank
def test_a_token_for_reading_changes_nothing(world: World, bank: str) -> None:
    reading = "purchases:read cards:read offers:read disputes:read"
    access = world.access(bank, scope=reading, marketing=True)
    card = read(access, "/cards")["cards"][0]["card_id"]
    refused(access.request("POST", f"{BASE}/cards/{card}/freeze"), "ScopeInsufficient")
    offer = read(access, "/offers")["offers"][0]["offer_id"]
    refused(access.request("POST", f"{BASE}/offers/{offer}/activate"), "ScopeInsufficient")


@every_bank
def test_offers_need_a_consent_of_their_own_and_a_second_one_to_be_aimed(world: World, bank: str) -> None:
    plain = world.access(bank)
    refused(plain.get(f"{BASE}/offers"), "MarketingNotGranted")
    refused(plain.get(f"{BASE}/offers/ofr_x"), "MarketingNotGranted")
    latest = world.control("GET", f"/consents/{plain.consent_id}/accesses").json()["accesses"][0]
    assert (latest["error"], latest["status"]) == ("MarketingNotGranted", 403)
    untargeted = list(each(world.access(bank, marketing=True), "/offers"))
    assert {offer["targeting_basis"] for offer in untargeted} == {"none"}
    aimed = list(each(world.access(bank, marketing=True, targeting=True), "/offers"))
    assert {offer["targeting_basis"] for offer in aimed} > {"none"}
    hidden = next(offer for offer in aimed if offer["targeting_basis"] != "none")
    willing = world.access(bank, marketing=True)
    refused(willing.get(f"{BASE}/offers/{hidden['offer_id']}"), "OfferNotFound")


@every_bank
def test_what_does_not_exist_is_not_found(world: World, bank: str) -> None:
    access = world.access(bank, marketing=True)
    for path, error in (
        ("/purchases/pur_000000000000", "PurchaseNotFound"),
        ("/receipts/rcp_000000000000", "ReceiptNotFound"),
        ("/shipments/shp_000000000000", "ShipmentNotFound"),
        ("/invoices/inv_000000000000", "InvoiceNotFound"),
        ("/offers/ofr_0000", "OfferNotFound"),
        ("/disputes/dsp_000000000000", "DisputeNotFound"),
        ("/cards/crd_0000", "CardNotFound"),
        ("/purchases?account_id=unknown", "AccountNotFound"),
    ):
        refused(access.get(BASE + path), error)


@every_bank
def test_the_record_tells_which_fields_were_read(world: World, bank: str) -> None:
    access = world.access(bank)
    read(access, "/shipments")
    [use] = world.control("GET", f"/consents/{access.consent_id}/accesses").json()["summary"]["uses"]
    assert use["operation"] == "listShipments"
    assert {"shipments.status", "shipments.carrier.name"} <= set(use["fields"])


@every_bank
def test_another_customers_things_are_not_found(world: World, bank: str) -> None:
    [purchase] = read(world.access(bank, "maya"), "/purchases", limit=1)["purchases"]
    refused(world.access(bank, "omar").get(f"{BASE}/purchases/{purchase['purchase_id']}"), "PurchaseNotFound")


@every_bank
def test_a_consent_shows_only_as_much_of_a_purchase_as_it_covers(world: World, bank: str) -> None:
    whole = world.access(bank)
    wanted = next(one for one in each(whole, "/purchases", limit=100) if one.get("shipments") and one.get("line_items"))
    narrow = world.access(bank, scope="purchases:read")
    shown = read(narrow, f"/purchases/{wanted['purchase_id']}")
    assert not {"line_items", "receipt", "shipments", "ship_to"} & set(shown)
    assert shown["totals"] == wanted["totals"]


@every_bank
def test_the_same_question_has_the_same_answer(world: World, bank: str) -> None:
    access = world.access(bank, marketing=True)
    for path in ("/purchases", "/shipments", "/invoices", "/offers", "/disputes", "/cards"):
        assert access.get(BASE + path).content == access.get(BASE + path).content


@every_bank
def test_a_conflict_is_refused_with_the_banks_own_status(world: World, bank: str) -> None:
    access = world.access(bank)
    card = read(access, "/cards")["cards"][0]["card_id"]
    assert does(access, f"/cards/{card}/report-lost")["status"] == "lost"
    answer = access.request("POST", f"{BASE}/cards/{card}/unfreeze")
    assert refused(answer, "CardEnded")
    document: Any = requests.get(f"{world.server.url}/{bank}{BASE}/openapi.json", timeout=30).json()
    declared = document["paths"]["/cards/{card_id}/unfreeze"]["post"]["responses"][str(answer.status_code)]
    component = declared["$ref"].rsplit("/", 1)[1]
    examples = document["components"]["responses"][component]["content"]["application/json"]["examples"]
    assert set(told_names(answer.json())) == set(told_names(examples["CardEnded"]["value"]))


def told_names(body: Any) -> list[str]:
    """The members of an error, deep down."""
    if not isinstance(body, dict):
        return []
    return [*body, *(name for value in body.values() for name in told_names(value))]


@every_bank
def test_logos_are_drawn_for_merchants_that_do_not_exist(world: World, bank: str) -> None:
    [purchase] = read(world.access(bank), "/purchases", limit=1)["purchases"]
    logo = requests.get(purchase["merchant"]["logo_url"], timeout=30)
    assert logo.headers["Content-Type"] == "image/svg+xml"
    assert logo.text.startswith("<svg ")
    assert told(requests.get(f"{world.server.url}/{bank}{BASE}/merchants/nobody/logo.svg", timeout=30), 404)
