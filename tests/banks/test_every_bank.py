"""What every bank owes its callers. Nothing here knows a bank: a new one is held to all of it by being there."""

import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import connexion
import pytest
from connexion.resolver import Resolver
from openapi_spec_validator import validate

from sandbox.contract import documents
from sandbox.contract.operations import Operation
from sandbox.dialect.bank import discover
from sandbox.dialect.faces import face_of
from sandbox.dialect.windows import days
from sandbox.events import fdx_subscriptions
from sandbox.ledger.clusters import Cluster
from sandbox.oauth.voice import SILENT
from tests.banks.conftest import Stages
from tests.banks.stage import CAST, Stage, Visit, members, plain
from tests.banks.words import (
    assert_answered,
    assert_challenged,
    assert_faced,
    assert_in_voice,
    error_named,
    judge,
    why,
)
from tests.conftest import NOW, SESSION

TODAY = date.fromisoformat(NOW[:10])
BANKS = sorted(discover())
SHOWN_TO_EVERYBODY = ("maya", "omar")


def is_secured(operation: Operation) -> bool:
    return any("bankOAuth" in way for way in operation.security)


def every(*wanted: Callable[[Operation], bool]) -> pytest.MarkDecorator:
    """Every operation of every bank for which all of that is so."""
    found = [
        (slug, name)
        for slug in BANKS
        for name, operation in documents.load(slug).operations.items()
        if all(wish(operation) for wish in wanted)
    ]
    return pytest.mark.parametrize(("slug", "operation_id"), found, ids=[f"{slug}-{name}" for slug, name in found])


def is_data(operation: Operation) -> bool:
    return not operation.oauth_endpoint


def is_reading(operation: Operation) -> bool:
    return is_data(operation) and operation.method == "GET"


def is_about_an_account(operation: Operation) -> bool:
    return is_data(operation) and "{accountid}" in operation.path.lower()


def takes_a_body(operation: Operation) -> bool:
    return operation.method in ("POST", "PUT", "PATCH") and operation.oauth_endpoint not in SILENT


every_bank = pytest.mark.parametrize("slug", BANKS)


# --- The document ---------------------------------------------------------------------------------------------------


@every_bank
def test_the_document_is_valid_openapi(stage: Stage) -> None:
    validate(stage.document.raw)


@every_bank
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_connexion_loads_the_document_and_finds_a_function_for_every_operation(stage: Stage) -> None:
    wanted: list[str] = []

    def function(operation_id: str) -> Callable[[], None]:
        wanted.append(operation_id)
        return lambda: None

    app = connexion.FlaskApp(__name__)
    app.add_api(json.loads(stage.document.raw_json), resolver=Resolver(function))
    app.middleware._build_middleware_stack()
    assert set(wanted) == set(stage.document.operations)


@every_bank
def test_every_operation_has_a_handler_and_every_handler_an_operation(stage: Stage) -> None:
    own = {name for name, operation in stage.document.operations.items() if not operation.oauth_endpoint}
    own -= set(fdx_subscriptions.OPERATIONS)  # a room of its own handles them
    assert own <= set(stage.bank.handlers) <= set(stage.document.operations)


@every(lambda operation: True)
def test_every_operation_says_how_far_it_can_be_trusted_and_why(operation: Operation) -> None:
    assert operation.fidelity in ("documented", "observed", "reconstructed")
    assert len(operation.fidelity_source) > 10


@every(is_data)
def test_every_operation_reads_only_what_the_bank_shares(stage: Stage, operation: Operation) -> None:
    assert {Cluster(name) for name in operation.data_clusters} <= set(stage.bank.clusters)
    assert all(set(operation.scopes) <= set(stage.bank.oauth.scopes) for _ in operation.scopes)


@every_bank
def test_the_bank_answers_as_its_table_of_errors_says(stage: Stage) -> None:
    table = stage.document.error_table
    assert len(table) > 30
    for name, row in table.items():
        face = face_of(stage.bank.faces, error_named(name, stage))
        assert (face.status, face.code, face.message) == (row["status"], str(row["code"]), row["message"]), name
        assert row["fidelity"] in ("documented", "observed", "reconstructed"), name
        assert row["source"], name


@every_bank
def test_every_error_of_the_table_has_the_form_that_operations_declare(stage: Stage) -> None:
    for name, row in stage.document.error_table.items():
        error = error_named(name, stage)
        body = stage.bank.sound(error, "trace").body
        forms = [operation for operation in declaring(stage, str(row["status"])) if is_data(operation)]
        assert not forms or fits_one(stage, forms, str(row["status"]), body), (name, body)


def declaring(stage: Stage, status: str) -> list[Operation]:
    return [operation for operation in stage.document.operations.values() if status in operation.responses]


def fits_one(stage: Stage, operations: list[Operation], status: str, body: Any) -> bool:
    """Whether one of the operations declares such a body for the status."""
    places = [
        [
            "paths",
            operation.path,
            operation.method.lower(),
            "responses",
            status,
            "content",
            "application/json",
            "schema",
        ]
        for operation in operations
    ]
    return any(not judge(stage).faults_of_value(body, place) for place in places)


