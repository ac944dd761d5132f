"""A bank as the suite meets it: its document, people who gave consent, and how each of its operations is called.

Nothing here knows a bank. What a call needs is found as a client's developer would find it: in the document, its
examples, and the answers of the bank's own lists.
"""

import http.client
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import requests

from sandbox.contract.documents import Document
from sandbox.contract.operations import Operation
from sandbox.dialect.bank import Bank
from tests.conftest import NOW, SESSION, Access, Server, World

CAST = ("maya", "omar", "walt", "lena", "sofia", "nina", "grace")
"""People who between them hold an account of every kind; the first two are asked everything."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
CANDIDATES = 3
"""How many ids of a list are tried: the newest statement may still be in print."""


@dataclass(frozen=True)
class Shared:
    """A shared account: the ledger's name for it, and the one by which the client knows it."""

    account_id: str
    ref: str
    kind: str


@dataclass(frozen=True)
class Visit:
    """One call of an operation, with all that it needs."""

    operation: Operation
    access: Access
    customer: str
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    media_type: str = ""
    account: Shared | None = None

    @property
    def target(self) -> str:
        """The path with its parameters filled in, below the bank's prefix."""
        path = self.operation.path
        for name, value in self.path.items():
            path = path.replace("{" + name + "}", quote(value, safe=""))
        return path

    @property
    def url(self) -> str:
        return self.target + (f"?{urlencode(self.query)}" if self.query else "")

    def asking(self, **query: str) -> "Visit":
        return replace(self, query={**self.query, **query})

    def at(self, **path: str) -> "Visit":
        return replace(self, path={**self.path, **path})

    def by(self, access: Access) -> "Visit":
        return replace(self, access=access)

    def about(self, ref: str) -> "Visit":
        """The same of another account."""
        assert self.account is not None
        path = {name: ref if value == self.account.ref else value for name, value in self.path.items()}
        body = json.loads(json.dumps(self.body).replace(json.dumps(self.account.ref), json.dumps(ref)))
        return replace(self, path=path, body=body, account=replace(self.account, ref=ref))

    def make(self, *, method: str = "", url: str = "", headers: Any = None, data: Any = None) -> requests.Response:
        """The call, with whatever is given in place of what it would send."""
        sent = {"Content-Type": self.media_type} if self.media_type else {}
        return self.access.request(
            method or self.operation.method,
            url or self.url,
            headers={**sent, **(headers or {})},
            data=self.written() if data is None else data,
        )

    def written(self) -> bytes | None:
        if self.body is None:
            return None
        return (json.dumps(self.body) if "json" in self.media_type else urlencode(self.body)).encode()


