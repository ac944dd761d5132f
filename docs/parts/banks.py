"""The banks: their facts, their operations, and how each error sounds at each of them."""

import inspect
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from functools import cache
from typing import Any

import yaml

from docs.parts.markdown import code, table
from docs.parts.serving import ROOT
from sandbox.control.authorize import AuthorizationRejected, PageRefused
from sandbox.dialect.bank import Bank, discover
from sandbox.kernel import errors as kernel_errors
from sandbox.kernel.errors import SandbankError

METHODS = ("get", "put", "post", "patch", "delete")
ORDER = ("chase", "wellsfargo", "usbank", "citi")


@cache
def banks() -> dict[str, Bank]:
    """In the order in which the documents speak of them; one that they do not know comes last."""
    found = discover()
    return {slug: found[slug] for slug in sorted(found, key=lambda slug: (*ORDER, slug).index(slug))}


@cache
def document(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "openapi" / f"{name}.yaml").read_text(encoding="utf-8"))
    return loaded


def each_operation(name: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """(method, path, operation) in the order of the document."""
    for path, item in document(name)["paths"].items():
        for method in METHODS:
            if method in item:
                yield method.upper(), path, item[method]


# --- Facts --------------------------------------------------------------------------------------------------------


def facts(slug: str) -> str:
    bank = banks()[slug]
    oauth = bank.oauth
    rows = [
        ("Base path", code(f"/{slug}")),
        ("Accounts", code(bank.accounts_path)),
        ("Authorize", code(oauth.authorization_path)),
        ("Token", code(oauth.token_path)),
        ("Refresh", code(oauth.refresh_path) if oauth.refresh_path else "at the token path"),
        ("Revoke", code(oauth.revocation_path)),
    ]
    others = {
        "Introspect": oauth.introspection_path,
        "Pushed requests": oauth.pushed_authorization_path,
        "Register": oauth.registration_path,
        "Keys": oauth.jwks_path,
        "Userinfo": oauth.userinfo_path,
        "A client's own token": oauth.client_token_path,
    }
    rows += [(name, code(path)) for name, path in others.items() if path]
    rows += [
        ("Scopes", ", ".join(map(code, oauth.scopes))),
        ("A code lives", length(oauth.code_lifetime)),
        ("An access token lives", length(oauth.access_lifetime)),
        ("A refresh token lives", f"{length(oauth.refresh_lifetime)}, {_rotation(bank)}"),
        ("A consent lasts", length(oauth.consent_lifetime) if oauth.consent_lifetime else "as long as it is used"),
        ("It looks back", length(oauth.lookback)),
        ("Redirect URIs of a client", "one" if oauth.one_redirect_uri else "any number"),
        ("Strict clients need", _strict(bank)),
        ("Data clusters", ", ".join(map(code, bank.clusters))),
        ("Time zone", bank.time_zone),
        ("The customer's own page", f"“{bank.skin.dashboard}”, {code(f'/{slug}/dashboard')}"),
    ]
    return table(("", bank.name), rows)


def _rotation(bank: Bank) -> str:
    return "works once and is replaced" if bank.oauth.rotates_refresh_tokens else "is kept"


def _strict(bank: Bank) -> str:
    demands = bank.oauth.strict
    wanted = ["PKCE (S256)" if demands.code_challenge else "a `state` or PKCE"]
    wanted += ["pushed requests"] if demands.pushed_request else []
    return ", ".join(wanted)


def length(span: timedelta | None) -> str:
    if span is None:
        return "for ever"
    seconds = int(span.total_seconds())
    for unit, size in (("day", 86400), ("minute", 60), ("second", 1)):
        if seconds % size == 0 and seconds >= size * (2 if unit != "second" else 0):
            return f"{seconds // size} {unit}s"
    return f"{seconds} seconds"


# --- Operations ---------------------------------------------------------------------------------------------------


def operations(slug: str) -> str:
    """Every operation with how well it is known, and from where."""
    return table(
        ("Operation", "Call", "Known how", "Source"),
        (
            (code(operation["operationId"]), code(f"{method} {path}"), operation["x-fidelity"],
             operation["x-fidelity-source"])
            for method, path, operation in each_operation(slug)
        ),
    )  # fmt: skip


def extension_operations(name: str) -> str:
    """Every operation of an extension, with the scope that it needs."""
    return table(
        ("Operation", "Call", "Scope", "What it does"),
        (
            (code(operation["operationId"]), code(f"{method} {path}"), _scopes(operation), operation["summary"])
            for method, path, operation in each_operation(name)
        ),
    )


def _scopes(operation: Mapping[str, Any]) -> str:
    named = [code(scope) for way in operation["security"] for scopes in way.values() for scope in scopes]
    return " ".join(named) or ("any token" if operation["security"] else "none")


# --- Errors -------------------------------------------------------------------------------------------------------


@cache
def error_classes() -> list[type[SandbankError]]:
    """As they stand in the code, the tree's order; then those that only the control API knows."""
    own = [kind for kind in vars(kernel_errors).values() if inspect.isclass(kind) and issubclass(kind, SandbankError)]
    return [*own, AuthorizationRejected, PageRefused]


def errors(part: str) -> str:
    """`banks`: what a bank can answer, and how. `control`: what only the control API and a start of the server say."""
    sounding = [kind for kind in error_classes() if _is_a_banks(kind)]
    if part == "control":
        silent = [kind for kind in error_classes() if kind not in sounding]
        return table(
            ("Error", "Status", "The rule"), ((code(kind.__name__), kind.status, kind.rule) for kind in silent)
        )
    head = ("What happened", *(bank.name for bank in banks().values()), "The rule")
    return table(
        head, ((code(kind.__name__), *(_face(bank, kind) for bank in banks().values()), kind.rule) for kind in sounding)
    )


def _is_a_banks(kind: type[SandbankError]) -> bool:
    """Whether any bank's document has it in its table of errors."""
    tables: Iterable[Mapping[str, Any]] = (document(slug)["components"]["x-error-table"] for slug in banks())
    return any(kind.__name__ in one for one in tables)


def _face(bank: Bank, kind: type[SandbankError]) -> str:
    if kind.__name__ not in document(bank.slug)["components"]["x-error-table"]:
        return "–"
    face = next(bank.faces[ancestor] for ancestor in kind.__mro__ if ancestor in bank.faces)
    return f"{face.status} {code(face.code)}"
