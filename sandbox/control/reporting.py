"""The report on what clients did in a world, in each of its forms."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from sandbox.contract.documents import Document
from sandbox.control.operation import Operation, bank_of, world_of
from sandbox.control.posted import posted
from sandbox.control.services import Services
from sandbox.control.verifying import is_kept
from sandbox.dialect.call import Call, Reply
from sandbox.kernel.errors import InvalidInput, Violation
from sandbox.kernel.names import did_you_mean
from sandbox.proof.evidence import Evidence, Following
from sandbox.proof.forms import as_json, junit, markdown, page
from sandbox.proof.reporting import KINDS, Report, Thresholds, report
from sandbox.proof.rules import BY_ID, RULES
from sandbox.proof.seen import Seen
from sandbox.worlds.worlds import World

FORMS: Mapping[str, tuple[str, Callable[[Report], object]]] = {
    "json": ("application/json", as_json.document),
    "junit": ("application/xml", junit.xml),
    "html": ("text/html; charset=utf-8", page.html),
    "markdown": ("text/markdown; charset=utf-8", markdown.text),
}
MESSENGERS = ("messenger", "whatsapp")


def get_report(services: Services, call: Call) -> Reply:
    is_kept(services)
    world, query = world_of(services, call), call.query
    banks = [bank_of(services, slug).slug for slug in query.get("bank", ())]
    accepted = _accepted(query.get("accept", ()))
    thresholds = Thresholds(query["min_operations"], query["min_coverage"], _failing(query.get("fail_on")), accepted)
    media_type, form = FORMS[query["format"]]
    evidence = gather(services, world, banks, query.get("client", ""))
    return Reply(form(report(evidence, thresholds)), media_type=media_type)


def list_rules(_services: Services, _call: Call) -> Reply:
    return Reply({"rules": [as_json.rule(one) for one in RULES]})


def gather(services: Services, world: World, banks: Sequence[str] = (), client: str = "") -> Evidence:
    """At these banks, without any at those that were called, or at all; `client`: of this one alone."""
    every = [one for one in services.journal.onwards(world.world_id, bodies=True) if client in ("", one.client)]
    called = {one.channel for one in every}
    banks = banks or [slug for slug in services.banks if slug in called] or list(services.banks)
    exchanges = [Seen(one) for one in every if one.channel in (*banks, *MESSENGERS)]
    return Evidence(
        world.world_id,
        world.now,
        exchanges,
        _documents(services, banks, {one.one.contract for one in exchanges}),
        consents={one.consent_id: one for one in services.grants.consents(world.world_id)},
        posted=list(posted(services, world, banks, client)),
        followings=_followings(services, banks),
        cut=services.journal.cut(world.world_id),
    )


def _documents(services: Services, banks: Sequence[str], called: AbstractSet[str]) -> dict[str, Document]:
    """The banks' own, and those that were called of what else there is: Sandbank's extensions at them, messengers."""
    own = {slug: services.documents[slug] for slug in banks}
    beside = {f"{slug}/{name}": one for slug in banks for name, one in services.extensions[slug].items()}
    beside |= {name: services.documents[name] for name in MESSENGERS}
    return own | {name: document for name, document in beside.items() if name in called}


def _followings(services: Services, banks: Sequence[str]) -> dict[str, Following]:
    return {slug: services.banks[slug].walk.following for slug in banks}


def _failing(wish: list[str] | None) -> tuple[str, ...]:
    """Kinds of rules, and rules' ids. `never` alone: nothing."""
    if wish is None:
        return tuple(KINDS)
    chosen = [one for one in wish if one != "never"]
    for one in chosen:
        if one not in KINDS and one not in BY_ID:
            raise _unknown("fail_on", one, "kind of rule", [*KINDS, *BY_ID, "never"])
    return tuple(chosen)


def _accepted(wish: Iterable[str]) -> tuple[str, ...]:
    for one in wish:
        if one not in BY_ID:
            raise _unknown("accept", one, "rule", list(BY_ID))
    return tuple(wish)


def _unknown(parameter: str, name: str, what: str, known: list[str]) -> InvalidInput:
    message = f"{name!r} is no {what}. {did_you_mean(name, known)}".rstrip()
    return InvalidInput([Violation("query", parameter, "enum", message, expected=known, got=name)])


OPERATIONS: Mapping[str, Operation] = {"getReport": get_report, "listProofRules": list_rules}
