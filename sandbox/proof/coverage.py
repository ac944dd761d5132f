"""How much of each bank's document a client has touched: operations, statuses, parameters, values of enums, errors.

What broke the document counts nowhere but among the errors that it led to: nobody has shown that they can read an
answer by sending what the bank does not understand.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.contract.documents import Document, Operation
from sandbox.ledger.exchanges import Exchange
from sandbox.proof.enums import Places, answer_places, values_at
from sandbox.proof.evidence import line_broke
from sandbox.proof.seen import Seen

CLUMSY = frozenset({405, 406, 413, 415, 501})
"""Statuses that only a client gets which is wrong altogether: nobody is asked to have seen them."""
DIMENSIONS = ("operations", "statuses", "parameters", "enums", "errors")


@dataclass(slots=True)
class Part:
    """Something that can be touched, and how often it was."""

    name: str
    times: int = 0


@dataclass(slots=True)
class Share:
    touched: int = 0
    total: int = 0

    @property
    def percent(self) -> float:
        return 100.0 if not self.total else round(100 * self.touched / self.total, 1)

    def add(self, parts: Iterable[Part]) -> None:
        for part in parts:
            self.total += 1
            self.touched += part.times > 0


@dataclass(slots=True)
class OperationCoverage:
    operation_id: str
    method: str
    path: str
    oauth: bool
    calls: int = 0
    valid: int = 0
    statuses: list[Part] = field(default_factory=list)
    parameters: list[Part] = field(default_factory=list)
    """`query limit absent`, `query limit present`, `query limit = 100 (maximum)`, `query limit = 25 (default)`."""
    enums: list[Part] = field(default_factory=list)
    """`request query resultType = details`, `response /accounts/*/status = OPEN`."""


@dataclass(slots=True)
class BankCoverage:
    bank: str
    document: str
    """`chase 4.0.0`."""
    operations: list[OperationCoverage] = field(default_factory=list)
    errors: list[Part] = field(default_factory=list)
    """By the name of what the bank refuses with, and its status: `ConsentRevoked 401`."""
    unread: int = 0
    """Answers whose bodies the journal does not have whole: of those no values are counted."""

    def share(self, dimension: str) -> Share:
        found = Share()
        if dimension == "operations":
            found.add(Part(one.operation_id, one.valid) for one in self.operations)
        elif dimension == "errors":
            found.add(self.errors)
        else:
            for one in self.operations:
                found.add(getattr(one, dimension))
        return found

    @property
    def touched(self) -> int:
        """Operations."""
        return self.share("operations").touched

    @property
    def percent(self) -> float:
        """Of all parts of all dimensions."""
        shares = [self.share(dimension) for dimension in DIMENSIONS]
        return Share(sum(one.touched for one in shares), sum(one.total for one in shares)).percent

    def untouched(self) -> list[str]:
        return [one.operation_id for one in self.operations if not one.valid]


@dataclass(frozen=True, slots=True)
class Coverage:
    banks: Sequence[BankCoverage]

    @property
    def touched(self) -> int:
        return sum(one.touched for one in self.banks)

    @property
    def percent(self) -> float:
        shares = [bank.share(dimension) for bank in self.banks for dimension in DIMENSIONS]
        return Share(sum(one.touched for one in shares), sum(one.total for one in shares)).percent


def coverage(exchanges: Iterable[Exchange | Seen], documents: Mapping[str, Document]) -> Coverage:
    """Of the documents that are given, by `Exchange.contract`, whether anybody called them or not. `exchanges` with
    their bodies, of whichever clients are meant."""
    of_contract: dict[str, list[Seen]] = {name: [] for name in documents}
    for one in exchanges:
        seen = one if isinstance(one, Seen) else Seen(one)
        if seen.one.contract in of_contract:
            of_contract[seen.one.contract].append(seen)
    return Coverage([_bank(name, document, of_contract[name]) for name, document in documents.items()])


def _bank(slug: str, document: Document, exchanges: Sequence[Seen]) -> BankCoverage:
    found = BankCoverage(slug, f"{slug} {document.version}")
    tallies = {record["operation_id"]: _Tally(document, record) for record in document.compiled["operations"]}
    errors = {
        name: Part(f"{name} {face['status']}")
        for name, face in document.error_table.items()
        if face.get("status") not in CLUMSY
    }
    for seen in exchanges:
        tally = tallies.get(seen.one.operation)
        if tally is not None:
            tally.count(seen)
            found.unread += "response" in seen.one.cut
        if seen.one.error in errors and not line_broke(seen):
            errors[seen.one.error].times += 1
    found.operations = [tally.coverage for tally in tallies.values()]
    found.errors = list(errors.values())
    return found


class _Tally:
    """One operation's parts, as they are counted."""

    def __init__(self, document: Document, record: Mapping[str, Any]) -> None:
        operation: Operation = document.operations[record["operation_id"]]
        self.coverage = OperationCoverage(
            operation.operation_id, operation.method, operation.path, oauth=operation.oauth_endpoint is not None
        )
        self.statuses = {
            int(status): Part(status)
            for status in sorted(operation.responses)
            if status.isdigit() and int(status) not in CLUMSY
        }
        self.parameters = {
            (one["in"], one["name"]): _Parameter(document, one) for one in record["parameters"] if one["in"] != "path"
        }
        self.places: Places = answer_places(document, operation)
        self.values = {
            place: Part(f"response {place[0]} = {place[1]}") for place in dict.fromkeys(self.places.values())
        }
        self.coverage.statuses = list(self.statuses.values())
        self.coverage.parameters = [part for one in self.parameters.values() for part in one.parts]
        asked = (part for one in self.parameters.values() for part in one.values.values())
        self.coverage.enums = [*asked, *self.values.values()]

    def count(self, seen: Seen) -> None:
        one = seen.one
        self.coverage.calls += 1
        if one.broken or line_broke(seen):
            return
        if one.status in self.statuses:
            self.statuses[one.status].times += 1
        if one.violations or one.status >= 400:
            return
        self.coverage.valid += 1
        for (place, name), parameter in self.parameters.items():
            header = one.request_headers.get(name.lower())
            parameter.count(seen.query.get(name, []) if place == "query" else [header] if header is not None else [])
        if "response" not in one.cut:
            for found in values_at(self.places, seen.answer):
                self.values[found].times += 1


