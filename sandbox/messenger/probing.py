"""A probe: webhooks that are not the platform's, of a message by somebody who is nobody, to see what a bot does with
them. They are sent once, and count for nothing else."""

from collections.abc import Iterator

from sandbox.kernel import ids
from sandbox.messenger import envelopes, hooks
from sandbox.messenger.desk import Desk
from sandbox.messenger.hooks import Delivery
from sandbox.messenger.pages import Page
from sandbox.worlds.worlds import World

WAYS = ("wrong", "missing")
"""How they are signed."""
TEXT = "What is my balance?"


def probe(desk: Desk, world: World) -> Iterator[Delivery]:
    """At the webhook of each page's apps."""
    for page in desk.pages(world):
        for view in page.views():
            if view.app.callback_url:
                yield from (_sent(desk, world, view, how) for how in WAYS)


def _sent(desk: Desk, world: World, page: Page, how: str) -> Delivery:
    psid = "9" + ids.digits(16, "probe", world.world_id, page.page_id)
    mid = "m_" + ids.short("probe", world.world_id, page.page_id, how, desk.hooks.wall(), length=40)
    event = hooks.event(page, psid, world, message={"mid": mid, "text": TEXT})
    envelope = envelopes.of_page(page.page_id, world.now_millis, event, standby=False)
    return desk.hooks.queue(world, page, "messages", envelope, url=page.app.callback_url, lane=psid, probe=how)
