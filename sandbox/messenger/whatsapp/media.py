"""Media: uploaded by a business, and lent for a while under a URL that takes its token."""

import hashlib
from base64 import b64encode
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Medium:
    media_id: str
    phone_number_id: str
    media_type: str
    sha256: str
    size: int
    content: str
    """Base 64; empty once it was deleted."""
    deleted: bool = False

    @classmethod
    def of(cls, phone_number_id: str, media_type: str, content: bytes) -> "Medium":
        """That has no id yet."""
        digest, text = hashlib.sha256(content).hexdigest(), b64encode(content).decode()
        return cls("", phone_number_id, media_type, digest, len(content), text)

    def named(self, media_id: str) -> "Medium":
        return replace(self, media_id=media_id)

    def emptied(self) -> "Medium":
        return replace(self, content="", deleted=True)

    @property
    def kind(self) -> str:
        """image, audio, video, document or sticker; empty for a type that the channel does not take."""
        return KINDS.get(self.media_type, "")


KINDS = {
    "image/jpeg": "image",
    "image/png": "image",
    "image/webp": "sticker",
    "audio/aac": "audio",
    "audio/amr": "audio",
    "audio/mpeg": "audio",
    "audio/mp4": "audio",
    "audio/ogg": "audio",
    "video/mp4": "video",
    "video/3gpp": "video",
    "text/plain": "document",
    "application/pdf": "document",
    "application/msword": "document",
    "application/vnd.ms-excel": "document",
    "application/vnd.ms-powerpoint": "document",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "document",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "document",
}
"""By media type, all that the channel takes."""
