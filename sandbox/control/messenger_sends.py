"""Of the messenger's Send API: files that were uploaded, and recipients that make errors happen."""

from base64 import b64decode
from collections.abc import Mapping

from sandbox.control.operation import Operation, world_of
from sandbox.control.services import Services
from sandbox.dialect.call import Call, Reply
from sandbox.messenger import attachments
from sandbox.messenger.attachments import Stored
from sandbox.messenger.errors import AttachmentNotFound
from sandbox.messenger.magic import MAGIC, TOLD
from sandbox.messenger.whatsapp.media import Medium

HARMLESS = (
    "image/png", "image/jpeg", "image/gif", "image/webp", "audio/mpeg", "audio/mp4", "video/mp4", "application/pdf",
)  # fmt: skip
"""What a browser may show. Anything else it may only keep, lest a bot's upload run at the sandbox's own address."""


def get_attachment(services: Services, call: Call) -> Reply:
    """Raises AttachmentNotFound."""
    name, world = call.path["attachment"], world_of(services, call)
    stored: Stored | Medium | None = attachments.find(services.desk, world, name) or services.office.medium(world, name)
    if stored is None or not stored.content:
        raise AttachmentNotFound(f"no file was uploaded as {name!r}")
    kind = stored.media_type if stored.media_type in HARMLESS else "application/octet-stream"
    return Reply(b64decode(stored.content), media_type=kind, headers={"X-Content-Type-Options": "nosniff"})


def list_magic(_services: Services, _call: Call) -> Reply:
    told = [
        {
            "psid": psid,
            "error": error.__name__,
            "status": error.status,
            "code": error.code,
            "subcode": error.subcode,
            "message": TOLD[error],
            "rule": error.rule,
        }
        for psid, error in MAGIC.items()
    ]
    return Reply({"recipients": told})


OPERATIONS: Mapping[str, Operation] = {"getMessengerAttachment": get_attachment, "listMagicRecipients": list_magic}