# --- Answers --------------------------------------------------------------------------------------------------------


@every(is_reading)
@pytest.mark.parametrize("customer", SHOWN_TO_EVERYBODY)
def test_what_a_customer_shares_is_answered_as_the_document_says(
    stage: Stage, operation: Operation, customer: str
) -> None:
    for visit in stage.visits(operation, customer):
        answer = visit.make()
        if answer.ok:
            assert_answered(stage, operation, answer)
        else:
            assert_in_voice(stage, operation, answer, 400, 404, 409, 422)


@every(is_data)
def test_somebody_gets_what_the_operation_is_for(stage: Stage, operation: Operation) -> None:
    if operation.method == "GET":
        assert_answered(stage, operation, stage.good(operation).make())
        return
    answers = []
    for customer in CAST:
        for visit in stage.visits(operation, customer):
            own = stage.fresh_access(customer)
            consent = {name: own.consent_id for name in visit.path if plain(name) == "consentid"}
            answers.append(visit.by(own).at(**consent).make())
            if answers[-1].ok:
                assert_answered(stage, operation, answers[-1])
                return
    raise AssertionError(f"{operation} was refused to everybody: {answers[-1].text}")


@every(is_reading)
def test_head_is_answered_like_get_without_the_body(stage: Stage, operation: Operation) -> None:
    visit = stage.good(operation)
    got, headed = visit.make(), visit.make(method="HEAD")
    assert headed.status_code == got.status_code
    assert headed.content == b""
    anew = {"date", "sandbank-trace", *(name.lower() for name in stage.bank.echo({}, lambda: "trace"))}
    told = [{name: value for name, value in one.headers.items() if name.lower() not in anew} for one in (got, headed)]
    assert told[0] == told[1]


@every(is_reading)
def test_the_same_question_has_the_same_answer(stage: Stage, operation: Operation) -> None:
    visit = stage.good(operation)
    assert visit.make().content == visit.make().content


@every(is_reading)
def test_full_account_numbers_are_told_by_payment_operations_alone(stage: Stage, operation: Operation) -> None:
    if Cluster.PAYMENT_SUPPORT in operation.data_clusters:
        return
    for customer in SHOWN_TO_EVERYBODY:
        numbers = account_numbers(stage, customer)
        for visit in stage.visits(operation, customer):
            text = legible(visit.make().content)
            told = [number for number in numbers if number in text]
            assert not told, f"{operation} tells {told} of {customer}"


def account_numbers(stage: Stage, customer: str) -> list[str]:
    worlds = stage.server.app.services.worlds
    world = worlds.world(stage.world.world_id)
    return [view.account.number for view in worlds.accounts(world, worlds.customer(world, customer), stage.slug)]


