"""sandbank explain"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sandbox.kernel.errors import SandbankError

Story = Callable[[], Iterator[str]]


@click.command()
@click.argument("name", metavar="ID")
def command(*, name: str) -> None:
    """Explain a rule, an error, or a way in which things go wrong.

    \b
    SBX1006           a rule of the contract report
    leak.numbers      a rule of the privacy passport
    ConsentRevoked    an error
    new-enum          a way in which answers drift or surprise
    slow-bank         a profile of faults
    wider-enum        a way in which another document, or another server, breaks what a client relies on
    """
    from sandbox.cli.failures import Failure
    from sandbox.kernel.names import did_you_mean

    stories = _stories()
    found = stories.get(name) or {known.lower(): story for known, story in stories.items()}.get(name.lower())
    if found is None:
        raise Failure(f"nothing here is called {name!r}. {did_you_mean(name, stories)}".rstrip())
    for line in found():
        click.echo(line)


def _stories() -> Mapping[str, Story]:
    """By name, whatever can be explained."""
    from sandbox.events.misbehaviour import FAULTS
    from sandbox.faults.kinds import KINDS, Kind
    from sandbox.faults.profiles import PROFILES
    from sandbox.kernel import errors
    from sandbox.passport.rule import Rule as PassportRule
    from sandbox.passport.rules import BY_ID as OF_PASSPORT
    from sandbox.proof.breaks import KINDS as BREAKS
    from sandbox.proof.rule import Rule as ProofRule
    from sandbox.proof.rules import BY_ID as OF_PROOF

    def of_rule(one: PassportRule | ProofRule) -> Iterator[str]:
        yield f"{one.rule_id}: {one.title}"
        yield f"  {one.says}"
        yield f"  Why: {one.why}"
        if isinstance(one, ProofRule):
            yield f"  Source: {one.source}"
        yield f"  To mend it: {one.mend}"
        if isinstance(one, ProofRule):
            yield f"  To see it: {one.missing}"

    def of_error(one: type[errors.SandbankError]) -> Iterator[str]:
        yield f"{one.__name__}, {one.status} where no bank says otherwise"
        yield f"  {one.rule}"
        yield f"  Its ancestors: {', '.join(each.__name__ for each in one.__mro__[1:] if each in known) or 'none'}"

    def of_kind(name: str, one: Kind) -> Iterator[str]:
        yield f"{name}: {one.title} ({'legal' if one.legal else 'illegal'})"
        yield f"  {one.copies}"
        yield f"  {one.advice}"

    def of_break(name: str) -> Iterator[str]:
        one = BREAKS[name]
        yield f"{name}: {one.title} ({'break' if one.breaks else 'risk'})"
        yield f"  {one.says}"
        yield f"  To mend it: {one.mend}"

    known = set(_kinds_of(errors.SandbankError))
    rules: list[PassportRule | ProofRule] = [*OF_PASSPORT.values(), *OF_PROOF.values()]
    return {
        **{error.__name__: partial(of_error, error) for error in known},
        **{name: partial(iter, [f"{name}: {text}"]) for name, text in FAULTS.items()},
        **{name: partial(iter, [f"{name}: {one.text}"]) for name, one in PROFILES.items()},
        **{name: partial(of_kind, name, one) for name, one in KINDS.items()},
        **{name: partial(of_break, name) for name in BREAKS},
        **{rule.rule_id: partial(of_rule, rule) for rule in rules},
    }


def _kinds_of(kind: type["SandbankError"]) -> Iterator[type["SandbankError"]]:
    yield kind
    for each in kind.__subclasses__():
        yield from _kinds_of(each)
