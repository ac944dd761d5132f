"""Who really sent it. Both checks are over the bytes that came, never over JSON made anew, and take the same time
whether the first letter is wrong or the last."""

import base64
import hmac
import time

from werkzeug.datastructures import Headers

TOLERANCE = 5 * 60
"""Seconds by which the clock of a bank may differ from ours."""


def is_from_platform(body: bytes, headers: Headers, app_secret: str) -> bool:
    """The platform signs with the app's secret. It also sends SHA-1, which nobody should look at any more."""
    expected = "sha256=" + hmac.new(app_secret.encode(), body, "sha256").hexdigest()
    return hmac.compare_digest(expected.encode(), headers.get("X-Hub-Signature-256", "").encode())


def is_from_bank(body: bytes, headers: Headers, secret: str) -> bool:
    """Standard Webhooks. While a secret is rotated there are two signatures: one that fits is enough."""
    message, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not message or not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > TOLERANCE:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message}.{timestamp}.".encode() + body
    expected = b"v1," + base64.b64encode(hmac.digest(key, signed, "sha256"))
    given = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(expected, one.encode()) for one in given)
