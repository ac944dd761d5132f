"""Several apps at a page: each with a token, a webhook and subscriptions of its own. One is the page's default app."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sandbox.control.messenger import app_shown, page_named, with_app
from sandbox.control.operation import NOTHING, Operation, created, world_of
from sandbox.control.services import Services
from sandbox.dialect.call import Call, Reply
from sandbox.messenger import handover, samples
from sandbox.messenger.errors import AppNotFound, CannotDo
from sandbox.messenger.hooks import why_unheard
from sandbox.messenger.pages import Page, Seat, app_made
from sandbox.worlds.worlds import World


def list_apps(services: Services, call: Call) -> Reply:
    """The default one first."""
    world = world_of(services, call)
    page = page_named(services.desk, world, call.path["page"])
    return Reply({"apps": [_shown(world, view) for view in page.views()]})


def add_app(services: Services, call: Call) -> Reply:
    world, desk, title = world_of(services, call), services.desk, call.body["name"]
    with services.database.transaction():
        page = page_named(desk, world, call.path["page"])
        number = desk.chats.next_place(world.world_id, "app", page.page_id)
        app = app_made(world.world_id, f"{page.page_id} app {number}", title)
        desk.chats.append(world.world_id, "app", app.app_id, "{}", owner=page.page_id, place=number)
        page = replace(page, others=(*page.others, Seat(app)))
        desk.set_page(world, page)
    told = _shown(world, _view(page, app.app_id))
    return created(told, f"/messenger/pages/{page.page_id}/apps/{app.app_id}?world={world.world_id}")


def change_app(services: Services, call: Call) -> Reply:
    """What is left out stays. Raises AppNotFound."""
    world, desk, wish = world_of(services, call), services.desk, call.body
    with services.database.transaction():
        page = with_app(_named(services, call, world), wish)
        promoted = wish.get("default", False) and page.app.app_id != page.default_app
        page = replace(page, first="") if promoted else page
        desk.set_page(world, page)
        if promoted:
            handover.roles_changed(desk, world, page)
    return Reply(_shown(world, page))


def remove_app(services: Services, call: Call) -> Reply:
    """Its threads go to the default app, which cannot be removed. Raises AppNotFound or CannotDo."""
    world, desk = world_of(services, call), services.desk
    with services.database.transaction():
        gone = _named(services, call, world)
        page = _view(gone, gone.default_app)
        if gone.app.app_id == page.app.app_id:
            raise CannotDo("the page's default app cannot be removed", hint='PATCH another one: {"default": true}.')
        for thread in desk.threads(world, page):
            if thread.owner == gone.app.app_id:
                desk.set_thread(world, replace(thread, owner=""))
        others = tuple(one for one in page.others if one.app.app_id != gone.app.app_id)
        desk.set_page(world, replace(page, others=others))
    return NOTHING


def send_sample(services: Services, call: Call) -> Reply:
    """As the button of the platform's dashboard does. Raises AppNotFound or CannotDo."""
    world, field = world_of(services, call), call.body["field"]
    page = _named(services, call, world)
    if field not in page.app.fields:
        raise CannotDo(why_unheard(page, field))
    delivery = samples.tell(services.desk, world, page, field)
    return Reply({"delivery_id": delivery.delivery_id}, 202)


def _named(services: Services, call: Call, world: World) -> Page:
    """As the app in the path has it, or the default one by that word. Raises PageNotFound or AppNotFound."""
    page, app_id = page_named(services.desk, world, call.path["page"]), call.path["app"]
    return page if app_id == "default" else _view(page, app_id)


def _view(page: Page, app_id: str) -> Page:
    """Raises AppNotFound."""
    view = page.seen_by(app_id)
    if view is None:
        raise AppNotFound(f"{page.name} has no app {app_id[:40]!r}", hint="`default` is the page's default app.")
    return view


def _shown(world: World, page: Page) -> dict[str, Any]:
    return {"name": page.app.name, "default": page.app.app_id == page.default_app, **app_shown(world, page)}


OPERATIONS: Mapping[str, Operation] = {
    "listMessengerApps": list_apps,
    "addMessengerApp": add_app,
    "changeMessengerApp": change_app,
    "removeMessengerApp": remove_app,
    "sendMessengerSample": send_sample,
}
