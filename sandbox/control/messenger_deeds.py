"""What people do at the messenger: they write, tap, react, read; and what their phone shows."""

from collections.abc import Mapping
from typing import Any

from sandbox.control.messenger import actor_of
from sandbox.control.operation import Operation, members, whole, wrong
from sandbox.control.services import Services
from sandbox.dialect.call import Call, Reply
from sandbox.messenger import acting, agent, attachments, files, linking, plugins, showing
from sandbox.messenger.acting import Actor, Did
from sandbox.messenger.buttons import Button


def say(services: Services, call: Call) -> Reply:
    wish = members(call)
    if "text" not in wish and "attachments" not in wish:
        raise wrong("/text", "a message has a text or attachments", rule="required")
    actor = actor_of(services, call)
    enclosed = [_enclosed(actor, one, call.base_url) for one in wish.pop("attachments", ())]
    return _told(acting.say(actor, attachments=enclosed, **wish))


def _enclosed(actor: Actor, one: Mapping[str, Any], base_url: str) -> Mapping[str, Any]:
    """A file that comes within its address is kept, and has one where a bot can fetch it."""
    file = files.within(str(one.get("payload", {}).get("url", "")))
    if file is None:
        return one
    stored = attachments.keep(actor.desk, actor.world, actor.page, file, kind=one["type"], base_url=base_url)
    return {**one, "payload": {**one["payload"], "url": stored.url}}


def tap(services: Services, call: Call) -> Reply:
    wish, actor = call.body, actor_of(services, call)
    button, did = acting.tap(actor, wish["button"], wish.get("mid"))
    if button.kind == "account_link":
        did, link = opened(actor, button, call.base_url)
        return _told(did, link=link, button=button)
    if button.kind == "account_unlink":
        did = linking.unlink(actor)
    return _told(did, button=button)


def opened(actor: Actor, button: Button, base_url: str) -> tuple[Did, linking.Link]:
    """What the tap on Log In comes to: the address that the browser opens, if any."""
    link, address = linking.begin(actor, button.url, base_url)
    return Did(opens=address), link


def react(services: Services, call: Call) -> Reply:
    wish = members(call)
    return _told(acting.react(actor_of(services, call), wish.get("mid"), wish.get("emoji", "❤")))


def read(services: Services, call: Call) -> Reply:
    return _told(acting.read(actor_of(services, call)))


def edit(services: Services, call: Call) -> Reply:
    return _told(acting.edit(actor_of(services, call), call.body["mid"], call.body["text"]))


def unsend(services: Services, call: Call) -> Reply:
    return _told(acting.unsend(actor_of(services, call), call.body["mid"]))


def open_thread(services: Services, call: Call) -> Reply:
    return _told(acting.open_thread(actor_of(services, call), **members(call)))


def opt_in(services: Services, call: Call) -> Reply:
    actor, wish = actor_of(services, call), members(call)
    if "user_ref" in wish:
        return _told(plugins.tick(actor, wish["user_ref"], wish.get("ref", "")))
    if "ref" in wish:
        return _told(plugins.press(actor, wish["ref"]))
    return _told(acting.opt_in(actor, wish.get("mid")))


def opt_out(services: Services, call: Call) -> Reply:
    wish = members(call)
    return _told(acting.opt_out(actor_of(services, call), wish.get("token"), resume=wish.get("resume", False)))


def unlink(services: Services, call: Call) -> Reply:
    return _told(linking.unlink(actor_of(services, call)))


def answer_as_agent(services: Services, call: Call) -> Reply:
    """Raises CannotDo."""
    wish, actor, did = members(call), actor_of(services, call), Did()
    if "text" in wish:
        agent.answer(actor, did, wish["text"])
    if wish.get("done"):
        agent.hand_back(actor, did)
    return _told(did)


def get_thread(services: Services, call: Call) -> Reply:
    actor = actor_of(services, call)
    after, most = call.query["after"], call.query["limit"]
    return Reply(showing.thread(services.desk, actor.world, actor.page, actor.person, after=after, most=most))


def stream_thread(services: Services, call: Call) -> Reply:
    actor, after = actor_of(services, call), call.query["after"]
    return Reply(
        "",
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        stream=lambda: showing.stream(services.desk, actor.world.world_id, actor.page, actor.person.psid, after),
    )


def list_links(services: Services, call: Call) -> Reply:
    actor = actor_of(services, call)
    return Reply({"links": [as_link(one) for one in linking.of_person(services.desk, actor.world, actor.person.psid)]})


def as_link(one: linking.Link) -> dict[str, Any]:
    return {"token": one.token, "state": one.state, "url": one.url, "steps": list(one.steps)}


def _told(did: Did, *, link: linking.Link | None = None, button: Button | None = None) -> Reply:
    told: dict[str, Any] = {"deliveries": did.deliveries, "unheard": did.unheard}
    if did.message is not None:
        told["message"] = showing.said(did.message)
    if did.opens:
        told["opens"] = did.opens
    if button is not None:
        told["tapped"] = {"type": button.kind, "title": button.title, "payload": button.payload or None}
    if link is not None:
        told["link"] = as_link(link)
    return Reply(told)


DEEDS: Mapping[str, Operation] = {
    "messengerSay": say,
    "messengerTap": tap,
    "messengerReact": react,
    "messengerRead": read,
    "messengerEdit": edit,
    "messengerUnsend": unsend,
    "messengerOpen": open_thread,
    "messengerOptIn": opt_in,
    "messengerOptOut": opt_out,
    "messengerUnlink": unlink,
    "messengerAgent": answer_as_agent,
}
OPERATIONS: Mapping[str, Operation] = {
    **{name: whole(deed) for name, deed in DEEDS.items()},
    "getMessengerThread": get_thread,
    "streamMessengerThread": stream_thread,
    "listMessengerLinks": list_links,
}
