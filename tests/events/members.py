"""Whether an event as a client is told it says what the catalogue promises, no more and no less."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sandbox.events.catalogue import TYPES
from sandbox.events.members import Form
from sandbox.kernel.clock import parse_instant
from sandbox.scenarios.door import Answer, Door

Event = dict[str, Any]


def unlike_the_catalogue(event: Event) -> list[str]:
    """What is wrong with its data: nothing, where it is as declared."""
    declared, data = TYPES[event["type"].removeprefix("sandbox.")].data, event["data"]
    missing = [f"{name} is missing" for name, one in declared.items() if name not in data and not one.optional]
    strange = [f"{name} is not declared" for name in data if name not in declared]
    wrong = [
        f"{name} is no {declared[name].form.value}: {value!r}"
        for name, value in data.items()
        if name in declared and not _fits(declared[name].form, value, nullable=declared[name].nullable)
    ]
    return [f"{event['type']}: {problem}" for problem in (*missing, *strange, *wrong)]


class Critic(Door):
    """A door that refuses events unlike the catalogue."""

    def call(self, method: str, path: str, **more: Any) -> Answer:
        answer = super().call(method, path, **more)
        if path.endswith("/events/v1/events"):
            assert [problem for event in answer.body["events"] for problem in unlike_the_catalogue(event)] == []
        return answer


def _fits(form: Form, value: Any, *, nullable: bool) -> bool:
    return nullable if value is None else LOOKS[form](value)


def _text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _money(value: Any) -> bool:
    return _has(value, "amount currency") and bool(re.fullmatch(r"-?\d+(\.\d+)?", value["amount"]))


def _has(value: Any, needed: str, allowed: str = "") -> bool:
    """An object with all of the members that it has to have, and no others than it may have."""
    names = set(needed.split())
    return isinstance(value, dict) and names <= set(value) <= names | set(allowed.split())


def _instant(value: Any) -> bool:
    return isinstance(value, str) and parse_instant(value) is not None


def _day(value: Any) -> bool:
    return isinstance(value, str) and date.fromisoformat(value).isoformat() == value


def _reward(value: Any) -> bool:
    return _has(value, "type currency value", "max_reward min_spend") and all(
        _money(value[name]) for name in ("max_reward", "min_spend") if name in value
    )


def _window(value: Any) -> bool:
    return _has(value, "date window_start window_end") and _day(value["date"])


LOOKS: Mapping[Form, Callable[[Any], bool]] = {
    Form.TEXT: _text,
    Form.TEXTS: lambda value: isinstance(value, list) and all(map(_text, value)),
    Form.LAST4: lambda value: isinstance(value, str) and bool(re.fullmatch(r"\d{4}", value)),
    Form.NUMBER: lambda value: isinstance(value, int) and not isinstance(value, bool),
    Form.FLAG: lambda value: isinstance(value, bool),
    Form.INSTANT: _instant,
    Form.DAY: _day,
    Form.MONEY: _money,
    Form.MERCHANT: lambda value: _has(value, "merchant_id name logo_url"),
    Form.CARRIER: lambda value: _has(value, "code name"),
    Form.REWARD: _reward,
    Form.PERIOD: lambda value: _has(value, "from to") and all(map(_instant, value.values())),
    Form.WINDOW: _window,
}
