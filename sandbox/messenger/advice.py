"""What would help where the document alone was broken: it says what is wrong, this says what to send instead."""

from collections.abc import Callable, Mapping, Sequence

from sandbox.kernel.errors import InvalidRequest, SandbankError, UnknownPath, Violation
from sandbox.kernel.names import did_you_mean

OVER: Mapping[str, str] = {
    "list": "The list template ended in 2020: a generic template shows its elements side by side.",
    "open_graph": "The open graph template ended in 2020: send the link as text, or a generic template with a picture.",
    "airline_boardingpass": "Airline templates are not a bank's: a generic template shows the same.",
    "airline_checkin": "Airline templates are not a bank's: a generic template shows the same.",
    "airline_itinerary": "Airline templates are not a bank's: a generic template shows the same.",
    "airline_update": "Airline templates are not a bank's: a utility template tells of changes.",
    "airline_flightupdate": "Airline templates are not a bank's: a utility template tells of changes.",
    "element_share": "The share button ended: a web_url button can lead to a page that shares.",
    "payment": "Payments in the messenger ended: a web_url button leads to a page where one pays.",
    "location": "The platform asks nobody for their place any more: ask for a postal code as text.",
    "nested": "Nested menus ended with version 8.0: put all items in one list.",
}
"""Words that older bots still send, and what took their place."""
EDGES: Mapping[str, str] = {
    "thread_settings": "The messenger profile took its place: POST /me/messenger_profile.",
    "broadcast_messages": "Broadcasts ended in March 2020: notifications that people opted in to took their place.",
    "message_creatives": "Broadcasts ended in March 2020: notifications that people opted in to took their place.",
    "custom_labels": "Labels are not played here; they change nothing about what is sent.",
    "": "The root takes batches by POST, and by GET the ids of nodes: /?ids=…,…",
    "insights": "Insights are not played here: GET /_sandbox/messenger/calls shows what was called.",
    "messaging_feature_review": "Nothing is reviewed here: the page's behaviour `live` says whom the app may reach.",
}
"""Edges that are gone, or not here."""
SHAPES: Mapping[str, str] = {
    "/recipient": """It is an object, {"id": "…"}; in a form or a query as JSON, with every brace closed.""",
    "/message": """It is an object, {"text": "…"}; in a form or a query as JSON, with every brace closed.""",
}
"""What a parameter looks like that came as a bare text."""
AS_JSON = "The body is JSON but came as a form, as curl sends it by itself: add -H 'Content-Type: application/json'."


def on_edge(error: UnknownPath) -> str:
    return EDGES.get(error.path.rpartition("/")[2], "")


def on(error: SandbankError, body: bytes, kind: str) -> str:
    """For a call of that body and media type; empty where nothing is known that would help."""
    if not isinstance(error, InvalidRequest) or not error.violations:
        return ""
    if "urlencoded" in kind and body.lstrip()[:1] == b"{":
        return AS_JSON
    first = error.violations[0]
    if isinstance(first.got, str) and first.rule == "enum" and first.got in OVER:
        return OVER[first.got]
    advise = ADVICE.get(first.rule)
    return advise(first) if advise else ""


def _required(violation: Violation) -> str:
    return f"Add {violation.name.rpartition('/')[2]}."


def _unknown(violation: Violation) -> str:
    name = violation.name.rpartition("/")[2]
    return did_you_mean(name, _words(violation.expected)) or f"Leave {name} out."


def _enum(violation: Violation) -> str:
    known = _words(violation.expected)
    return did_you_mean(str(violation.got), known) or f"Send one of {', '.join(known)}."


def _type(violation: Violation) -> str:
    if isinstance(violation.got, str) and violation.name in SHAPES:
        return SHAPES[violation.name]
    return f"Send it as {violation.expected}."


def _pattern(violation: Violation) -> str:
    if "://" in str(violation.expected):
        return "Send an absolute address, which begins with https:// (http:// will do here)."
    return f"It has to match {violation.expected}."


ADVICE: Mapping[str, Callable[[Violation], str]] = {
    "required": _required,
    "unknown": _unknown,
    "enum": _enum,
    "type": _type,
    "pattern": _pattern,
    "maxLength": lambda one: f"Shorten it to {one.expected} characters, or send the rest in a second message.",
    "minLength": lambda _one: "Put something into it, or leave it out.",
    "maxItems": lambda one: f"Send {one.expected} at most, and the others in a second message.",
    "minItems": lambda one: f"Send {one.expected} at least.",
}
"""By the keyword that was broken."""


def _words(known: object) -> Sequence[str]:
    return [str(one) for one in known] if isinstance(known, list | tuple | set) else [str(known)]
