"""The privacy passport of a world, in each of its forms."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from sandbox.control.operation import Operation, world_of
from sandbox.control.services import Services
from sandbox.dialect.call import Call, Reply
from sandbox.messenger import probing
from sandbox.passport.evidence import Limits
from sandbox.passport.forms import as_json, junit, markdown, page
from sandbox.passport.gathering import Gatherer
from sandbox.passport.judging import Passport, judge
from sandbox.passport.rules import RULES

FORMS: Mapping[str, tuple[str, Callable[[Passport], object]]] = {
    "json": ("application/json", as_json.document),
    "junit": ("application/xml", junit.xml),
    "html": ("text/html; charset=utf-8", page.html),
    "markdown": ("text/markdown; charset=utf-8", markdown.text),
}


def get_passport(services: Services, call: Call) -> Reply:
    world, query = world_of(services, call), call.query
    limits = Limits(revocation=timedelta(seconds=query["seconds"]), silence=timedelta(days=query["silence"]))
    gatherer = Gatherer(
        services.desk,
        services.office,
        services.grants,
        services.accesses,
        services.journal,
        call.commerce,
        services.banks,
        {slug: (services.documents[slug], *services.extensions[slug].values()) for slug in services.banks},
        services.seeds.personas,
    )
    media_type, form = FORMS[query["format"]]
    return Reply(form(judge(gatherer.gather(world, call.base_url, limits))), media_type=media_type)


def list_rules(_services: Services, _call: Call) -> Reply:
    return Reply({"rules": [as_json.rule(one) for one in RULES]})


def probe(services: Services, call: Call) -> Reply:
    """Active: it writes to the apps."""
    sent = list(probing.probe(services.desk, world_of(services, call)))
    told = [{"delivery_id": one.delivery_id, "url": one.url, "signature": one.probe} for one in sent]
    return Reply({"deliveries": told}, 202)


OPERATIONS: Mapping[str, Operation] = {
    "getPassport": get_passport,
    "listPassportRules": list_rules,
    "probeWebhooks": probe,
}
