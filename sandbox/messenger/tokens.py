"""Access tokens of pages and apps. A token tells by itself which world and page it is for, so that none is stored; what
it is worth is known to the page."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from hmac import compare_digest

from sandbox.kernel import ids
from sandbox.messenger.pages import Page

HEAD = "EAAS"
_SEAL = 12


def page_token(world_id: str, page: Page) -> str:
    payload = f"{world_id}|{page.page_id}".encode()
    return HEAD + urlsafe_b64encode(payload + _seal(payload, page)).decode().rstrip("=")


def app_token(page: Page) -> str:
    """The app's own, as the platform writes it: id and secret."""
    return f"{page.app.app_id}|{page.app.secret}"


def read(token: str) -> tuple[str, str] | None:
    """(world, page) that a page token names, sealed or not; None for anything else."""
    if not token.startswith(HEAD):
        return None
    text = token[len(HEAD) :]
    try:
        sealed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        world_id, _, page_id = sealed[:-_SEAL].decode().partition("|")
    except ValueError:
        return None
    return (world_id, page_id) if page_id else None


def is_of(token: str, world_id: str, page: Page) -> bool:
    """Whether it is the page's token of today."""
    return compare_digest(token, page_token(world_id, page))


def _seal(payload: bytes, page: Page) -> bytes:
    return ids.digest("messenger token", payload.hex(), page.app.secret, page.epoch, size=_SEAL)
