"""The keys by which the banks sign: looked at, rotated, retired. They belong to no world."""

from collections.abc import Mapping
from typing import Any

from sandbox.control import show
from sandbox.control.operation import Operation, bank_of
from sandbox.control.services import Services
from sandbox.dialect.call import Call, Reply
from sandbox.oauth.keys import KINDS
from sandbox.store.keys import StoredKey


def list_keys(services: Services, call: Call) -> Reply:
    slugs = [bank_of(services, call.query["bank"]).slug] if "bank" in call.query else services.banks
    return _shown([key for slug in slugs for key in services.keys.all(slug)])


def rotate_keys(services: Services, call: Call) -> Reply:
    bank = bank_of(services, call.body["bank"])
    return _shown(services.keys.rotate(bank.slug, publish_only=call.body.get("publish_only", False)))


def retire_keys(services: Services, call: Call) -> Reply:
    bank = bank_of(services, call.body["bank"])
    return _shown(services.keys.retire(bank.slug, call.body.get("kid")))


def _shown(keys: list[StoredKey]) -> Reply:
    return Reply({"keys": [_key(key) for key in keys]})


def _key(key: StoredKey) -> dict[str, Any]:
    return {
        "bank": key.bank,
        "kid": key.kid,
        "kty": key.kty,
        "algs": list(KINDS[key.kty]),
        "state": key.state.value,
        "made_at": show.instant(key.made_at),
        "retired_at": show.instant(key.retired_at),
    }


OPERATIONS: Mapping[str, Operation] = {
    "listKeys": list_keys,
    "rotateKeys": rotate_keys,
    "retireKeys": retire_keys,
}
