"""Utility messages: templates that a page has approved once, sent at any time with values for their gaps."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.dialect.call import Call, Reply
from sandbox.kernel import ids
from sandbox.kernel.clock import iso
from sandbox.ledger import codec
from sandbox.messenger.callers import page_of
from sandbox.messenger.desk import Desk
from sandbox.messenger.errors import InvalidParameter, TemplateUnknown
from sandbox.messenger.pages import Page
from sandbox.messenger.wish import Sending
from sandbox.worlds.worlds import World

TEMPLATE = "template"
GAP = re.compile(r"\{\{(\d+)\}\}")

Values = Sequence[str]


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    template_id: str
    name: str
    language: str
    category: str
    components: tuple[dict[str, Any], ...]
    """As the page wrote them: HEADER, BODY, FOOTER, BUTTONS."""
    created_at: datetime

    def part(self, kind: str) -> dict[str, Any]:
        return next((one for one in self.components if one["type"].upper() == kind), {})

    @property
    def buttons(self) -> Sequence[dict[str, Any]]:
        found: Sequence[dict[str, Any]] = self.part("BUTTONS").get("buttons", ())
        return found


# --- The edge --------------------------------------------------------------------------------------------------------


def create_template(desk: Desk, call: Call) -> Reply:
    """Raises InvalidParameter."""
    world, page, wish = call.world, page_of(call), call.body
    _check(wish["components"])
    with desk.chats.database.transaction():
        if find(desk, world, page, wish["name"], wish["language"]) is not None:
            raise InvalidParameter(f"There is already a template {wish['name']} in the language {wish['language']}")
        place = desk.chats.next_place(world.world_id, TEMPLATE, page.page_id)
        made = MessageTemplate(
            ids.digits(16, "message template", world.world_id, page.page_id, place),
            wish["name"],
            wish["language"],
            wish.get("category", "UTILITY"),
            tuple(wish["components"]),
            world.now,
        )
        key, text = _key(page, made.name, made.language), codec.encode(made)
        desk.chats.append(world.world_id, TEMPLATE, key, text, owner=page.page_id, place=place)
        _announce(desk, world, page, made, "APPROVED")
    return Reply({"id": made.template_id, "status": "APPROVED", "category": made.category})


def list_templates(desk: Desk, call: Call) -> Reply:
    wanted = call.query.get("name")
    found = [one for one in _all(desk, call.world, page_of(call)) if wanted in (None, one.name)]
    return Reply({"data": [_shown(one) for one in found[: call.query["limit"]]]})


def delete_template(desk: Desk, call: Call) -> Reply:
    """In every language. Raises TemplateUnknown."""
    world, page, name = call.world, page_of(call), call.query["name"]
    with desk.chats.database.transaction():
        named = [one for one in _all(desk, world, page) if one.name == name]
        if not named:
            raise TemplateUnknown(f"There is no message template {name}")
        for one in named:
            desk.forget(world, TEMPLATE, _key(page, one.name, one.language))
            _announce(desk, world, page, one, "DELETED")
    return Reply({"success": True})


def _announce(desk: Desk, world: World, page: Page, one: MessageTemplate, became: str) -> None:
    told = {
        "event": became,
        "message_template_id": int(one.template_id),
        "message_template_name": one.name,
        "message_template_language": one.language,
        "reason": "NONE",
    }
    desk.hooks.announce(world, page, "message_template_status_update", told)


def _all(desk: Desk, world: World, page: Page) -> list[MessageTemplate]:
    return [one for _, one in desk.all_of(world, TEMPLATE, page.page_id, MessageTemplate)]


def find(desk: Desk, world: World, page: Page, name: str, language: str) -> MessageTemplate | None:
    return desk.one(world, TEMPLATE, _key(page, name, language), MessageTemplate)


def _key(page: Page, name: str, language: str) -> str:
    return f"{page.page_id}:{name}:{language}"


def _shown(one: MessageTemplate) -> dict[str, Any]:
    return {
        "id": one.template_id,
        "name": one.name,
        "language": one.language,
        "category": one.category,
        "status": "APPROVED",
        "components": list(one.components),
        "created_time": iso(one.created_at),
    }


def _check(components: Sequence[Mapping[str, Any]]) -> None:
    kinds = [str(one["type"]).upper() for one in components]
    if kinds.count("BODY") != 1 or len(set(kinds)) < len(kinds):
        raise InvalidParameter("A template must have one BODY, and no component twice", got=kinds)
    for one, kind in zip(components, kinds, strict=True):
        if (kind == "BUTTONS") != ("buttons" in one) or (kind != "BUTTONS") != ("text" in one):
            raise InvalidParameter(f"The component {kind} must have {'buttons' if kind == 'BUTTONS' else 'text'} alone")
        for text in _texts(one):
            numbers = list(dict.fromkeys(map(int, GAP.findall(text))))
            if numbers != list(range(1, len(numbers) + 1)):
                raise InvalidParameter("Gaps must be numbered {{1}}, {{2}} … in their order", got=text)


def _texts(component: Mapping[str, Any]) -> Iterator[str]:
    yield component.get("text", "")
    for button in component.get("buttons", ()):
        yield button.get("url", "")


# --- Sending one -----------------------------------------------------------------------------------------------------


def is_a_template(sending: Sending) -> None:
    """A rule of the Send API."""
    named = sending.message.get("template")
    if (sending.messaging_type == "UTILITY") != (named is not None) and not sending.action:
        raise InvalidParameter(
            "A message of type UTILITY must be a message template"
            if named is None
            else "A message template must be sent with messaging_type UTILITY",
            hint="messaging_type UTILITY and message.template {name, language, components} belong together.",
        )
    if named is not None:
        rendered(sending)


def rendered(sending: Sending) -> dict[str, Any]:
    """The template as the person sees it, beside the name that it has. Raises TemplateUnknown."""
    named = sending.message["template"]
    name, language = named["name"], named["language"]["code"]
    template = find(sending.desk, sending.world, sending.page, name, language)
    if template is None:
        raise TemplateUnknown(
            f"There is no message template {name} in the language {language}",
            hint="POST /{page-id}/message_templates makes one; it is approved at once.",
        )
    header, body, *urls = _filled(template, named.get("components", ()))
    text = "\n\n".join(part for part in (header, body, template.part("FOOTER").get("text", "")) if part)
    content: dict[str, Any] = {"template": {"name": name, "language": language}}
    buttons = [_button(one, url) for one, url in zip(template.buttons, urls, strict=True)]
    if not buttons:
        return {**content, "text": text}
    payload = {"template_type": "button", "text": text, "buttons": buttons}
    return {**content, "attachment": {"type": "template", "payload": payload}}


def _filled(template: MessageTemplate, components: Sequence[Mapping[str, Any]]) -> list[str]:
    """Header, body and each button's URL, with values in their gaps."""
    given: dict[tuple[str, int], Values] = {}
    for one in components:
        kind = one["type"].upper()
        place = int(one.get("index", 0)) if kind == "BUTTON" else 0
        given[kind, place] = [parameter["text"] for parameter in one.get("parameters", ())]
    texts = {("HEADER", 0): template.part("HEADER").get("text", ""), ("BODY", 0): template.part("BODY")["text"]}
    texts |= {("BUTTON", place): one.get("url", "") for place, one in enumerate(template.buttons)}
    for kind, place in given:
        if (kind, place) not in texts:
            raise TemplateUnknown(f"The template {template.name} has no {kind} {place}")
    return [_fill(f"{kind} of {template.name}", text, given.get((kind, at), ())) for (kind, at), text in texts.items()]


def _fill(what: str, text: str, values: Values) -> str:
    """Raises TemplateUnknown."""
    gaps = len(set(GAP.findall(text)))
    if gaps != len(values):
        raise TemplateUnknown(f"The {what} has {gaps} parameters, and {len(values)} came", text=text)
    return GAP.sub(lambda gap: values[int(gap[1]) - 1], text)


def _button(one: Mapping[str, Any], url: str) -> dict[str, Any]:
    """As a message has it."""
    kind = one["type"].upper()
    if kind == "URL":
        return {"type": "web_url", "title": one["text"], "url": url}
    if kind == "PHONE_NUMBER":
        return {"type": "phone_number", "title": one["text"], "payload": one["phone_number"]}
    return {"type": "postback", "title": one["text"], "payload": one.get("payload", one["text"])}
