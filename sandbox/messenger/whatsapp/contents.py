"""What a message says, by its type: the rules that a schema cannot tell."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.messenger.threads import Message
from sandbox.messenger.whatsapp import rendering
from sandbox.messenger.whatsapp.errors import (
    ParameterInvalid,
    ParameterMissing,
    TemplateDisabled,
    TemplatePaused,
    TemplateUnknown,
    TypeUnsupported,
    WhatsAppError,
)
from sandbox.messenger.whatsapp.office import Office
from sandbox.messenger.whatsapp.templates import Template
from sandbox.worlds.worlds import World

LONGEST_BODY = 1024
"""Of interactive messages other than lists, whose text may be as long as the document allows."""
MOST_ROWS = 10


@dataclass(frozen=True, slots=True)
class Content:
    office: Office
    world: World
    kind: str
    said: dict[str, Any]
    """The member of that name."""
    template: Template | None = None
    """The one that it names, where there is such a one."""


def content(office: Office, world: World, wish: Mapping[str, Any]) -> Content:
    """Raises WhatsAppError."""
    kind = str(wish.get("type", "text"))
    rule = RULES.get(kind)
    if rule is None:
        raise TypeUnsupported(f"Message type {kind[:40]} is not supported: {', '.join(RULES)}")
    if kind not in wish:
        raise ParameterMissing(f"The parameter {kind} is required for a message of the type {kind}.")
    found = Content(office, world, kind, wish[kind], _named(office, world, wish[kind]) if kind == "template" else None)
    rule(found)
    return found


def shown(found: Content) -> dict[str, Any]:
    """As it is kept on the thread: like on the wire, a template with what the person sees of it."""
    told = {"type": found.kind, found.kind: found.said}
    template = found.template
    return told if template is None else {**told, "shown": rendering.rendered(template, found.said)}


def _named(office: Office, world: World, said: Mapping[str, Any]) -> Template | None:
    name, language = said["name"], said["language"]["code"]
    return next((one for one in office.templates(world) if (one.name, one.language) == (name, language)), None)


def _free(_found: Content) -> None:
    """All of it is in the document."""


def _media(found: Content) -> None:
    if ("id" in found.said) == ("link" in found.said):
        raise ParameterInvalid(f"{found.kind} needs either id or link.")
    if "id" not in found.said:
        return
    medium = found.office.medium(found.world, found.said["id"])
    if medium is None or medium.deleted:
        raise ParameterInvalid(f"Param {found.kind}['id'] is no media attachment of this account.")
    if found.kind not in (medium.kind, "document"):
        raise ParameterInvalid(f"{medium.media_type} cannot be sent as {found.kind}.")


def _reaction(found: Content) -> None:
    if found.office.desk.message(found.world, found.said["message_id"]) is None:
        raise ParameterInvalid("Param reaction['message_id'] is no message of this account.")


def _interactive(found: Content) -> None:
    kind = found.said["type"]
    rule = ACTIONS.get(kind)
    if rule is None:
        raise TypeUnsupported(f"Interactive type {kind[:40]} is not supported: {', '.join(ACTIONS)}")
    if kind != "list" and len(found.said["body"]["text"]) > LONGEST_BODY:
        raise ParameterInvalid(f"The body of an interactive message has at most {LONGEST_BODY} characters.")
    rule(found.said.get("action", {}))


def _reply_buttons(action: Mapping[str, Any]) -> None:
    buttons = [one["reply"] for one in _needed(action, "buttons")]
    _unique("Button id", (one["id"] for one in buttons))
    _unique("Button title", (one["title"] for one in buttons))


def _list(action: Mapping[str, Any]) -> None:
    _needed(action, "button")
    sections = _needed(action, "sections")
    rows = [row for section in sections for row in section["rows"]]
    if len(rows) > MOST_ROWS:
        raise ParameterInvalid(f"Total row count exceed max allowed count: {MOST_ROWS}", got=len(rows))
    if len(sections) > 1 and not all(section.get("title") for section in sections):
        raise ParameterMissing("Section title is required where a list has more than one section.")
    _unique("Row id", (row["id"] for row in rows))


def _link(action: Mapping[str, Any]) -> None:
    parameters = _needed(action, "parameters")
    for name, longest in (("display_text", 20), ("url", 2000)):
        text = parameters.get(name)
        if not isinstance(text, str) or not text:
            raise ParameterMissing(f"interactive['action']['parameters']['{name}'] is required.")
        if len(text) > longest:
            raise ParameterInvalid(f"{name} has at most {longest} characters.", got=len(text))
    if not parameters["url"].startswith(("https://", "http://")):
        raise ParameterInvalid("url has to be a link, with http:// or https://.")


def _needed(action: Mapping[str, Any], name: str) -> Any:
    if name not in action:
        raise ParameterMissing(f"interactive['action']['{name}'] is required.")
    return action[name]


def _unique(what: str, names: Iterable[str]) -> None:
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise ParameterInvalid(f"{what} has to be unique, and {twice[0]!r} is there twice.")


def _template(found: Content) -> None:
    name, language = found.said["name"], found.said["language"]["code"]
    template = found.template
    if template is None:
        languages = [one.language for one in found.office.templates(found.world) if one.name == name]
        raise TemplateUnknown(
            f"template name ({name}) does not exist in {language}",
            languages=languages,
            hint="GET /{waba-id}/message_templates lists those that there are.",
        )
    if problem := PROBLEMS.get(template.status):
        raise problem(f"template ({name}) is {template.status.lower()}")
    rendering.rendered(template, found.said)


PROBLEMS: Mapping[str, type[WhatsAppError]] = {"PAUSED": TemplatePaused, "DISABLED": TemplateDisabled}

ACTIONS: Mapping[str, Callable[[Mapping[str, Any]], None]] = {
    "button": _reply_buttons,
    "list": _list,
    "cta_url": _link,
    "location_request_message": lambda _action: None,
}
"""By the type of an interactive message."""

RULES: Mapping[str, Callable[[Content], None]] = {
    "text": _free,
    "image": _media,
    "audio": _media,
    "video": _media,
    "document": _media,
    "sticker": _media,
    "location": _free,
    "contacts": _free,
    "reaction": _reaction,
    "interactive": _interactive,
    "template": _template,
}
"""By the type of a message."""


def tappable(message: Message) -> list[dict[str, Any]]:
    """What a person can tap in a message, in order: {title, and what comes of it: `says` or `opens`}."""
    told = message.content
    if told.get("type") == "template":
        return [_of_template(one) for one in told["shown"].get("buttons", [])]
    if told.get("type") != "interactive":
        return []
    interactive = told["interactive"]
    action = interactive.get("action", {})
    if interactive["type"] == "button":
        replies = [one["reply"] for one in action["buttons"]]
        return [{"title": one["title"], "payload": one["id"], "says": _reply("button_reply", one)} for one in replies]
    if interactive["type"] == "list":
        rows = [row for section in action["sections"] for row in section["rows"]]
        return [{"title": row["title"], "payload": row["id"], "says": _reply("list_reply", row)} for row in rows]
    if interactive["type"] == "cta_url":
        parameters = action["parameters"]
        return [{"title": parameters["display_text"], "payload": parameters["url"], "opens": parameters["url"]}]
    return []


def _reply(kind: str, chosen: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: chosen[name] for name in ("id", "title", "description") if name in chosen}
    return {"type": "interactive", "interactive": {"type": kind, kind: told}}


def _of_template(button: Mapping[str, Any]) -> dict[str, Any]:
    if button["type"] == "quick_reply":
        says = {"type": "button", "button": {"payload": button["payload"], "text": button["text"]}}
        return {"title": button["text"], "payload": button["payload"], "says": says}
    opens = button.get("url") or button.get("phone_number") or button["code"]
    return {"title": button["text"], "payload": opens, "opens": opens}
