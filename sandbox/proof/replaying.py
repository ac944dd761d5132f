"""A recording as tests that anybody may read and keep: what one client asked, and the shape of what it was answered."""

import re
from collections.abc import Iterable, Iterator

from sandbox.http.redaction import MARK
from sandbox.kernel.clock import iso
from sandbox.ledger.exchanges import Exchange
from sandbox.proof.flows import Call, Source, calls
from sandbox.proof.outline import Outline
from sandbox.proof.showing import value_of

HEAD = '''"""What a client asked of {slug}, as tests, written from {count} exchanges by `sandbank contract export`.

It needs `pip install sandbank pytest`, and reads with consents that are given anew. Change it as you like.
"""

import pytest

from sandbox.testing import Consent
'''


def safe(call: Call) -> bool:
    """Whether it may be repeated anywhere: it read something with a consent, was answered, and no fault had a hand in
    it."""
    one = call.exchange
    plain = call.op.method == "GET" and one.status < 300 and not one.faults
    return plain and bool(one.consent or call.op.security) and not call.op.written.get("x-oauth-endpoint")


def module(slug: str, outline: Outline, exchanges: Iterable[Exchange]) -> str:
    found = calls(outline, exchanges)
    consents: dict[tuple[str, str], list[int]] = {}
    for index, call in enumerate(found):
        if safe(call):
            consents.setdefault((call.exchange.consent, call.exchange.persona), []).append(index)
    text = HEAD.format(slug=slug, count=len(found))
    for number, ((_, persona), indexes) in enumerate(consents.items(), 1):
        text += "\n\n" + "\n".join(_story(slug, persona or "maya", number, found, indexes)) + "\n"
    return text


def _story(slug: str, persona: str, number: int, found: list[Call], indexes: list[int]) -> Iterator[str]:
    now = iso(found[indexes[0]].exchange.at)
    yield f"@pytest.mark.sandbank(banks=[{slug!r}], persona={persona!r}, now={now!r})"
    yield f"def test_{re.sub(r'[^a-z0-9]+', '_', persona.lower())}_{number}(consent: Consent) -> None:"
    written: dict[int, str] = {}
    for index in indexes:
        call = found[index]
        missing = _missing(call, written)
        if missing:
            yield f"    # {call.op.name} is left out: where {missing} comes from is not in the recording."
            continue
        written[index] = f"answer_{len(written) + 1}"
        yield from _step(call, written[index], written)


def _missing(call: Call, written: dict[int, str]) -> str:
    """A value that cannot be had anew."""
    for (place, name), value in call.values.items():
        source = call.sources.get((place, name))
        if MARK in value or (place == "path" and source is not None and source.index not in written):
            return name
    return ""


def _step(call: Call, name: str, written: dict[int, str]) -> Iterator[str]:
    path = call.op.path
    for (place, parameter), value in call.values.items():
        if place == "path":
            source = call.sources.get((place, parameter))
            path = path.replace(f"{{{parameter}}}", f"{{{_read(source, written)}}}" if source else value)
    query = ", ".join(
        f"{parameter!r}: {_value(call.sources.get((place, parameter)), value, written)}"
        for (place, parameter), value in call.values.items()
        if place == "query"
    )
    shown = f'f"{path}"' if "{" in path else f'"{path}"'
    yield f"    {name} = consent.get({shown}{f', params={{{query}}}' if query else ''})"
    yield f"    assert {name}.status_code == {call.exchange.status}, {name}.text"
    body = value_of(call.exchange.response_body, call.exchange.response_headers)
    if isinstance(body, dict) and "response" not in call.exchange.cut:
        yield f"    assert {name}.json().keys() >= {{{', '.join(map(repr, sorted(body)))}}}"


def _value(source: Source | None, value: str, written: dict[int, str]) -> str:
    return _read(source, written) if source and source.index in written and not source.parameter else repr(value)


def _read(source: Source, written: dict[int, str]) -> str:
    return f"{written[source.index]}.json()" + "".join(f"[{token!r}]" for token in source.tokens)