def legible(content: bytes) -> str:
    """The content, with the pages of a PDF unpacked."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL) if content[:5] == b"%PDF-" else []
    unpacked = [zlib.decompress(stream) for stream in streams if stream[:1] == b"x"]
    return b"\n".join([content, *unpacked]).decode("latin-1")


# --- Who may ask ----------------------------------------------------------------------------------------------------


TOKENS = {
    "no token": (None, "TokenMissing"),
    "a word that is no scheme": ("Bearer", "TokenMissing"),
    "another scheme": ("Digest username=maya", "TokenMissing"),
    "garbage": ("Bearer garbage", "TokenInvalid"),
    "two tokens": ("Bearer {token}, Bearer {token}", "TokenInvalid"),
    "a token and a half": ("Bearer {token}x", "TokenInvalid"),
    "letters beyond ASCII": ("Bearer \u00e9\u00df", "TokenInvalid"),
    "a very long token": (f"Bearer {'x' * 8000}", "TokenInvalid"),
}


@every(is_secured)
def test_nobody_is_let_in_without_a_token_of_this_bank(stage: Stage, operation: Operation, stages: Stages) -> None:
    visit = stage.good(operation)
    elsewhere = stages(next(slug for slug in BANKS if slug != stage.slug)).access()
    ways = {**TOKENS, "a token of another bank": (f"Bearer {elsewhere.token}", "TokenInvalid")}
    for way, (header, error) in ways.items():
        sent = header.replace("{token}", visit.access.token).encode("latin-1") if header else None
        answer = visit.make(headers={"Authorization": sent})
        told = assert_in_voice(stage, operation, answer, 401)
        assert told["error"] in (error, "TokenInvalid"), (way, told)
        assert_challenged(answer)


@every(is_secured)
@pytest.mark.parametrize(
    ("how", "error"),
    [
        ("an expired token", "TokenExpired"),
        ("a token of a revoked consent", "ConsentRevoked"),
        ("a token of an ended consent", "ConsentExpired"),
        ("a token of a suspended consent", "ConsentSuspended"),
    ],
)
def test_nobody_is_let_in_once_it_is_over(stage: Stage, operation: Operation, how: str, error: str) -> None:
    answer = stage.good(operation).by(stage.fallen(how)).make()
    told = assert_in_voice(stage, operation, answer, 401)
    assert told["error"] == error
    assert_challenged(answer, 'Bearer error="invalid_token"')


@every(is_secured)
def test_the_scheme_may_be_written_in_small_letters(stage: Stage, operation: Operation) -> None:
    visit = stage.good(operation)
    answer = visit.make(headers={"Authorization": f"bearer {visit.access.token}"})
    assert answer.status_code != 401, answer.text


@every(is_secured, lambda operation: bool(operation.data_clusters))
def test_data_of_a_kind_that_was_not_granted_is_forbidden(stage: Stage, operation: Operation) -> None:
    visit = stage.good(operation)
    for cluster in operation.data_clusters:
        answer = visit.by(stage.without(cluster, visit.customer)).make()
        told = assert_in_voice(stage, operation, answer, 403)
        assert told["error"] in ("ClusterNotGranted", "ScopeInsufficient")


@every(is_about_an_account)
def test_an_account_that_is_not_shared_is_told_from_one_that_is_not_there_by_nothing(
    stage: Stage, operation: Operation
) -> None:
    first, second = stage.shared()[:2]
    narrow = stage.once("narrow", lambda: stage.fresh_access(accounts=[first.ref]))
    mine = stage.visits(operation, "maya")
    unshared = next(visit for visit in mine if visit.account == second)
    asked = {
        "unshared": unshared,
        "of another customer": stage.visits(operation, "omar")[0],
        "of nobody": unshared.about(another_like(second.ref)),
    }
    bodies = []
    for visit in asked.values():
        answer = visit.by(narrow).make()
        told = assert_in_voice(stage, operation, answer, 404)
        assert told["error"] == "AccountNotFound"
        bodies.append(without_names(answer.text, visit))
    assert bodies[0] == bodies[1] == bodies[2]


def another_like(ref: str) -> str:
    """A name of the same form that no account has."""
    digit = next(place for place in range(len(ref) - 1, -1, -1) if ref[place].isdigit())
    return ref[:digit] + str((int(ref[digit]) + 1) % 10) + ref[digit + 1 :]


def without_names(text: str, visit: Visit) -> str:
    """An error without what tells one call from another: the ids asked for, and ids of the error itself."""
    for value in visit.path.values():
        text = text.replace(value, "<asked>")
    return re.sub(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", "<uuid>", text)


# --- How one may ask ------------------------------------------------------------------------------------------------


@every_bank
def test_a_path_that_is_not_there_is_refused_in_the_banks_voice(stage: Stage) -> None:
    access, accounts = stage.access(), stage.bank.accounts_path
    forms = [operation for operation in declaring(stage, "404") if is_data(operation)]
    paths = ("/nowhere", f"{accounts}x", f"{accounts}/", f"/{accounts}", f"{accounts}/1/2/3/4", "/%00", "/%ff", "/..;/")
    for path in paths:
        for answer in (access.get(path), stage.knock("GET", path), stage.knock("POST", path, body=b"{}")):
            assert answer.status_code == 404, (path, answer.text)
            assert assert_faced(stage, answer)["error"] == "UnknownPath"
            assert fits_one(stage, forms, "404", answer.json()), answer.text


@every_bank
def test_a_method_that_is_not_offered_is_refused_with_those_that_are(stage: Stage) -> None:
    by_path: dict[str, list[Operation]] = {}
    for operation in stage.document.operations.values():
        by_path.setdefault(re.sub(r"\{[^}]*\}", "1", operation.path), []).append(operation)
    for path, operations in by_path.items():
        offered = {operation.method for operation in operations}
        offered |= {"HEAD"} & {"HEAD" if "GET" in offered else ""}
        for method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"} - offered:
            answer = stage.access().request(method, path)
            assert answer.status_code == 405, (method, path, answer.text)
            assert {name.strip() for name in answer.headers["Allow"].split(",")} == offered
            if method != "HEAD":
                assert_in_voice(stage, operations[0], answer, 405)


@every(lambda operation: bool(operation.success_media_types))
def test_what_the_caller_cannot_read_is_not_sent(stage: Stage, operation: Operation) -> None:
    visit = stage.good(operation)
    for accept in ("application/xml", "text/csv;q=0.5, application/xml", "*/*;q=0", "image/webp, audio/*"):
        assert_in_voice(stage, operation, visit.make(headers={"Accept": accept}), 406)


@every(is_reading)
def test_what_the_caller_can_read_among_other_things_is_sent(stage: Stage, operation: Operation) -> None:
    visit = stage.good(operation)
    usual = visit.make().headers["Content-Type"]
    for accept in ("*/*", f"application/xml, {usual};q=0.1", f"{usual.split('/')[0]}/*", "nonsense"):
        assert_answered(stage, operation, visit.make(headers={"Accept": accept}))


@every(takes_a_body)
def test_a_body_of_another_kind_is_refused(stage: Stage, operation: Operation) -> None:
    visit = stage.good(operation)
    for media_type in ("text/plain", "application/xml", "multipart/form-data; boundary=x", "nonsense"):
        answer = visit.make(headers={"Content-Type": media_type}, data=visit.written() or b"x=1")
        assert_in_voice(stage, operation, answer, 415)


@every(takes_a_body)
def test_a_body_of_two_megabytes_is_refused(stage: Stage, operation: Operation) -> None:
    visit = stage.good(operation)
    assert_in_voice(stage, operation, visit.make(data=b"x" * 2_000_000), 413)
    assert SESSION.get(f"{stage.server.url}/livez", timeout=30).ok


@every(takes_a_body, is_data)
def test_a_body_that_makes_no_sense_is_refused(stage: Stage, operation: Operation) -> None:
    visit = stage.good(operation)
    bodies: list[bytes] = [
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"{}x",
        b"\xff\xfe",
        b'{"surprise": 1}',
        b'{"a":' * 500 + b"1" + b"}" * 500,
        b"[" * 100_000,
        json.dumps({**(visit.body if isinstance(visit.body, dict) else {}), "surprise": "\0"}).encode(),
    ]
    for body in bodies:
        assert_in_voice(stage, operation, visit.make(data=body), 400)


@every(takes_a_body, lambda operation: not is_data(operation))
def test_a_form_that_makes_no_sense_is_refused_in_the_words_of_oauth(stage: Stage, operation: Operation) -> None:
    visit = stage.good(operation)
    twice = b"grant_type=a&grant_type=b&token=1&token=2"
    for body in (b"token=%00&grant_type=%00", b"grant_type=%ff&token=%ff", twice):
        assert_in_voice(stage, operation, visit.make(data=body), 400, 401)


@every(is_data)
def test_a_parameter_that_the_document_does_not_know_is_refused(stage: Stage, operation: Operation) -> None:
    visit = stage.good(operation)
    for name, value in (("surprise", "1"), ("Limit", "5"), ("", "x"), ("a[]", "1"), ("$where", "1"), ("\0", "\0")):
        assert_in_voice(stage, operation, visit.asking(**{name: value}).make(), 400)
    assert_in_voice(stage, operation, visit.make(url=with_query(visit, "%ff=%fe")), 400)


@every(is_data)
def test_a_parameter_is_given_once_and_as_the_document_says(stage: Stage, operation: Operation) -> None:
    visit = stage.good(operation)
    for name, parameter in stage.parameters(operation, "query").items():
        value = stage.example(parameter)
        twice = with_query(visit, f"{name}={value}&{name}={value}")
        assert_in_voice(stage, operation, visit.make(url=twice), 400)
        for wrong in ("%00", "%ff", "a%00b", "%C3%28", "%ED%A0%80"):
            assert_in_voice(stage, operation, visit.make(url=with_query(visit, f"{name}={wrong}")), 400)
        for wrong in ill_typed(parameter["schema"]):
            assert_in_voice(stage, operation, visit.asking(**{name: wrong}).make(), 400)
        for odd in ("%0d%0aX-Injected:%20yes", "%0aX-Injected:%20yes", "%25%30%30", "'--", "%E2%80%AE"):
            answer = visit.make(url=with_query(visit, f"{name}={odd}"))
            assert "X-Injected" not in answer.headers
            if not answer.ok:
                assert_in_voice(stage, operation, answer, 400, 404, 501)


def with_query(visit: Visit, query: str) -> str:
    """The call's URL with a query as it is written, in place of a parameter that the query gives."""
    kept = {name: value for name, value in visit.query.items() if not query.startswith(f"{name}=")}
    url = replace(visit, query=kept).url
    return f"{url}{'&' if kept else '?'}{query}"


