"""sandbank messenger"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import click

from sandbox.cli.failures import Failure
from sandbox.cli.remote import Json, Remote, at, dump, in_world, talking

on_page = click.option("--page", default="ready", help="The page, by its id. [ready]")
on_channel = click.option(
    "--channel",
    type=click.Choice(["messenger", "whatsapp"]),
    default="messenger",
    help="Where; on WhatsApp the page is a number. [messenger]",
)


@click.group()
def command() -> None:
    """Be the person who talks to a bot: write, tap, link an account, look at the phone."""


def person(run: Callable[..., None]) -> Callable[..., None]:
    """A command about USER, at a page of a world."""
    return command.command()(click.argument("user")(in_world(on_page(talking(run)))))


@command.command()
@in_world
@talking
def pages(remote: Remote, world: str, as_json: bool) -> None:
    """The pages of a world, with what a bot needs to know of them."""
    told = remote.get("/messenger/pages", world=world)
    if as_json:
        dump(told)
        return
    from sandbox.cli import tables

    for one in told["pages"]:
        names = ("name", "page_id", "page_token", "app_id", "app_secret", "verify_token", "callback_url")
        hears = [name for name in one["fields"] if name in one["subscribed_fields"]]
        tables.pairs({**{name: one[name] or "-" for name in names}, "hears": ", ".join(hears) or "nothing"})
        click.echo()


@command.command()
@click.option("--add", metavar="NAME", help="Make another one.")
@in_world
@on_page
@talking
def apps(remote: Remote, world: str, page: str, add: str | None, as_json: bool) -> None:
    """The apps of a page: the default one, and those to which it can pass threads."""
    path = at("messenger", "pages", page, "apps")
    if add:
        remote.post(path, {"name": add}, world=world)
    told = remote.get(path, world=world)
    if as_json:
        dump(told)
        return
    from sandbox.cli import tables

    for one in told["apps"]:
        names = ("name", "default", "app_id", "app_secret", "page_token", "verify_token", "callback_url")
        tables.pairs({name: one[name] or "-" for name in names})
        click.echo()


@command.command()
@click.argument("callback_url")
@click.option("--app", default="default", help="Which app of the page, by its id. [its default one]")
@in_world
@on_page
@talking
def webhook(remote: Remote, world: str, page: str, app: str, *, callback_url: str, as_json: bool) -> None:
    """Have a page's app told of everything at CALLBACK_URL, without a handshake."""
    path = at("messenger", "pages", page, "apps", app)
    told = remote.call("PATCH", path, {"world": world}, {"callback_url": callback_url})
    dump(told) if as_json else click.echo(f"{told['name']} is told at {told['callback_url']}")


@person
@on_channel
@click.argument("text")
def say(remote: Remote, world: str, *, page: str, channel: str, user: str, text: str, as_json: bool) -> None:
    """USER (a customer's username, or a PSID) writes TEXT."""
    _did(remote.post(_of(user, "say"), {"text": text}, world=world, page=page, channel=channel), as_json)


@person
@on_channel
@click.argument("button")
def tap(remote: Remote, world: str, *, page: str, channel: str, user: str, button: str, as_json: bool) -> None:
    """USER taps BUTTON: its title, its payload, or its place from 0."""
    wanted = int(button) if button.isdecimal() else button
    _did(remote.post(_of(user, "tap"), {"button": wanted}, world=world, page=page, channel=channel), as_json)


