"""What stands for somebody cannot be guessed: codes, tokens, and the random parts of those that say something."""

import json
from base64 import urlsafe_b64decode
from itertools import chain, pairwise

import pytest

from sandbox.kernel import ids
from tests.conftest import World
from tests.oauth.conftest import BANKS, application, register

SAMPLES = 10_000
LETTERS = 64
LENGTH = 43
"""Letters of base64url in which 256 bits are written."""


def secret_part(token: str) -> str:
    """Of a JWT what no other has; of an opaque token all."""
    if token.count(".") != 2:
        return token
    jti: str = json.loads(urlsafe_b64decode(token.split(".")[1] + "=="))["jti"]
    return jti


def test_case_29_ten_thousand_secrets_repeat_nothing_and_follow_no_order() -> None:
    made = [ids.secret() for _ in range(SAMPLES)]
    assert len(set(made)) == SAMPLES
    assert {len(text) for text in made} == {LENGTH}
    for place in range(LENGTH - 1):
        assert len({text[place] for text in made}) == LETTERS, f"letter {place} takes fewer values than it could"
    assert sorted(made) != made
    assert max(sum(a == b for a, b in zip(*pair, strict=True)) for pair in pairwise(made)) < LENGTH // 3


@pytest.mark.parametrize("bank", BANKS)
def test_case_29_every_code_and_token_is_made_of_such_secrets(world: World, bank: str) -> None:
    app = application(world, bank, register(world, bank))
    codes = [
        world.control("POST", "/authorize", json={"url": app.start(), "customer": "omar"}).json()["code"]
        for _ in range(5)
    ]
    given = [world.consent(bank, "omar") for _ in range(5)]
    tokens = [secret_part(one[name]) for one in given for name in ("access_token", "refresh_token") if name in one]
    found = [*codes, *tokens]
    assert len(set(found)) == len(found) >= 15
    assert {len(text) for text in found} == {LENGTH}
    alike = [sum(a == b for a, b in zip(one, other, strict=True)) for one, other in pairwise(found)]
    assert max(alike) < LENGTH // 3
    names = [one["consent_id"] for one in given]
    assert len(set(chain(names, (name[:8] for name in names)))) == 2 * len(names)
