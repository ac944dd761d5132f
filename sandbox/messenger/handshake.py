"""Whether a webhook is the app's own: it has to repeat a challenge. Who subscribes waits for it, nobody else does."""

import asyncio

from sandbox.kernel import ids
from sandbox.messenger.desk import Desk
from sandbox.messenger.errors import CallbackFailed
from sandbox.messenger.linking import with_query
from sandbox.outbound.documents import Unreachable, ask
from sandbox.outbound.guard import Refused

HEADERS = {"Accept": "*/*", "User-Agent": "Sandbank messenger"}


async def shake(desk: Desk, url: str, token: str) -> None:
    """Raises CallbackFailed, in the platform's words."""
    challenge = ids.digits(10, "challenge", url, desk.hooks.wall())
    asked = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": token}
    try:
        heard = await asyncio.to_thread(ask, desk.guard, with_query(url, asked), HEADERS)
    except (Refused, Unreachable) as error:
        hint = "Is it running? It has to be, before it is named." if isinstance(error, Unreachable) else ""
        told = f"Callback verification failed with the following errors: {error}"
        raise CallbackFailed(told, hint=hint, url=url) from None
    if heard.status != 200:
        told = f"HTTP Status Code = {heard.status}; HTTP Message = {heard.reason}"
        hint = "A webhook answers 403 where it does not know the verify token." if heard.status == 403 else ""
        raise CallbackFailed(
            f"Callback verification failed with the following errors: {told}", hint=hint, url=url, verify_token=token
        )
    received = heard.body.decode("utf-8", "replace")
    if received.strip() != challenge:
        raise CallbackFailed(
            "The URL couldn't be validated. Response does not match challenge, "
            f'expected value="{challenge}", received="{received[:100]}"',
            hint="Answer with the value of hub.challenge alone, as plain text.",
            url=url,
        )
