"""What the platform looks at before it approves a template. The first thing that is wrong is told."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Any

from sandbox.messenger.whatsapp.errors import (
    ParameterInvalid,
    TemplateBodyWrong,
    TemplateEdgeVariable,
    TemplateFooterWrong,
    TemplateHeaderWrong,
    TemplateTextTooLong,
    WhatsAppError,
)
from sandbox.messenger.whatsapp.templates import VARIABLE, variables

Component = dict[str, Any]

LONGEST = {"HEADER": 60, "BODY": 1024, "FOOTER": 60, "button": 25}
MEDIA = ("IMAGE", "VIDEO", "DOCUMENT")
FORMATS = ("TEXT", *MEDIA, "LOCATION")
MOST_BUTTONS = {"URL": 2, "PHONE_NUMBER": 1, "COPY_CODE": 1, "OTP": 1}
NEEDED = {
    "URL": "url",
    "PHONE_NUMBER": "phone_number",
    "COPY_CODE": "example",
    "OTP": "otp_type",
    "QUICK_REPLY": "text",
}
"""What a button of each type needs beside its text."""
SECRECY = " For your security, do not share this code."


def approved(category: str, parameter_format: str, components: list[Component]) -> list[Component]:
    """The components as the platform gives them back. Raises WhatsAppError."""
    parts = [_tidied(category, one) for one in components]
    twice = [kind for kind, times in Counter(one["type"] for one in parts).items() if times > 1]
    if twice:
        raise ParameterInvalid(f"A template has at most one component of the type {twice[0]}.")
    if "BODY" not in {one["type"] for one in parts}:
        raise TemplateBodyWrong("A template needs a component of the type BODY.")
    for part in parts:
        RULES[part["type"]](part, parameter_format)
    return parts


def _tidied(category: str, component: Component) -> Component:
    kind = str(component["type"]).upper()
    if kind not in RULES:
        raise ParameterInvalid(f"Sandbank plays templates of {', '.join(RULES)}, not {kind[:40]}.")
    part = {**component, "type": kind}
    if kind == "HEADER":
        part["format"] = str(component.get("format", "TEXT")).upper()
    if kind == "BUTTONS":
        part["buttons"] = [{**one, "type": str(one.get("type", "")).upper()} for one in component.get("buttons", [])]
    if category == "AUTHENTICATION":
        part |= _fixed(part)
    return part


def _fixed(part: Component) -> Component:
    """The texts of one-time passwords, which are the platform's."""
    if part["type"] == "BODY":
        safe = SECRECY if part.get("add_security_recommendation") else ""
        return {"text": f"Your verification code is {{{{1}}}}.{safe}", "example": {"body_text": [["123456"]]}}
    minutes = part.get("code_expiration_minutes")
    if part["type"] == "FOOTER" and minutes:
        return {"text": f"This code expires in {minutes} minutes."}
    return {}


def _header(part: Component, parameter_format: str) -> None:
    if part["format"] not in FORMATS:
        raise TemplateHeaderWrong(f"A header's format is one of {', '.join(FORMATS)}, not {part['format'][:40]}.")
    if part["format"] in MEDIA and not part.get("example", {}).get("header_handle"):
        raise TemplateHeaderWrong("A header of media needs an example: example.header_handle.")
    if part["format"] == "TEXT":
        text = _text(part, TemplateHeaderWrong)
        if len(variables(text)) > 1:
            raise TemplateHeaderWrong("A header has at most one variable.")
        _exemplified(part, parameter_format, TemplateHeaderWrong)


def _body(part: Component, parameter_format: str) -> None:
    text = _text(part, TemplateBodyWrong).strip()
    found = list(VARIABLE.finditer(text))
    if found and (found[0].start() == 0 or found[-1].end() == len(text)):
        raise TemplateEdgeVariable("A variable stands at the start or the end of the body.", text=text)
    _exemplified(part, parameter_format, TemplateBodyWrong)


def _footer(part: Component, _format: str) -> None:
    if variables(_text(part, TemplateFooterWrong)):
        raise TemplateFooterWrong("A footer has no variables.")


def _buttons(part: Component, _format: str) -> None:
    buttons = part["buttons"]
    if not 1 <= len(buttons) <= 10:
        raise ParameterInvalid("A template has 1 to 10 buttons.", got=len(buttons))
    kinds = [one["type"] for one in buttons]
    for button in buttons:
        needed = NEEDED.get(button["type"])
        if needed is None:
            raise ParameterInvalid(f"A button's type is one of {', '.join(NEEDED)}, not {button['type'][:40]}.")
        if not button.get(needed):
            raise ParameterInvalid(f"A button of the type {button['type']} needs {needed}.")
        if len(str(button.get("text", ""))) > LONGEST["button"]:
            raise TemplateTextTooLong(f"A button's text has at most {LONGEST['button']} characters.")
        if button["type"] == "URL" and not re.fullmatch(r"https?://[^\s{}]+(\{\{\s*\w+\s*\}\})?", button["url"]):
            raise ParameterInvalid("A button's url is absolute, and has at most one variable, at its end.")
    for kind, most in MOST_BUTTONS.items():
        if kinds.count(kind) > most:
            raise ParameterInvalid(f"A template has at most {most} buttons of the type {kind}.")
    if len([quick for quick, _ in groupby(kind == "QUICK_REPLY" for kind in kinds) if quick]) > 1:
        raise ParameterInvalid("Quick replies stand together, before the other buttons or behind them.")


RULES: Mapping[str, Callable[[Component, str], None]] = {
    "HEADER": _header,
    "BODY": _body,
    "FOOTER": _footer,
    "BUTTONS": _buttons,
}


def _text(part: Component, wrong: type[WhatsAppError]) -> str:
    text, most = part.get("text"), LONGEST[part["type"]]
    if not isinstance(text, str) or not text.strip():
        raise wrong(f"A component of the type {part['type']} needs a text.")
    if len(text) > most:
        raise TemplateTextTooLong(f"The text of {part['type']} has at most {most} characters.", got=len(text))
    return text


def _exemplified(part: Component, parameter_format: str, wrong: type[WhatsAppError]) -> None:
    """Variables are of the template's format, and an example has something for each."""
    names, kind = variables(part["text"]), part["type"].lower()
    if parameter_format == "POSITIONAL":
        if sorted(names) != sorted(str(place) for place in range(1, len(names) + 1)):
            raise wrong(f"The variables of the {kind} have to be {{{{1}}}}, {{{{2}}}} …, and are {', '.join(names)}.")
    elif not all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names):
        raise wrong(f"Named variables are of small letters, digits and _, and are {', '.join(names)}.")
    if names and len(_examples(part.get("example", {}), kind, parameter_format)) != len(names):
        raise wrong(f"The example of the {kind} has to fill in {', '.join(names)}.", example=part.get("example"))


def _examples(example: Mapping[str, Any], kind: str, parameter_format: str) -> list[Any]:
    if parameter_format == "NAMED":
        named: list[Any] = example.get(f"{kind}_text_named_params", [])
        return named
    given: list[Any] = example.get(f"{kind}_text", [])
    return given[0] if kind == "body" and given and isinstance(given[0], list) else given