def ill_typed(schema: dict[str, Any]) -> list[str]:
    kind = schema.get("type")
    wrong = []
    if kind in ("integer", "number"):
        wrong += ["seven", "1 2", "0x10", "\u0661", "1_000", "NaN", "Infinity", "--1", "1e999", "9" * 400]
        wrong += ["1.5"] if kind == "integer" else []
        wrong += [str(schema["minimum"] - 1)] if "minimum" in schema else []
        wrong += [str(schema["maximum"] + 1)] if "maximum" in schema else []
    if kind == "boolean":
        wrong += ["yes", "1", "nope"]
    if "enum" in schema:
        wrong += ["NOPE", str(schema["enum"][0]).swapcase()]
    if "maxLength" in schema:
        wrong += ["x" * (schema["maxLength"] + 1)]
    if schema.get("minLength") or "enum" in schema or kind != "string":
        wrong += [""]
    if "pattern" in schema:
        wrong += ["\u2603"]
    return wrong


TRICKS = (
    *("%00", "a%00b", "%FF", "%C3%28", "%0D%0AX-Injected:%20yes", "%0a", "..", "%2e%2e%2f", "%2f", "%25", "%3f", ";"),
    *("x" * 5000, "%E2%80%AE", "'%20OR%201=1--", "%7b%7b7*7%7d%7d", "0", "-1", "9" * 300, "null", "%F0%9F%92%B8"),
)


def headers_of(visit: Visit) -> dict[str, str]:
    """What the call would send."""
    sent = {"Content-Type": visit.media_type} if visit.media_type else {}
    return {"Authorization": f"Bearer {visit.access.token}", **visit.access.headers, **sent}


