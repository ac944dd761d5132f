"""Media: uploaded, looked up, downloaded by whoever has the token, deleted."""

import hmac
from base64 import b64decode
from datetime import timedelta

from sandbox.dialect.call import Call, Reply
from sandbox.kernel import ids
from sandbox.kernel.clock import to_millis
from sandbox.messenger import files
from sandbox.messenger.front import PREFIX, caller_of
from sandbox.messenger.whatsapp.errors import MediaNotFetched, MediaRefused, NodeUnknown, ParameterInvalid
from sandbox.messenger.whatsapp.media import KINDS, Medium
from sandbox.messenger.whatsapp.office import Office
from sandbox.worlds.worlds import World

LENT = timedelta(minutes=5)
"""So long a URL lives, by the world's clock."""
MOST = 200
"""Media of one number."""


def upload(office: Office, call: Call) -> Reply:
    world = caller_of(call).world
    number = office.number(world, call.path["node"])
    file = files.of(call, "file")
    media_type = call.body.get("type", file.media_type).partition(";")[0].strip()
    if media_type not in KINDS:
        raise ParameterInvalid(f"Param file must be a file with one of the following types: {', '.join(KINDS)}.")
    if len(office.media_of(world, number)) >= MOST:
        raise MediaRefused(f"Sandbank keeps {MOST} media of a number.", hint="DELETE /{media-id}, or reset the world.")
    medium = Medium.of(number.phone_number_id, media_type, file.content)
    return Reply({"id": office.add_medium(world, medium).media_id})


def show(world: World, medium: Medium, call: Call) -> Reply:
    until = to_millis(world.now + LENT)
    url = f"{call.base_url}{PREFIX}/{medium.media_id}/file?until={until}&hash={_seal(world, medium, until)}"
    told = {
        "messaging_product": "whatsapp",
        "url": url,
        "mime_type": medium.media_type,
        "sha256": medium.sha256,
        "file_size": medium.size,
        "id": medium.media_id,
    }
    return Reply(told)


def download(office: Office, call: Call) -> Reply:
    world = caller_of(call).world
    medium = found(office, world, call.path["node"])
    until = call.query["until"]
    if not hmac.compare_digest(_seal(world, medium, until), call.query["hash"]):
        raise MediaNotFetched("The URL is not one that was given out.", hint="GET /{media-id} gives one.")
    if world.now_millis > until:
        raise MediaNotFetched("The URL has expired: it lives for five minutes.", hint="GET /{media-id} anew.")
    return Reply(b64decode(medium.content), media_type=medium.media_type)


def delete(office: Office, world: World, medium: Medium, owner: str) -> Reply:
    if owner not in ("", medium.phone_number_id):
        raise ParameterInvalid("phone_number_id is not the number that the media was uploaded to.")
    office.delete_medium(world, medium)
    return Reply({"success": True})


def found(office: Office, world: World, media_id: str) -> Medium:
    """Raises NodeUnknown."""
    medium = office.medium(world, media_id)
    if medium is None or medium.deleted:
        raise NodeUnknown(f"There is no media {media_id} here, or no more.")
    return medium


def _seal(world: World, medium: Medium, until: int) -> str:
    return ids.short("whatsapp media", world.world_id, medium.media_id, until, medium.sha256, length=32)
