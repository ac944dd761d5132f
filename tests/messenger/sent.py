"""Messages as bots send them, and what the tests look at in an answer."""

from typing import Any

import requests

Json = dict[str, Any]

POSTBACK: Json = {"type": "postback", "title": "More", "payload": "MORE"}
LINK: Json = {"type": "account_link", "url": "https://bot.example/login"}
RECEIPT: Json = {
    "template_type": "receipt",
    "recipient_name": "Maya Lopez",
    "merchant_name": "Café Ünïque",
    "order_number": "R-1001",
    "currency": "USD",
    "payment_method": "Visa 4411",
    "order_url": "https://shop.example/orders/1001",
    "timestamp": "1781535600",
    "elements": [{"title": "Espresso", "subtitle": "double", "quantity": 2, "price": "7.50", "currency": "USD"}],
    "address": {
        "street_1": "1 Main St",
        "city": "Springfield",
        "postal_code": "62701",
        "state": "IL",
        "country": "US",
    },
    "summary": {"subtotal": 7.5, "total_tax": 0.62, "total_cost": 8.12},
    "adjustments": [{"name": "Loyalty", "amount": -1}],
}
GENERIC: Json = {
    "template_type": "generic",
    "elements": [{"title": "Everyday Checking ··4411", "subtitle": "2,418.07 USD", "buttons": [POSTBACK]}],
}


def template(payload: Json) -> Json:
    return {"attachment": {"type": "template", "payload": payload}}


def buttons(*some: Json, text: str = "What next?") -> Json:
    return template({"template_type": "button", "text": text, "buttons": list(some)})


def generic(**changes: Any) -> Json:
    """One element with these members."""
    return template({"template_type": "generic", "elements": [{"title": "One", **changes}]})


def receipt(without: str = "", **changes: Any) -> Json:
    return template({name: value for name, value in {**RECEIPT, **changes}.items() if name != without})


def refusal(answer: requests.Response) -> tuple[int, int, int | None]:
    """(status, code, subcode)"""
    error = answer.json()["error"]
    return answer.status_code, error["code"], error.get("error_subcode")
