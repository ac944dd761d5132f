"""A webhook as it goes over the wire: its bytes, and what proves whose they are."""

import hmac
import json
from collections.abc import Mapping
from typing import Any

Headers = list[tuple[str, str]]


def of_page(page_id: str, at: int, event: Mapping[str, Any], *, standby: bool = False) -> dict[str, Any]:
    """`at` is in milliseconds. What an app only overhears stands under `standby`."""
    member = "standby" if standby else "messaging"
    return {"object": "page", "entry": [{"id": page_id, "time": at, member: [dict(event)]}]}


def of_change(node: str, at: int, field: str, value: Mapping[str, Any]) -> dict[str, Any]:
    """What is about no conversation. `at` is in seconds."""
    return {"object": "page", "entry": [{"id": node, "time": at, "changes": [{"field": field, "value": dict(value)}]}]}


def written(envelope: Mapping[str, Any], *, raw: bool = False) -> bytes:
    """Escaped to ASCII with lower-case hexadecimal digits, as the platform writes and signs it; `raw` leaves UTF-8."""
    return json.dumps(envelope, ensure_ascii=not raw, separators=(",", ":")).encode()


def digest(algorithm: str, secret: str, body: bytes) -> str:
    return hmac.new(secret.encode(), body, algorithm).hexdigest()


def signed(secret: str, body: bytes, how: str = "good") -> Headers:
    """Both headers, or what `how` makes of them: good, sha1, missing, wrong."""
    key = secret if how != "wrong" else f"not {secret}"
    headers = [
        ("X-Hub-Signature", f"sha1={digest('sha1', key, body)}"),
        ("X-Hub-Signature-256", f"sha256={digest('sha256', key, body)}"),
    ]
    return {"missing": [], "sha1": headers[:1]}.get(how, headers)
