"""sandbank passport"""

import time
from pathlib import Path

import click

from sandbox.cli.remote import DEFAULT_URL, Json, Remote, dump, in_world

FORMS = ("text", "json", "junit", "html", "markdown")
WORDS = {"fail": "✗ fail", "warn": "! warn", "not_seen": "· not seen", "pass": "✓ pass"}
FAILING: dict[str, tuple[str, ...]] = {
    "fail": ("fail",),
    "warn": ("fail", "warn"),
    "not-seen": ("fail", "warn", "not_seen"),
    "never": (),
}
"""Outcomes of a rule with which the command ends with 1."""
SETTLES = 1.0
"""Seconds for a bot to do what it does after it answered."""


@click.command()
@in_world
@click.option("--url", envvar="SANDBANK_URL", default=DEFAULT_URL, help=f"The server. [{DEFAULT_URL}]")
@click.option("--format", "form", type=click.Choice(FORMS), default="text", help="How it is written. [text]")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A file to write it to. [standard output]")
@click.option("--fail-on", type=click.Choice(list(FAILING)), default="fail", help="When the exit code is 1. [fail]")
@click.option("--seconds", type=click.IntRange(0, 86_400), help="So long after a withdrawal data may be sent. [5]")
@click.option("--silence", type=click.IntRange(1, 365), help="Days after which a bot discloses itself again. [7]")
@click.option("--probe", is_flag=True, help="Active: first send each webhook two messages that are not signed rightly.")
@click.option("--rules", is_flag=True, help="Explain the rules instead. Needs no server.")
@click.option("--rule", help="Explain one rule instead. Needs no server.")
def command(
    *,
    world: str,
    url: str,
    form: str,
    out: Path | None,
    fail_on: str,
    seconds: int | None,
    silence: int | None,
    probe: bool,
    rules: bool,
    rule: str | None,
) -> None:
    """The privacy passport of a world: what bots did with people's data, judged from both ends."""
    if rules or rule is not None:
        _explain(rule)
        return
    remote, limits = Remote(url), {"seconds": seconds, "silence": silence}
    if probe:
        _probe(remote, world)
    told = remote.get("/passport", world=world, **limits)
    if form == "text" and out is None:
        _print(told)
    elif form == "json" and out is None:
        dump(told)
    else:
        wanted = "markdown" if form == "text" else form
        written = remote.text("/passport", world=world, format=wanted, **limits)
        if out is None:
            click.echo(written, nl=False)
        else:
            out.write_text(written, encoding="utf-8")
            click.echo(f"{out}: {_summary(told)}")
    if any(one["outcome"] in FAILING[fail_on] for one in told["rules"]):
        raise SystemExit(1)


def _probe(remote: Remote, world: str) -> None:
    """Until all have left, and a moment longer: a bot may act behind its answer."""
    sent = remote.post("/passport/probe", world=world)["deliveries"]
    if not sent:
        click.echo("No page of the world has a webhook: there was nothing to probe.", err=True)
        return
    for url in dict.fromkeys(one["url"] for one in sent):
        click.echo(f"Probing {url}: a wrongly signed message, and an unsigned one.", err=True)
    for one in sent:
        while remote.get(f"/messenger/deliveries/{one['delivery_id']}", world=world)["state"] == "pending":
            time.sleep(0.1)
    time.sleep(SETTLES)


def _print(told: Json) -> None:
    from sandbox.cli import tables

    names = ("", "rule", "what it says", "cases")
    tables.table(
        names, ((WORDS[one["outcome"]], one["rule"], one["title"], str(one["cases"])) for one in told["rules"])
    )
    for one in told["rules"]:
        if one["findings"]:
            click.echo(f"\n{one['rule']}: {one['title']}")
        for finding in one["findings"]:
            proof = ", ".join([*finding["evidence"], *([finding["where"]] if "where" in finding else [])])
            click.echo(f"  {finding['text']} [{proof}]")
        if one["findings"]:
            click.echo(f"  {one['mend']}")
    click.echo(f"\n{_summary(told)}")


def _summary(told: Json) -> str:
    counts = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in told["counts"].items() if number)
    return f"{told['outcome'].replace('_', ' ')}: {counts}"


def _explain(rule_id: str | None) -> None:
    from sandbox.cli.failures import Failure
    from sandbox.kernel.names import did_you_mean
    from sandbox.passport.rules import BY_ID

    if rule_id is not None and rule_id not in BY_ID:
        raise Failure(f"there is no rule {rule_id!r}. {did_you_mean(rule_id, BY_ID)}".rstrip())
    for one in BY_ID.values():
        if rule_id in (None, one.rule_id):
            click.echo(f"{one.rule_id}: {one.title}\n  {one.says}\n  Why: {one.why}\n  To mend it: {one.mend}\n")