@dataclass(frozen=True)
class Answer:
    """An answer to a request that no client library would have sent."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes

    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def text(self) -> str:
        return self.content.decode(errors="replace")


class Stage:
    """A bank with a world of the suite's own, which nobody changes; `elsewhere` is one to be changed."""

    def __init__(self, server: Server, slug: str) -> None:
        self.server = server
        self.slug = slug
        self.bank: Bank = server.app.services.banks[slug]
        self.document: Document = server.app.services.documents[slug]
        self.others: list[Stage] = []
        self.world = new_world(server)
        self._accesses: dict[object, Access] = {}
        self._shared: dict[str, list[Shared]] = {}
        self._learned: dict[tuple[str, str], list[Any]] = {}
        self._subscriptions: dict[str, str] = {}
        self._good: dict[str, Visit] = {}

    # --- People ----------------------------------------------------------------------------------------------------

    def elsewhere(self) -> "Stage":
        """The same bank in a world of its own."""
        self.others.append(Stage(self.server, self.slug))
        return self.others[-1]

    def close(self) -> None:
        for other in self.others:
            other.close()
        SESSION.delete(f"{self.server.url}/_sandbox/worlds/{self.world.world_id}", timeout=30)

    def access(self, customer: str = "maya") -> Access:
        """A consent to everything that the bank shares."""
        return self.once(customer, lambda: self.fresh_access(customer))

    def fresh_access(self, customer: str = "maya", **more: Any) -> Access:
        return self.world.access(self.slug, customer, **more)

    def without(self, cluster: str, customer: str) -> Access:
        """A consent to everything but one kind of data."""
        others = [other.value for other in self.bank.clusters if other != cluster]
        return self.once((cluster, customer), lambda: self.fresh_access(customer, clusters=others))

    def fallen(self, how: str) -> Access:
        """An access that has come to an end, in one of the ways of FALLEN."""
        return self.once((how,), lambda: FALLEN[how](self))

    def once(self, key: object, make: Callable[[], Access]) -> Access:
        if key not in self._accesses:
            self._accesses[key] = make()
        return self._accesses[key]

    def shared(self, customer: str = "maya") -> list[Shared]:
        if customer not in self._shared:
            given = self.world.consent(self.slug, customer)
            self._shared[customer] = [Shared(one["account_id"], one["id"], one["kind"]) for one in given["accounts"]]
        return self._shared[customer]

    # --- The document ----------------------------------------------------------------------------------------------

    def operation(self, operation_id: str) -> Operation:
        return self.document.operations[operation_id]

    def written(self, operation: Operation) -> dict[str, Any]:
        """The operation as it stands in the document."""
        found: dict[str, Any] = self.document.raw["paths"][operation.path][operation.method.lower()]
        return found

    def follow(self, node: Any) -> Any:
        """What a reference stands for."""
        while isinstance(node, dict) and "$ref" in node:
            target = node["$ref"]
            node = self.document.raw
            for token in target.removeprefix("#/").split("/"):
                node = node[token.replace("~1", "/").replace("~0", "~")]
        return node

    def parameters(self, operation: Operation, where: str) -> dict[str, dict[str, Any]]:
        """The declared parameters of a place by name, each with its schema followed."""
        listed = [*self.document.raw["paths"][operation.path].get("parameters", ())]
        listed += self.written(operation).get("parameters", ())
        found = {}
        for parameter in map(self.follow, listed):
            if parameter["in"] == where:
                found[parameter["name"]] = {**parameter, "schema": self.follow(parameter["schema"])}
        return found

    def example(self, parameter: Mapping[str, Any]) -> str:
        return str(parameter.get("example", parameter["schema"].get("example", "x")))

    def account_parameter(self, operation: Operation) -> str:
        """The name of the path's parameter that names an account, or ""."""
        return next((name for name in self.parameters(operation, "path") if plain(name) == "accountid"), "")

    # --- Calls -----------------------------------------------------------------------------------------------------

    def visits(self, operation: Operation, customer: str) -> list[Visit]:
        """Calls of an operation in a customer's name: for each account where it is about one, for a few ids of each
        list where it is about one thing of a list."""
        named = self.account_parameter(operation)
        body = self._body_example(operation)
        accounts: list[Shared | None] = [*self.shared(customer)]
        if not named and not (body and mentions(body[1], "accountId")):
            accounts = [None]
        return [visit for account in accounts for visit in self._visits_of(operation, customer, account, named, body)]

    def good(self, operation: Operation) -> Visit:
        """A call of an operation that the bank answers with what was asked for. It is made in nobody else's name where
        making it may change something."""
        if operation.method != "GET" or operation.oauth_endpoint:
            return self._unmade(operation)
        if operation.operation_id not in self._good:
            made = ((visit, visit.make()) for customer in CAST for visit in self.visits(operation, customer))
            found = next((visit for visit, answer in made if answer.ok and not beside_an_error(answer)), None)
            assert found is not None, f"{operation} was answered for nobody of {', '.join(CAST)}"
            self._good[operation.operation_id] = found
        return self._good[operation.operation_id]

    def _unmade(self, operation: Operation) -> Visit:
        """The first call that could be made, in the name of a consent of its own."""
        for customer in CAST:
            for visit in self.visits(operation, customer):
                access = self.fresh_access(customer)
                own = {name: access.consent_id for name in visit.path if plain(name) == "consentid"}
                return visit.by(access).at(**own)
        raise AssertionError(f"there is no way to call {operation}")

    def knock(self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """A request byte by byte, which a library would mend or refuse."""
        where = urlsplit(self.server.url)
        connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=30)
        try:
            connection.putrequest(method, f"/{self.slug}{target}", skip_accept_encoding=True)
            for name, value in (headers or {}).items():
                connection.putheader(name, value.encode("latin-1"))
            if body:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body or None)
            answer = connection.getresponse()
            return Answer(answer.status, requests.structures.CaseInsensitiveDict(answer.getheaders()), answer.read())
        finally:
            connection.close()

    # --- Pieces ----------------------------------------------------------------------------------------------------

    def _visits_of(
        self, operation: Operation, customer: str, account: Shared | None, named: str, body: tuple[str, Any] | None
    ) -> Iterator[Visit]:
        asked = {
            name: self.example(parameter)
            for name, parameter in self.parameters(operation, "query").items()
            if parameter.get("required")
        }
        paths: list[dict[str, str]] = [{named: account.ref} if account and named else {}]
        for name, parameter in self.parameters(operation, "path").items():
            if name != named:
                ids = self.learned(name, customer, account, operation)[:CANDIDATES] or [self.example(parameter)]
                paths = [{**path, name: value} for path in paths for value in ids]
        for path in paths:
            visit = Visit(operation, self.access(customer), customer, path, asked, account=account)
            if body:
                filled = self._filled(body[1], customer, account, operation)
                visit = replace(visit, media_type=body[0], body=filled)
            yield visit

    def _body_example(self, operation: Operation) -> tuple[str, Any] | None:
        """(media type, example) of the operation's body."""
        if "requestBody" not in self.written(operation):
            return None
        for media_type, content in self.follow(self.written(operation)["requestBody"])["content"].items():
            examples = [self.follow(one)["value"] for one in content.get("examples", {}).values()]
            return media_type, content.get("example", examples[0] if examples else {})
        return None

    def _filled(self, example: Any, customer: str, account: Shared | None, operation: Operation) -> Any:
        """An example with ids that exist in place of its own."""
        if isinstance(example, list):
            return [self._filled(item, customer, account, operation) for item in example]
        if not isinstance(example, dict):
            return example
        filled = {}
        for name, value in example.items():
            known: list[str] = []
            if isinstance(value, str) and plain(name).endswith("id"):
                known = [account.ref] if account and plain(name) == "accountid" else []
                known = known or self.learned(name, customer, account, operation)
            filled[name] = known[0] if known else self._filled(value, customer, account, operation)
        return filled

    def learned(self, name: str, customer: str, account: Shared | None, operation: Operation) -> list[str]:
        """Ids of a kind that the bank itself has told: by the list that the path goes through, else by any other."""
        if plain(name) == "consentid":
            return [self.access(customer).consent_id]
        if plain(name) == "subscriptionid":
            return [self._subscription(operation.path.partition("/{")[0], operation.method)]
        through = operation.path.partition("/{" + name + "}")[0]
        lists = [other for other in self.document.operations.values() if self._is_list(other)]
        lists.sort(key=lambda other: other.path != through)
        found: dict[str, None] = {}
        for other in lists:
            for body in self._told(other, customer, account):
                found.update(dict.fromkeys(ids_named(name, body)))
            if found:
                break
        return list(found)

    def _subscription(self, path: str, method: str) -> str:
        """One of the client's notification subscriptions; another one is made where the last was deleted."""
        access, known = self.access(), self._subscriptions.get(method)
        if known is None or not access.get(f"{path}/{known}").ok:
            party = {"name": "me", "type": "DATA_RECIPIENT"}
            wish = {
                "type": "BALANCE",
                "category": "NEW_DATA",
                "callbackUrl": "http://127.0.0.1:9/",
                "subscriber": party,
            }
            made = access.request("POST", path, json=wish)
            assert made.status_code == 201, made.text
            known = self._subscriptions[method] = made.json()["subscriptionId"]
        return known

    def _is_list(self, operation: Operation) -> bool:
        """Whether it can be asked by somebody who knows no more than the accounts."""
        needed = {plain(name) for name in self.parameters(operation, "path")}
        return operation.method == "GET" and not operation.oauth_endpoint and needed <= {"accountid"}

    def _told(self, operation: Operation, customer: str, account: Shared | None) -> list[Any]:
        """What an operation answered for one account or, without one, for all of the customer's."""
        named = self.account_parameter(operation)
        accounts = [account] if account else self.shared(customer)
        bodies = []
        for one in accounts if named else [None]:
            key = (operation.operation_id, f"{customer} {one.account_id if one else ''}")
            if key not in self._learned:
                visits = self._visits_of(operation, customer, one, named, None)
                answers = [visit.make() for visit in visits]
                told = [answer.json() for answer in answers if answer.ok and "json" in answer.headers["Content-Type"]]
                self._learned[key] = told
            bodies += self._learned[key]
        return bodies


