"""A template with its variables filled in: what the person sees, and can tap."""

from collections.abc import Mapping
from typing import Any

from sandbox.messenger.whatsapp.errors import ParameterCount, ParameterFormat, TemplateTooLong
from sandbox.messenger.whatsapp.templates import VARIABLE, Template, variables

LONGEST = 1024
FALLBACKS = ("currency", "date_time")
Parameter = Mapping[str, Any]


def rendered(template: Template, wish: Mapping[str, Any]) -> dict[str, Any]:
    """`wish` is the message's member `template`. Answers {header?, body, footer?, buttons?}. Raises ParameterCount,
    ParameterFormat or TemplateTooLong."""
    given = {str(one["type"]).lower(): list(one.get("parameters", [])) for one in wish.get("components", [])}
    by_button = {
        int(one.get("index", 0)): list(one.get("parameters", []))
        for one in wish.get("components", [])
        if str(one["type"]).lower() == "button"
    }
    shown: dict[str, Any] = {}
    header = template.part("HEADER")
    if header:
        shown["header"] = _header(template, header, given.get("header", []))
    shown["body"] = _filled(template, "body", template.part("BODY")["text"], given.get("body", []))
    if len(shown["body"]) > LONGEST:
        raise TemplateTooLong(f"The body is {len(shown['body'])} characters long, of at most {LONGEST}.")
    if footer := template.part("FOOTER").get("text"):
        shown["footer"] = footer
    if template.buttons:
        shown["buttons"] = [
            _button(template, place, button, by_button.get(place, [])) for place, button in enumerate(template.buttons)
        ]
    return shown


def _header(template: Template, header: Mapping[str, Any], given: list[Parameter]) -> dict[str, Any]:
    if header["format"] == "TEXT":
        return {"type": "text", "text": _filled(template, "header", header["text"], given)}
    kind = str(header["format"]).lower()
    if len(given) != 1:
        raise ParameterCount(_counted("header", len(given), 1))
    if str(given[0].get("type", "")).lower() != kind or kind not in given[0]:
        raise ParameterFormat(f"header: Format mismatch, expected {header['format']}, received {given[0].get('type')}")
    return {"type": kind, kind: given[0][kind]}


def _filled(template: Template, part: str, text: str, given: list[Parameter]) -> str:
    names = variables(text)
    if len(given) != len(names):
        raise ParameterCount(_counted(part, len(given), len(names)), template=template.name)
    if template.parameter_format == "NAMED":
        values = {str(one.get("parameter_name", "")): _text(part, one) for one in given}
        missing = [name for name in names if name not in values]
        if missing:
            raise ParameterFormat(f"{part}: there is no parameter with the parameter_name {missing[0]}")
    else:
        values = {str(place): _text(part, one) for place, one in enumerate(given, start=1)}
    return VARIABLE.sub(lambda found: values[found[1]], text)


def _text(part: str, parameter: Parameter) -> str:
    kind = str(parameter.get("type", "")).lower()
    text = parameter.get(kind, {}).get("fallback_value") if kind in FALLBACKS else parameter.get("text")
    if not isinstance(text, str) or not text.strip():
        raise ParameterFormat(f"{part}: a parameter of the type text needs a text that is not empty", got=kind)
    if "\n" in text or "\t" in text or "     " in text:
        raise ParameterFormat(f"{part}: Param text cannot have new-line/tab characters or more than 4 spaces in a row")
    return text


def _button(template: Template, place: int, button: Mapping[str, Any], given: list[Parameter]) -> dict[str, Any]:
    """What there is to tap, with what comes of it."""
    kind, text = button["type"], button.get("text", "")
    if kind == "QUICK_REPLY":
        payload = given[0].get("payload", text) if given else text
        return {"type": "quick_reply", "text": text, "payload": payload}
    if kind == "URL":
        return {"type": "url", "text": text, "url": _filled(template, f"button at index {place}", button["url"], given)}
    if kind == "PHONE_NUMBER":
        return {"type": "phone_number", "text": text, "phone_number": button["phone_number"]}
    if len(given) != 1:
        raise ParameterCount(_counted(f"button at index {place}", len(given), 1))
    code = given[0].get("coupon_code") or given[0].get("text")
    return {"type": "copy_code", "text": text or "Copy code", "code": str(code)}


def _counted(part: str, given: int, expected: int) -> str:
    return f"{part}: number of localizable_params ({given}) does not match the expected number of params ({expected})"