@every(is_data)
def test_a_path_full_of_tricks_is_refused(stage: Stage, operation: Operation) -> None:
    visit = stage.good(operation)
    for name in visit.path:
        for trick in TRICKS:
            target = visit.at(**{name: "TRICK"}).target.replace("TRICK", trick)
            answer = stage.knock(operation.method, target, headers_of(visit), visit.written() or b"")
            assert "X-Injected" not in answer.headers
            assert 400 <= answer.status_code < 500, (target, answer.status_code, answer.text)
            told = why(stage, answer)
            if told["error"] not in ("UnknownPath", "MethodNotAllowed"):
                assert_in_voice(stage, operation, answer, 400, 404, 422)


COMMON_HEADERS = ("Accept", "Accept-Language", "Cookie", "X-Forwarded-Host", "X-Forwarded-Proto", "Prefer")
NOT_HTTP = b"Invalid HTTP request received."
"""Uvicorn's own answer to what never becomes a request."""


@every(is_data)
def test_headers_full_of_tricks_are_refused_or_passed_over(stage: Stage, operation: Operation) -> None:
    visit = stage.good(operation)
    for name in (*stage.parameters(operation, "header"), *COMMON_HEADERS):
        for value in ("\x01", "\x7f", "\u00e9", "", " ", "x" * 6000, "%0d%0aX-Injected: yes", "a,b", '"'):
            answer = stage.knock(
                operation.method, visit.url, {**headers_of(visit), name: value}, visit.written() or b""
            )
            assert "X-Injected" not in answer.headers
            assert answer.status_code < 500, (name, value, answer.text)
            assert not re.search(r"[^ -~]", "".join(answer.headers.values())), (name, value, answer.headers)
            if answer.status_code >= 400 and answer.content != NOT_HTTP:
                assert_in_voice(stage, operation, answer, 400, 401, 403, 404, 406, 409, 422)


@every(is_data)
def test_a_header_that_has_to_come_is_asked_for(stage: Stage, operation: Operation) -> None:
    visit = stage.good(operation)
    for name, parameter in stage.parameters(operation, "header").items():
        if parameter.get("required"):
            answer = visit.make(headers={name: None})
            told = assert_in_voice(stage, operation, answer, 400)
            assert told["error"] == "InvalidHeader"
            assert name.lower() in told["violations"][0]["name"].lower()


@every(is_data)
def test_what_the_bank_echoes_comes_back_with_refusals_too(stage: Stage, operation: Operation) -> None:
    visit = stage.good(operation)
    marks = {name: stage.example(one) for name, one in stage.parameters(operation, "header").items()}
    echoed = stage.bank.echo({name.lower(): value for name, value in marks.items()}, lambda: "trace")
    for answer in (visit.make(headers=marks), visit.make(headers=marks, url=with_query(visit, "surprise=1"))):
        assert echoed == {name: answer.headers.get(name) for name in echoed}


# --- Dates ----------------------------------------------------------------------------------------------------------

BAD_DATES = (
    *("yesterday", "2026-02-30", "2026-13-01", "2026-00-10", "20260601", "01/06/2026", "2026-6-1", "2026-06-01 10:00"),
    *("2026-06-01T25:00:00Z", "10000-01-01", "-0001-01-01", "\u0662026-06-01", "2026-06-01\n"),
)
EDGES = ("0000-01-01", "0000-02-29", "0001-01-01", "0001-01-02", "1969-12-31", "9999-12-30", "9999-12-31")


@every(is_data)
def test_a_date_that_is_no_date_is_refused(stage: Stage, operation: Operation) -> None:
    visit = stage.good(operation)
    for name in dates_of(stage, operation):
        for wrong in BAD_DATES:
            answer = visit.asking(**{name: wrong}).make()
            told = assert_in_voice(stage, operation, answer, 400)
            assert told["error"] == "InvalidDate", (wrong, told)


@every(is_data)
def test_dates_at_the_edge_of_the_calendar_are_answered_or_refused(stage: Stage, operation: Operation) -> None:
    visit = stage.good(operation)
    for start, end in windows_of(stage, operation):
        for edge in EDGES:
            for asked in ({start: edge}, {end: edge}, {start: edge, end: edge}, {start: EDGES[0], end: edge}):
                answer = visit.asking(**asked).make()
                if answer.ok:
                    assert_answered(stage, operation, answer)
                else:
                    assert_in_voice(stage, operation, answer, 400)


@every(is_data)
def test_a_window_that_ends_before_it_begins_is_refused(stage: Stage, operation: Operation) -> None:
    visit = stage.good(operation)
    for start, end in windows_of(stage, operation):
        asked = {start: str(TODAY), end: str(TODAY - timedelta(days=1))}
        told = assert_in_voice(stage, operation, visit.asking(**asked).make(), 400)
        assert told["error"] == "InvalidDateRange"