def new_world(server: Server) -> World:
    answer = SESSION.post(f"{server.url}/_sandbox/worlds", json={"now": NOW, "frozen": True}, timeout=30)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    return World(server, made["id"], made["clients"])


def _expired(stage: Stage) -> Access:
    there = stage.elsewhere()
    access = there.access()
    there.world.advance(f"PT{int(stage.bank.oauth.access_lifetime.total_seconds()) + 1}S")
    return access


def _revoked(stage: Stage) -> Access:
    access = stage.fresh_access()
    answer = stage.world.control("POST", f"/consents/{access.consent_id}/revoke")
    assert answer.status_code == 200, answer.text
    return access


def _ended(stage: Stage) -> Access:
    """The token lives; the consent, which was for a day, does not."""
    world, oauth = stage.elsewhere().world, stage.bank.oauth
    given = world.consent(stage.slug, lifetime_days=1)
    access = world.access(stage.slug)
    world.advance("PT23H55M")
    client = world.clients[stage.slug]
    answer = SESSION.post(
        access.base + (oauth.refresh_path or oauth.token_path),
        data={"grant_type": "refresh_token", "refresh_token": given["refresh_token"]},
        auth=(client["client_id"], client["client_secret"]),
        timeout=30,
    )
    assert answer.status_code == 200, answer.text
    world.advance("PT6M")
    return replace(access, token=answer.json()["access_token"])


