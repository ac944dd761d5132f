"""A code that was not exchanged: the client hears an error of the RFC's, the developer hears what did not fit."""

import json
from base64 import urlsafe_b64encode
from hashlib import sha256

from tests.oauth.conftest import CALLBACK, App, explained


def challenge_of(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")


def test_a_wrong_verifier_is_explained_by_the_challenge_it_gives_and_the_one_that_was_sent(app: App) -> None:
    code = app.code()
    wrong = "w" * 43
    refused = app.exchange(code, code_verifier=wrong)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert challenge_of(app.verifier) not in refused.text
    facts = explained(refused)["facts"]
    assert facts["challenge_expected"] == challenge_of(app.verifier)
    assert facts["challenge_of_the_verifier_that_came"] == challenge_of(wrong)
    assert wrong not in json.dumps(explained(refused))


def test_a_verifier_that_is_missing_or_not_one_is_explained_as_well(chase_app: App) -> None:
    for verifier in (None, "short", "ü" * 43):
        refused = chase_app.exchange(chase_app.code(), code_verifier=verifier)
        assert refused.status_code == 400
        facts = explained(refused)["facts"]
        assert facts["challenge_expected"] == challenge_of(chase_app.verifier)
        assert facts["verifier_length"] == len(verifier or "")


def test_a_verifier_without_a_challenge_is_explained(chase_app: App) -> None:
    code = chase_app.code(code_challenge=None, code_challenge_method=None)
    assert explained(chase_app.exchange(code))["facts"]["challenge_expected"] == "none"


def test_another_redirect_uri_is_explained_by_the_character_in_which_it_differs(app: App) -> None:
    for came, place in ((CALLBACK + "/", len(CALLBACK) + 1), (CALLBACK.replace("callback", "cellback"), 24)):
        refused = app.exchange(app.code(), redirect_uri=came)
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
        assert CALLBACK not in refused.text
        facts = explained(refused)["facts"]
        assert (facts["asked_with"], facts["came"], facts["differs_at"]) == (CALLBACK, came, place)


def test_a_redirect_uri_that_is_missing_is_explained(app: App) -> None:
    facts = explained(app.exchange(app.code(), redirect_uri=None))["facts"]
    assert (facts["asked_with"], facts["came"], facts["differs_at"]) == (CALLBACK, "none", 1)