def dates_of(stage: Stage, operation: Operation) -> list[str]:
    """Parameters of the query that hold dates."""
    return [
        name
        for name, parameter in stage.parameters(operation, "query").items()
        if parameter.get("x-date")
        or parameter["schema"].get("x-date")
        or parameter["schema"].get("format") in ("date", "date-time")
    ]


def windows_of(stage: Stage, operation: Operation) -> list[tuple[str, str]]:
    """Pairs of them that are the two ends of a window."""
    named = dates_of(stage, operation)
    pairs = [(name, name.replace("start", "end").replace("From", "To")) for name in named]
    return [(start, end) for start, end in pairs if start != end and end in named]


# --- Pages ----------------------------------------------------------------------------------------------------------


@every(is_reading)
def test_a_walk_over_the_pages_shows_everything_once(stage: Stage, operation: Operation) -> None:
    cursor = cursor_of(stage, operation)
    if not cursor:
        return
    for customer in SHOWN_TO_EVERYBODY:
        for visit in stage.visits(operation, customer):
            wide = widest(stage, visit)
            walks = [rows_of_walk(wide, cursor, size) for size in sizes_of(stage, operation)]
            for walk in walks:
                assert len(walk) == len(set(walk)), f"{wide.url} shows a row twice"
                assert walk == walks[0], f"{wide.url} shows other rows on pages of another size"
            if Cluster.TRANSACTIONS in operation.data_clusters and visit.account:
                fewest, most = rows_in_the_ledger(stage, wide)
                assert fewest <= len(walks[0]) <= most, wide.url


@every(is_reading, lambda operation: Cluster.TRANSACTIONS in operation.data_clusters)
def test_a_walk_goes_on_as_it_began_while_the_clock_moves(stage: Stage, operation: Operation) -> None:
    cursor = cursor_of(stage, operation)
    if not cursor:
        return
    there, size = stage.elsewhere(), sizes_of(stage, operation)[0]
    nearly = stage.bank.oauth.access_lifetime - timedelta(minutes=1)
    for visit in there.visits(operation, "maya"):
        here = widest(there, visit.by(there.fresh_access()))
        expected, shown = rows_of_walk(here, cursor, size), list[str]()
        for number, (rows, _) in enumerate(pages(here, cursor, size)):
            shown += rows
            if number == 0:
                there.world.advance(f"PT{int(nearly.total_seconds())}S")
                add_a_row(there, visit)
        assert expected
        assert shown == expected


def add_a_row(stage: Stage, visit: Visit) -> None:
    """Something happens on the account."""
    assert visit.account is not None
    row = {"amount": "-1.23", "description": "SOMETHING NEW"}
    answer = stage.world.control("POST", f"/accounts/{visit.account.account_id}/transactions", json=row)
    assert answer.status_code == 201, answer.text


@every(is_reading)
def test_case_52_a_cursor_that_was_changed_or_comes_from_elsewhere_is_refused(
    stage: Stage, operation: Operation
) -> None:
    cursor = cursor_of(stage, operation)
    if not cursor:
        return
    found = first_cursor(stage, operation, cursor)
    for wrong in ("x", "0", "-1", "!", "9" * 300, "A" * 300, "\u2603", "null", "..", "AAAA-BBBB"):
        visit = stage.good(operation)
        assert_in_voice(stage, operation, visit.asking(**{cursor[0]: wrong}).make(), 400)
    if found is None:
        return
    visit, value = found
    assert visit.asking(**{cursor[0]: value}).make().ok
    if is_a_place(value):
        return
    for changed in changes_of(value):
        told = assert_in_voice(stage, operation, visit.asking(**{cursor[0]: changed}).make(), 400)
        assert told["error"] == "InvalidCursor", changed
    others = [other for other in stage.visits(operation, visit.customer) if other.account != visit.account]
    for other in others:
        if not other.asking(**visit.query).make().ok:
            continue
        answer = other.asking(**{**visit.query, cursor[0]: value}).make()
        assert assert_in_voice(stage, operation, answer, 400)["error"] == "InvalidCursor"
    anew = visit.by(stage.fresh_access(visit.customer)).asking(**{cursor[0]: value})
    assert assert_in_voice(stage, operation, anew.make(), 400)["error"] == "InvalidCursor"


def cursor_of(stage: Stage, operation: Operation) -> tuple[str, str] | None:
    """The parameter that asks for another page, and the member that tells what to ask."""
    response = stage.follow(stage.written(operation)["responses"]["200"])
    content = response.get("content", {}).get("application/json")
    if content is None:
        return None
    names = set(property_names(stage, content["schema"], 3))
    for parameter in stage.parameters(operation, "query"):
        for name in names:
            if plain(name) in (f"next{plain(parameter)}", plain(parameter)) and plain(name).startswith("next"):
                return parameter, name
    return None


def property_names(stage: Stage, schema: Any, depth: int) -> Iterator[str]:
    schema = stage.follow(schema)
    for branch in [*schema.get("allOf", ()), *schema.get("oneOf", ()), *schema.get("anyOf", ())]:
        yield from property_names(stage, branch, depth)
    for name, member in schema.get("properties", {}).items():
        yield name
        if depth:
            yield from property_names(stage, member, depth - 1)


