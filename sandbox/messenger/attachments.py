"""Files in messages: by address, by the id of one that was uploaded, or with the call. What is uploaded is kept, and
served by the sandbox; addresses are taken at their word and never fetched."""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from sandbox.dialect.call import Call, Reply
from sandbox.kernel import ids
from sandbox.ledger import codec
from sandbox.messenger import files
from sandbox.messenger.addresses import host_of
from sandbox.messenger.callers import page_of
from sandbox.messenger.desk import Desk
from sandbox.messenger.errors import InvalidParameter, UploadFailed
from sandbox.messenger.files import File
from sandbox.messenger.pages import Page
from sandbox.messenger.voice import param
from sandbox.messenger.wish import Sending
from sandbox.worlds.worlds import World

STORED = "attachment"
FILE = "filedata"
"""The part of a multipart form that holds a file."""
MOST = 200
"""Attachments of one page; the oldest is forgotten for one more."""
HERE = "/message/attachment/payload"


@dataclass(frozen=True, slots=True)
class Stored:
    attachment_id: str
    page_id: str
    kind: str
    """image, audio, video or file."""
    url: str
    media_type: str = ""
    content: str = ""
    """Base 64; empty for what stays at its address."""

    def bytes(self) -> bytes:
        return b64decode(self.content)


def upload(desk: Desk, call: Call) -> Reply:
    """Raises InvalidParameter or UploadFailed."""
    attachment = call.body["message"]["attachment"]
    payload = attachment.get("payload", {})
    if ("url" in payload) == (FILE in call.body) or "attachment_id" in payload:
        raise InvalidParameter(f"An upload must have one of {param(HERE)}[url] and the file {FILE}")
    stored = _keep(desk, call, page_of(call), attachment["type"], payload.get("url", ""))
    return Reply({"attachment_id": stored.attachment_id})


def find(desk: Desk, world: World, attachment_id: str) -> Stored | None:
    return desk.one(world, STORED, attachment_id, Stored)


def media_are_there(sending: Sending) -> None:
    """A rule of the Send API."""
    for pointer, payload, kind in _media(sending.message):
        named = [name for name in ("url", "attachment_id") if name in payload]
        by_file = FILE in sending.wish and pointer == HERE
        if len(named) + by_file != 1:
            raise InvalidParameter(
                f"Param {param(pointer)} must have one of url, attachment_id", got=named, hint="Name the file once."
            )
        if "url" in payload:
            _can_be_fetched(payload["url"])
        elif "attachment_id" in payload:
            stored = find(sending.desk, sending.world, payload["attachment_id"])
            if stored is None or stored.page_id != sending.page.page_id or stored.kind != kind:
                raise InvalidParameter(
                    f"Param {param(pointer)}[attachment_id] must be an uploaded {kind} of this page",
                    got=payload["attachment_id"],
                    hint="POST /{page-id}/message_attachments gives one.",
                )


def shown(sending: Sending, call: Call) -> tuple[dict[str, Any], str]:
    """(the message with an address for each file, the id of what is to be used again)."""
    content, reusable = deepcopy(sending.message), ""
    for pointer, payload, kind in _media(content):
        stored: Stored | None = None
        if "attachment_id" in payload:
            stored = find(sending.desk, sending.world, payload["attachment_id"])
        elif payload.get("is_reusable") or (FILE in sending.wish and pointer == HERE):
            stored = _keep(sending.desk, call, sending.page, kind, payload.get("url", ""))
            reusable = stored.attachment_id if payload.get("is_reusable") else ""
        if stored is not None:
            payload["url"] = stored.url
    return content, reusable


def _keep(desk: Desk, call: Call, page: Page, kind: str, url: str) -> Stored:
    """What is at the address, or else the file that came with the call. Raises InvalidParameter or UploadFailed."""
    if url:
        _can_be_fetched(url)
    return keep(desk, call.world, page, url or files.of(call, FILE), kind=kind, base_url=call.base_url)


def keep(desk: Desk, world: World, page: Page, what: str | File, *, kind: str, base_url: str) -> Stored:
    """`what` is an address, or a file, which is served at one from now on."""
    with desk.chats.database.transaction():
        place = desk.chats.next_place(world.world_id, STORED, page.page_id)
        name = _id(world, page, place)
        if isinstance(what, File):
            here = f"{base_url}/_sandbox/messenger/attachments/{name}?world={world.world_id}"
            stored = Stored(name, page.page_id, kind, here, what.media_type, b64encode(what.content).decode())
        else:
            stored = Stored(name, page.page_id, kind, what)
        text = codec.encode(stored)
        desk.chats.append(world.world_id, STORED, name, text, owner=page.page_id, place=place)
        desk.forget(world, STORED, _id(world, page, place - MOST))
    return stored


def _id(world: World, page: Page, place: int) -> str:
    return ids.digits(16, STORED, world.world_id, page.page_id, place)


def _can_be_fetched(url: str) -> None:
    """A name under `.invalid` (RFC 2606) stands for what cannot be. Raises UploadFailed."""
    if host_of(url).endswith(".invalid"):
        raise UploadFailed("Failed to fetch the file from the url", url=url)


def _media(message: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], str]]:
    """(pointer, payload, kind) of every file that a message shows."""
    attachment = message.get("attachment", {})
    if attachment.get("type") == "template":
        if attachment["payload"]["template_type"] == "media":
            element = attachment["payload"]["elements"][0]
            yield "/message/attachment/payload/elements/0", element, element["media_type"]
    elif attachment:
        yield HERE, attachment.setdefault("payload", {}), attachment["type"]
    for place, image in enumerate(message.get("attachments", ())):
        yield f"/message/attachments/{place}/payload", image["payload"], "image"