@person
@click.option("--deny", is_flag=True, help="Say no at the bank.")
@click.option("--button", help="Which Log In, by the title of its card.")
@click.option("--follow", multiple=True, help="What to click on the bot's own pages. Repeatable.")
def link(remote: Remote, world: str, *, page: str, user: str, as_json: bool, **wish: Any) -> None:
    """USER taps Log In, and consents at the bank. Ends with 1 where it fails, and says at which step."""
    body: Json = {"decision": "deny" if wish["deny"] else "approve", "follow": list(wish["follow"])}
    if wish["button"]:
        body["button"] = wish["button"]
    told = remote.post(_of(user, "link"), body, world=world, page=page)
    if as_json:
        dump(told)
    else:
        for step in told["link"]["steps"]:
            click.echo(f"  {'ok ' if step['ok'] else 'NO '} {step['step']:<10}  {step['text']}")
    if not told["linked"]:
        failed = told["failed"] or {"step": "walk", "why": "it did not come to an end"}
        raise Failure(f"not linked, at the step {failed['step']}: {failed['why']}")


@person
@on_channel
def thread(remote: Remote, world: str, *, page: str, channel: str, user: str, as_json: bool) -> None:
    """What USER's phone shows."""
    told = remote.get(_of(user, "thread"), world=world, page=page, channel=channel)
    if as_json:
        dump(told)
        return
    name, window = told["person"]["first_name"], told["window"]
    closes = f"open until {window['closes_at']}" if window["open"] else "closed"
    click.echo(f"{name} ({told['person']['psid']}), {told['now']}; the window is {closes}")
    for one in told["messages"]:
        who = name if one["sender"] == "person" else one["sender"]
        for line in _lines(one["content"]):
            click.echo(f"  {one['at'][11:16]}  {who:<10}  {line}")


def _of(user: str, deed: str) -> str:
    return at("messenger", "users", user, deed)


def _did(told: Json, as_json: bool) -> None:
    if as_json:
        dump(told)
        return
    if told.get("opens"):
        click.echo(f"opens {told['opens']}")
    for delivery in told["deliveries"]:
        click.echo(f"told in the webhook {delivery}")
    for lost in told["unheard"]:
        click.echo(f"nobody hears {lost['field']}. {lost['why']}")


def _lines(content: Json) -> Iterator[str]:
    """A message in a few lines of text."""
    if content.get("type") in content:
        yield from _on_whatsapp(content)
        return
    postback, payload = content.get("postback"), (content.get("attachment") or {}).get("payload", {})
    if content.get("text"):
        yield content["text"]
    elif content.get("is_deleted"):
        yield "(taken back)"
    elif postback:
        yield f"({postback['title']})"
    elif "text" in payload:
        yield payload["text"]
    elif not payload.get("elements"):
        yield json.dumps(content, ensure_ascii=False)[:200]
    for element in payload.get("elements", ()):
        yield " · ".join(filter(None, (element.get("title"), element.get("subtitle"))))
        yield from _buttons(element.get("buttons", ()))
    yield from _buttons(payload.get("buttons", ()))
    if content.get("quick_replies"):
        yield " ".join(f"({one.get('title', one['content_type'])})" for one in content["quick_replies"])


def _on_whatsapp(content: Json) -> Iterator[str]:
    kind = content["type"]
    said, shown = content[kind], content.get("shown", {})
    action = said.get("action", {}) if isinstance(said, dict) else {}
    if kind == "text":
        yield said["body"]
    elif kind == "template":
        yield " ".join(filter(None, (shown.get("header", {}).get("text"), shown["body"], shown.get("footer"))))
    elif kind == "interactive" and "body" in said:
        yield said["body"]["text"]
    elif kind == "interactive" and "action" not in said:
        yield f"({said[said['type']]['title']})"
    elif kind == "button":
        yield f"({said['text']})"
    else:
        yield f"{kind} {json.dumps(said, ensure_ascii=False)[:200]}"
    yield from _buttons([{"type": "reply", "title": one["text"]} for one in shown.get("buttons", ())])
    yield from _buttons([one["reply"] for one in action.get("buttons", ())])
    yield from _buttons([row for section in action.get("sections", ()) for row in section["rows"]])


def _buttons(buttons: Any) -> Iterator[str]:
    words = {"account_link": "Log In", "account_unlink": "Log Out"}
    if buttons:
        yield " ".join(f"[{one.get('title') or words.get(one['type'], one['type'])}]" for one in buttons)
