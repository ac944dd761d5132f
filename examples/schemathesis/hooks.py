"""What Schemathesis has to be told before it can test one of Sandbank's documents: who asks, and for whose accounts.

SANDBANK_URL says where Sandbank is. Every run makes a world of its own there, and forgets it at the end.
"""

import atexit
import os
import zlib
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import requests
import schemathesis
from schemathesis import AuthContext, HookContext, Response
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.case import Case as AnyCase
from schemathesis.openapi.checks import RejectedPositiveData

Case = AnyCase[Any]

SANDBANK = os.environ.get("SANDBANK_URL", "http://127.0.0.1:8080")
CUSTOMER = "maya"


def control(method: str, path: str, **more: Any) -> Any:
    """A call to the control API."""
    answer = requests.request(method, f"{SANDBANK}/_sandbox{path}", timeout=30, **more)
    answer.raise_for_status()
    return answer.json() if answer.content else None


WORLD: dict[str, Any] = control("POST", "/worlds", json={"now": "2026-06-15T15:00:00Z", "frozen": True})
atexit.register(control, "DELETE", f"/worlds/{WORLD['id']}")


def in_world(method: str, path: str, **more: Any) -> Any:
    return control(method, path, params={"world": WORLD["id"]}, **more)


def first_segment(case: Case) -> str:
    """The slug of the bank that is tested; `messenger`, `whatsapp` or `_sandbox`."""
    return str(case.operation.schema.base_path).strip("/").split("/")[0]


# --- Who asks -------------------------------------------------------------------------------------------------------


@cache
def consent(bank: str) -> dict[str, Any]:
    wish = {"bank": bank, "customer": CUSTOMER, "client_id": WORLD["clients"][bank]["client_id"]}
    given: dict[str, Any] = in_world("POST", "/consents", json=wish)
    return given


@cache
def page() -> dict[str, Any]:
    """Which may be called as often as one likes."""
    shown: dict[str, Any] = in_world("GET", "/messenger/pages")["pages"][0]
    in_world("PATCH", f"/messenger/pages/{shown['page_id']}", json={"behaviour": {"rate_limits": False}})
    return shown


@cache
def whatsapp() -> dict[str, Any]:
    page()
    shown: dict[str, Any] = in_world("GET", "/messenger/whatsapp")
    return shown


def basic(client: Mapping[str, str]) -> str:
    return "Basic " + b64encode(f"{client['client_id']}:{client['client_secret']}".encode()).decode()


def registration(bank: str) -> str:
    given = in_world("POST", "/registration-tokens", json={"bank": bank})
    return f"Bearer {given['initial_access_token']}"


AUTHORIZATION: Mapping[str, Callable[[str], str]] = {
    "bankOAuth": lambda bank: f"Bearer {consent(bank)['access_token']}",
    "clientBasic": lambda bank: basic(WORLD["clients"][bank]),
    "registrationToken": registration,
    "pageToken": lambda _platform: f"Bearer {page()['page_token']}",
    "accessToken": lambda _platform: f"Bearer {whatsapp()['access_token']}",
}
"""The header `Authorization` by the security scheme that an operation names, from the first segment of its path."""


def scheme(case: Case) -> str:
    """The security scheme that the operation names first; "" where it names none."""
    wanted = case.operation.definition.raw.get("security", case.operation.schema.raw_schema.get("security", []))
    return next((name for one in wanted for name in one), "")


@schemathesis.auth(cache_by_key=lambda case, _context: scheme(case))
class Authorization:
    def get(self, case: Case, _context: AuthContext) -> str | None:
        made = AUTHORIZATION.get(scheme(case))
        return made(first_segment(case)) if made else None

    def set(self, case: Case, data: str, _context: AuthContext) -> None:
        case.headers["Authorization"] = data


# --- What only a world knows ----------------------------------------------------------------------------------------


def accounts(case: Case) -> Sequence[str]:
    """As the bank calls them, and as the sandbox does."""
    bank = first_segment(case)
    if bank == "_sandbox":
        return [account["account_id"] for account in consent("chase")["accounts"]]
    return [account["id"] for account in consent(bank)["accounts"]]


def nodes(case: Case) -> Sequence[str]:
    """Of the Graph API: the page, or what an edge of WhatsApp belongs to."""
    if first_segment(case) == "messenger":
        return ["me"]
    edge = case.operation.path.rpartition("/")[2]
    if edge in ("message_templates", "phone_numbers", "subscribed_apps"):
        return [whatsapp()["waba_id"]]
    if edge == "subscriptions":
        return [whatsapp()["app_id"]]
    return [number["phone_number_id"] for number in whatsapp()["numbers"]]


KNOWN: Mapping[str, Callable[[Case], Sequence[str]]] = {"accountId": accounts, "accountID": accounts, "node": nodes}
"""The names that there are, by the parameter of a path."""


@schemathesis.hook
def before_call(_context: HookContext, case: Case, _kwargs: dict[str, Any]) -> None:
    """Names that were made up become names that exist, unless they are wrong on purpose."""
    if case.meta is None:
        return
    if not case.meta.is_negative_at(ParameterLocation.PATH):
        for name in case.path_parameters.keys() & KNOWN.keys():
            there = KNOWN[name](case)
            case.path_parameters[name] = there[zlib.crc32(str(case.path_parameters[name]).encode()) % len(there)]
    if case.operation.path == "/wait-for" and isinstance(case.body, dict):
        patient = case.body.get("timeout", "PT")
        if isinstance(patient, str) and patient.startswith("PT"):
            case.body["timeout"] = "PT0.05S"
    if first_segment(case) == "citi" and not case.meta.is_negative_at(ParameterLocation.HEADER):
        case.headers["client_id"] = WORLD["clients"]["citi"]["client_id"]


# --- What a document cannot say -------------------------------------------------------------------------------------


@schemathesis.hook
def filter_failure(_context: HookContext, failure: Failure, case: Case, response: Response) -> bool:
    """Whether it counts. A refusal of what the document allows does not where the rule is one that no document can
    write down (both ends of a range or neither; a cursor that this list gave): Sandbank tells when it was. And the
    Graph API reads a null as if the member were absent."""
    if isinstance(failure, RejectedPositiveData) and "sandbank-trace" in response.headers:
        story = control("GET", f"/why/{response.headers['sandbank-trace'][0]}")
        return not story.get("kept_to_document")
    if isinstance(failure, AcceptedNegativeData) and first_segment(case) in ("messenger", "whatsapp"):
        return not has_null(case.body)
    return True


def has_null(value: object) -> bool:
    if isinstance(value, dict | list):
        return any(map(has_null, value.values() if isinstance(value, dict) else value))
    return value is None