def size_parameter(stage: Stage, operation: Operation) -> tuple[str, int]:
    """The parameter that says how many items a page has and the most it may be; ("", 0) where there is none."""
    for name, parameter in stage.parameters(operation, "query").items():
        if name == "limit" and parameter["schema"].get("type") == "integer":
            return name, parameter["schema"]["maximum"]
    return "", 0


def sizes_of(stage: Stage, operation: Operation) -> list[dict[str, str]]:
    name, most = size_parameter(stage, operation)
    return [{name: str(size)} for size in (most, 50, 7)] if name else [{}]


def widest(stage: Stage, visit: Visit) -> Visit:
    """The call for as long a window as the bank allows."""
    for start, end in windows_of(stage, visit.operation):
        for reach in (725, 364, 89):
            asked = visit.asking(**{start: str(TODAY - timedelta(days=reach)), end: str(TODAY)})
            if asked.make().ok:
                return asked
    return visit


def pages(visit: Visit, cursor: tuple[str, str], size: dict[str, str]) -> Iterator[tuple[list[str], str | None]]:
    """Page by page: the items as text, and the cursor of the next."""
    value: str | None = None
    while True:
        asked = visit.asking(**size) if value is None else visit.asking(**size, **{cursor[0]: value})
        answer = asked.make()
        if not answer.ok:
            assert value is None, f"{asked.url} was refused in the middle of a walk: {answer.text}"
            return
        if answer.headers["Content-Type"] != "application/json":
            return
        body = answer.json()
        value = next((told for name, told in members(body) if name == cursor[1] and told), None)
        yield items_of(body), value
        if value is None:
            return


def items_of(body: Any) -> list[str]:
    """The items of a page: what the lists on the page's first level hold, or those one level down."""
    lists = [member for member in body.values() if isinstance(member, list)]
    return [json.dumps(item, sort_keys=True) for one in lists for item in one]


def rows_of_walk(visit: Visit, cursor: tuple[str, str], size: dict[str, str]) -> list[str]:
    return [row for rows, _ in pages(visit, cursor, size) for row in rows]


def first_cursor(stage: Stage, operation: Operation, cursor: tuple[str, str]) -> tuple[Visit, str] | None:
    """A call that has more than a page, and the cursor of the second."""
    name, _ = size_parameter(stage, operation)
    size = {name: "1"} if name else {}
    for customer in SHOWN_TO_EVERYBODY:
        for visit in stage.visits(operation, customer):
            asked = widest(stage, visit).asking(**size)
            for _, value in pages(asked, cursor, size):
                if value is not None:
                    return asked, value
                break
    return None


def is_a_place(value: str) -> bool:
    """Whether it is a plain number: the place of the next item, which anybody may name."""
    return value.isdecimal() and len(value) < 10