class _Parameter:
    def __init__(self, document: Document, record: Mapping[str, Any]) -> None:
        schema = document.schemas.resolve({"$ref": record["schema"]})
        says = f"{record['in']} {record['name']}"
        self.absent = None if record["required"] else Part(f"{says} absent")
        self.present = Part(f"{says} present")
        self.has_default = "default" in record
        edges = {str(schema[word]): word for word in ("minimum", "maximum") if word in schema}
        if self.has_default:
            edges.setdefault(str(record["default"]), "default")
        self.default = str(record.get("default"))
        self.edges = {value: Part(f"{says} = {value} ({word})") for value, word in edges.items()}
        known = schema.get("enum") or document.schemas.resolve(schema.get("items", {})).get("enum") or ()
        self.values = {str(value): Part(f"request {says} = {value}") for value in known if value not in (None, "")}

    @property
    def parts(self) -> Iterator[Part]:
        yield from (part for part in (self.absent, self.present) if part is not None)
        yield from self.edges.values()

    def count(self, given: Sequence[str]) -> None:
        if not given:
            if self.absent is not None:
                self.absent.times += 1
            if self.has_default and self.default in self.edges:
                self.edges[self.default].times += 1
            return
        self.present.times += 1
        for text in given:
            for value in {text, *text.split(",")}:
                for parts in (self.edges, self.values):
                    if value in parts:
                        parts[value].times += 1