def _suspended(stage: Stage) -> Access:
    access = stage.fresh_access()
    answer = stage.world.control("POST", f"/consents/{access.consent_id}/suspend", json={"reason": "BUSINESS_RULE"})
    assert answer.status_code == 200, answer.text
    return access


FALLEN: Mapping[str, Callable[[Stage], Access]] = {
    "an expired token": _expired,
    "a token of a revoked consent": _revoked,
    "a token of an ended consent": _ended,
    "a token of a suspended consent": _suspended,
}


def plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def members(value: Any) -> Iterator[tuple[str, Any]]:
    """Every member of a JSON value, however deep."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield name, member
            yield from members(member)
    elif isinstance(value, list):
        for item in value:
            yield from members(item)


def mentions(value: Any, name: str) -> bool:
    return any(plain(member) == plain(name) for member, _ in members(value))


def ids_named(name: str, body: Any) -> list[str]:
    """Texts under members whose name says what the parameter's does: programId for rewardProgramId, imageIds for
    imageId."""
    wanted, found = plain(name), []
    for member, value in members(body):
        told = plain(member)
        fits = wanted.endswith(told) and len(told) > 2
        if fits and isinstance(value, str) and value:
            found.append(value)
        elif (fits or told == wanted + "s") and isinstance(value, list):
            found += [item for item in value if isinstance(item, str)]
    return found


def beside_an_error(answer: requests.Response) -> bool:
    """Whether a success tells of an error after all."""
    return "json" in answer.headers.get("Content-Type", "") and bool(answer.content) and "error" in answer.json()