def changes_of(value: str) -> Iterable[str]:
    """The cursor with a letter changed, here and there, and cut, and doubled."""
    for place in {0, len(value) // 2, len(value) - 1}:
        letter = "1" if value[place] != "1" else "2"
        yield value[:place] + letter + value[place + 1 :]
    yield value[:-1]
    yield value + value
    yield value + "0"


def rows_in_the_ledger(stage: Stage, visit: Visit) -> tuple[int, int]:
    """How many posted rows, and how many rows at all, the window of a call holds."""
    assert visit.account is not None
    worlds = stage.server.app.services.worlds
    world = worlds.world(stage.world.world_id)
    views = worlds.accounts(world, worlds.customer(world, visit.customer), stage.slug)
    view = next(view for view in views if view.account.account_id == visit.account.account_id)
    first, last = (date.fromisoformat(visit.query[name]) for name in windows_of(stage, visit.operation)[0])
    rows = list(view.scan(days(first, last, stage.bank.time_zone)))
    return sum(row.balance is not None for row in rows), len(rows)


# --- Balances -------------------------------------------------------------------------------------------------------


@every(is_reading, lambda operation: Cluster.TRANSACTIONS in operation.data_clusters, is_about_an_account)
def test_balances_move_by_what_the_feed_shows(stage: Stage, operation: Operation) -> None:
    if len(stage.parameters(operation, "path")) > 1:
        return
    for customer in SHOWN_TO_EVERYBODY:
        there = stage.elsewhere()
        visits = there.visits(operation, customer)
        before = [told_of(there, visit) for visit in visits]
        there.world.advance("P10D")
        access = there.fresh_access(customer)
        after = [told_of(there, visit.by(access)) for visit in visits]
        for visit, (rows, balance), (later_rows, later_balance) in zip(visits, before, after, strict=True):
            moved = sum(signed(row) for row in later_rows - rows)
            assert moved == later_balance - balance, f"{visit.target} of {customer}"


def told_of(stage: Stage, visit: Visit) -> tuple[set[str], int]:
    """The posted rows of an account's feed, and its balance, which the bank has to tell as well."""
    now = stage.world.control("GET", "/clock").json()["now"]
    start, end = windows_of(stage, visit.operation)[0]
    last = date.fromisoformat(now[:10])
    reaches = (visit.asking(**{start: str(last - timedelta(days=days)), end: str(last)}) for days in (300, 89))
    wide = next(asked for asked in reaches if asked.make().ok)
    cursor = cursor_of(stage, visit.operation)
    rows = rows_of_walk(wide, cursor, {}) if cursor else items_of(wide.make().json())
    assert visit.account is not None
    known = stage.world.control("GET", f"/accounts/{visit.account.account_id}").json()
    balance = round(float(known["balances"]["current"]) * 100)
    assert abs(balance) in balances_on_the_wire(stage, visit), f"{visit.account} at {now}"
    return {row for row in rows if '"pending"' not in row.lower()}, balance


def balances_on_the_wire(stage: Stage, visit: Visit) -> set[int]:
    """Every amount that the bank calls a balance, in cents, where it tells of one account."""
    assert visit.account is not None
    told: set[int] = set()
    for operation in stage.document.operations.values():
        named = stage.account_parameter(operation)
        alone = len(stage.parameters(operation, "path")) == 1 and operation.method == "GET"
        if named and alone and Cluster.BALANCES in operation.data_clusters:
            answer = Visit(operation, visit.access, visit.customer, {named: visit.account.ref}).make()
            told |= {
                round(abs(value) * 100)
                for name, value in members(answer.json())
                if isinstance(value, int | float) and re.search("balance|principal", name, re.IGNORECASE)
            }
    return told


def signed(row: str) -> int:
    """The amount of a row in cents; its sign is in a member of its own at banks that tell amounts without one."""
    found = dict(members(json.loads(row)))
    amount: float = next(found[name] for name in ("amount", "transactionAmount") if name in found)
    return round(amount * 100) * (-1 if found.get("debitCreditMemo") == "DEBIT" else 1)


# --- What stands beside the operations ------------------------------------------------------------------------------


@every_bank
def test_discovery_leads_to_operations_of_the_document(stage: Stage) -> None:
    base = f"{stage.server.url}/{stage.slug}"
    wells = (
        f"{base}/.well-known/openid-configuration",
        f"{base}/.well-known/oauth-authorization-server",
        f"{stage.server.url}/.well-known/openid-configuration/{stage.slug}",
        f"{stage.server.url}/.well-known/oauth-authorization-server/{stage.slug}",
    )
    told = [SESSION.get(well, timeout=30).json() for well in wells]
    assert told == [told[0]] * len(wells)
    assert told[0]["issuer"] == base
    assert set(told[0]["scopes_supported"]) == set(stage.bank.oauth.scopes)
    endpoints = {name: url for name, url in told[0].items() if name.endswith("_endpoint") or name == "jwks_uri"}
    assert {"authorization_endpoint", "token_endpoint", "revocation_endpoint"} <= set(endpoints)
    paths = {operation.path for operation in stage.document.operations.values() if operation.oauth_endpoint}
    assert {url.removeprefix(base) for url in endpoints.values()} <= paths


@every_bank
@pytest.mark.parametrize("form", ["json", "yaml"])
def test_the_document_is_there_to_be_read(stage: Stage, form: str) -> None:
    url = f"{stage.server.url}/{stage.slug}/openapi.{form}"
    first = SESSION.get(url, timeout=30)
    assert first.status_code == 200
    assert first.headers["Content-Type"] == f"application/{form}"
    assert first.content == (stage.document.raw_json if form == "json" else stage.document.raw_yaml)
    etag = first.headers["ETag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = SESSION.get(url, headers={"If-None-Match": known}, timeout=30)
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag), known
    assert SESSION.get(url, headers={"If-None-Match": '"other"'}, timeout=30).status_code == 200
    headed = SESSION.head(url, timeout=30)
    assert (headed.status_code, headed.headers["ETag"], headed.content) == (200, etag, b"")


@every_bank
def test_the_document_has_a_page_for_people(stage: Stage) -> None:
    page = SESSION.get(f"{stage.server.url}/{stage.slug}/docs", timeout=30)
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")


@every_bank
def test_the_bank_answers_under_a_host_of_its_own(stage: Stage) -> None:
    access, port = stage.access(), stage.server.url.rpartition(":")[2]
    own = {"Authorization": f"Bearer {access.token}", **access.headers, "Host": f"{stage.slug}.localhost:{port}"}
    there = SESSION.get(stage.server.url + stage.bank.accounts_path, headers=own, timeout=30)
    assert there.status_code == 200
    assert there.content == access.get(stage.bank.accounts_path).content
    nowhere = SESSION.get(f"{stage.server.url}/nowhere", headers=own, timeout=30)
    assert assert_faced(stage, nowhere)["error"] == "UnknownPath"


@every_bank
def test_a_body_that_nobody_asked_for_is_not_read_to_the_end(stage: Stage) -> None:
    answer = stage.access().request("GET", stage.bank.accounts_path, data=b"x" * 2_000_000)
    assert answer.status_code == 413
    assert assert_faced(stage, answer)["error"] == "PayloadTooLarge"
