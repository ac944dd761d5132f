"""Pages of the messenger and their apps, and the people who write to them."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from sandbox.control.operation import Operation, created, members, world_of, wrong
from sandbox.control.services import Services
from sandbox.dialect.call import Call, Reply
from sandbox.kernel.errors import CustomerNotFound
from sandbox.messenger import hooks, pictures, showing, subscribing, tokens
from sandbox.messenger.acting import Actor
from sandbox.messenger.desk import Desk
from sandbox.messenger.errors import InvalidParameter, PageNotFound, PersonNotFound
from sandbox.messenger.pages import Page, made, ready
from sandbox.messenger.people import Person, stranger
from sandbox.messenger.whatsapp.business import Number
from sandbox.worlds.worlds import World

DEFAULT = "ready"
"""How the page that every world has is called."""


def list_pages(services: Services, call: Call) -> Reply:
    world = world_of(services, call)
    return Reply({"pages": [shown(world, page) for page in services.desk.pages(world)]})


def add_page(services: Services, call: Call) -> Reply:
    world, desk, name = world_of(services, call), services.desk, call.body["name"]
    with services.database.transaction():
        page = made(world.world_id, f"page {len(desk.pages(world))}", name)
        desk.set_page(world, page)
    return created(shown(world, page), f"/messenger/pages/{page.page_id}?world={world.world_id}")


def get_page(services: Services, call: Call) -> Reply:
    world = world_of(services, call)
    return Reply(shown(world, page_named(services.desk, world, call.path["page"])))


def change_page(services: Services, call: Call) -> Reply:
    """What is left out stays."""
    world, desk, wish = world_of(services, call), services.desk, members(call)
    with services.database.transaction():
        page = with_app(page_named(desk, world, call.path["page"]), wish)
        was_restricted = page.behaviour.restricted
        behaviour = replace(page.behaviour, **_hashable(wish.get("behaviour", {})))
        page = replace(page, name=wish.get("name", page.name), behaviour=behaviour)
        desk.set_page(world, page)
        if page.behaviour.restricted != was_restricted:
            desk.hooks.tell(world, page, "messaging_policy_enforcement", hooks.enforced(page, world))
    return Reply(shown(world, page))


def with_app(page: Page, wish: Mapping[str, Any]) -> Page:
    """With what is wished of the app that looks. What is left out stays."""
    app = replace(page.app, **{name: wish[name] for name in ("callback_url", "verify_token") if name in wish})
    # A webhook that is named here and hears of nothing would be no use.
    usual = subscribing.FIELDS if wish.get("callback_url") else ()
    return replace(
        page,
        app=replace(app, fields=_fields(wish, "fields", app.fields or usual)),
        epoch=page.epoch + (1 if wish.get("new_token") else 0),
        token_problem=wish.get("token_problem", page.token_problem) or "",
        subscribed_fields=_fields(wish, "subscribed_fields", page.subscribed_fields or usual),
    )


def list_users(services: Services, call: Call) -> Reply:
    """Whoever has something of their own first, then the customers."""
    world, desk = world_of(services, call), services.desk
    page, most = page_of(services, call, world), call.query["limit"]
    people = {one.psid: one for one in desk.people(world, page)[:most]}
    for username in services.worlds.usernames(world):
        if len(people) >= most:
            break
        one = desk.person_called(world, page, username)
        people.setdefault(one.psid, one)
    return Reply({"users": [showing.person(one, page) for one in people.values()]})


def add_user(services: Services, call: Call) -> Reply:
    world, desk, wish = world_of(services, call), services.desk, members(call)
    page = page_of(services, call, world)
    with services.database.transaction():
        number = len(desk.people(world, page))
        one = stranger(world.world_id, page.page_id, wish["first_name"], wish.get("last_name", ""), number)
        if call.query.get("channel") == "whatsapp":
            one = replace(one, phone=f"1555014{number:04}")  # which is nobody else's, since there it is the address
        one = replace(one, **{name: wish[name] for name in SETTABLE if wish.get(name) is not None})
        desk.set_person(world, one)
    return created(showing.person(one, page), f"/messenger/users/{one.psid}?world={world.world_id}")


def get_user(services: Services, call: Call) -> Reply:
    actor = actor_of(services, call)
    return Reply(showing.person(actor.person, actor.page))


def get_picture(services: Services, call: Call) -> Reply:
    return Reply(pictures.svg(actor_of(services, call).person), media_type="image/svg+xml")


def change_user(services: Services, call: Call) -> Reply:
    wish = members(call)
    changes: dict[str, Any] = {name: "" if wish[name] is None else wish[name] for name in SETTABLE if name in wish}
    with services.database.transaction():
        actor = actor_of(services, call)
        one = replace(actor.person, **changes)
        services.desk.set_person(actor.world, one)
    return Reply(showing.person(one, actor.page))


SETTABLE = ("first_name", "last_name", "locale", "timezone", "gender", "phone", "tester", "reach")

# --- Whom a call is about --------------------------------------------------------------------------------------------


def actor_of(services: Services, call: Call) -> Actor:
    """The person in the path, in front of the page that `?page=` names. Raises PersonNotFound or PageNotFound."""
    world = world_of(services, call)
    page = page_of(services, call, world)
    return Actor(services.desk, world, page, person_named(services.desk, world, page, call.path["user"]))


def page_of(services: Services, call: Call, world: World) -> Page:
    """The page that `?page=` names, on WhatsApp the number. Raises PageNotFound."""
    name = call.query.get("page", DEFAULT)
    if call.query.get("channel") == "whatsapp":
        return services.office.page(world, number_of(services, world, name))
    return page_named(services.desk, world, name)


def number_of(services: Services, world: World, name: str) -> Number:
    """By its id or phone; `ready` is the first. Raises PageNotFound."""
    numbers = services.office.numbers(world)
    for number in numbers:
        if name in (number.phone_number_id, number.phone) or name == DEFAULT:
            return number
    raise PageNotFound(f"the account has no number {name!r}", numbers=[one.phone_number_id for one in numbers])


def page_named(desk: Desk, world: World, name: str) -> Page:
    """Raises PageNotFound."""
    page = desk.page(world, ready(world.world_id).page_id if name == DEFAULT else name)
    if page is None:
        raise PageNotFound(f"the world has no page {name!r}", hint="`ready` is the one that every world has.")
    return page


def person_named(desk: Desk, world: World, page: Page, name: str) -> Person:
    """By PSID or username. Raises PersonNotFound."""
    one = desk.person(world, page, name)
    if one is not None:
        return one
    try:
        return desk.person_called(world, page, name)
    except CustomerNotFound as error:
        raise PersonNotFound(f"{page.name} knows nobody called {name!r}", hint=error.hint) from None


def shown(world: World, page: Page) -> dict[str, Any]:
    return {
        "page_id": page.page_id,
        "name": page.name,
        "ready": page.page_id == ready(world.world_id).page_id,
        **app_shown(world, page),
        "behaviour": {
            name: list(one) if isinstance(one, tuple) else one for name, one in asdict(page.behaviour).items()
        },
        "profile": page.profile,
    }


def app_shown(world: World, page: Page) -> dict[str, Any]:
    """The app that looks."""
    app = page.app
    return {
        "page_token": tokens.page_token(world.world_id, page),
        "token_problem": page.token_problem or None,
        "app_id": app.app_id,
        "app_secret": app.secret,
        "app_token": tokens.app_token(page),
        "verify_token": app.verify_token,
        "callback_url": app.callback_url or None,
        "fields": list(app.fields),
        "subscribed_fields": list(page.subscribed_fields),
    }


def _hashable(members: Mapping[str, Any]) -> dict[str, Any]:
    """Lists as the tuples that a behaviour has."""
    return {name: tuple(one) if isinstance(one, list) else one for name, one in members.items()}


def _fields(wish: Mapping[str, Any], name: str, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    if name not in wish:
        return otherwise
    try:
        return subscribing.wanted(wish[name], name)
    except InvalidParameter as error:
        raise wrong(f"/{name}", error.detail, rule="enum", expected=subscribing.FIELDS, got=wish[name]) from None


OPERATIONS: Mapping[str, Operation] = {
    "listMessengerPages": list_pages,
    "addMessengerPage": add_page,
    "getMessengerPage": get_page,
    "changeMessengerPage": change_page,
    "listMessengerUsers": list_users,
    "addMessengerUser": add_user,
    "getMessengerUser": get_user,
    "changeMessengerUser": change_user,
    "getMessengerPicture": get_picture,
}
