"""Golden answers: what a bank answered when somebody last looked, kept as files, and to be answered again.

`SANDBANK_GOLDEN=write pytest tests/banks` writes the files anew; git then shows what has changed.
"""

import json
import os
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

WRITE = os.environ.get("SANDBANK_GOLDEN") == "write"
PASSING_HEADERS = {"date", "server", "content-length", "sandbank-trace"}


def assert_golden(
    file: Path, answer: requests.Response, *, secrets: Collection[str] = (), passing: Mapping[str, str] | None = None
) -> None:
    """Status, headers and body are those in the file. What differs from run to run is left out: the values of the JSON
    members that `secrets` names, and whatever the regular expressions in `passing` match (each with what stands for
    it)."""
    asked = urlsplit(answer.request.url or "")
    told = recorded(answer, secrets, {re.escape(f"{asked.scheme}://{asked.netloc}"): "ORIGIN", **(passing or {})})
    if WRITE:
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert told == json.loads(file.read_text(encoding="utf-8"))


def recorded(answer: requests.Response, secrets: Collection[str], passing: Mapping[str, str]) -> dict[str, Any]:
    """A body that is not JSON is known by its first bytes."""

    def lasting(text: str) -> str:
        for pattern, name in passing.items():
            text = re.sub(pattern, name, text)
        return text

    headers = {name.lower(): lasting(value) for name, value in answer.headers.items()}
    body: Any = None
    if headers.get("content-type") == "application/json":
        body = _without(json.loads(lasting(answer.text)), secrets)
    elif answer.content:
        body = answer.content[:5].decode("latin-1")
    kept = {name: value for name, value in sorted(headers.items()) if name not in PASSING_HEADERS}
    return {"status": answer.status_code, "headers": kept, "body": body}


def _without(value: Any, secrets: Collection[str]) -> Any:
    if isinstance(value, list):
        return [_without(item, secrets) for item in value]
    if isinstance(value, dict):
        return {name: "…" if name in secrets else _without(item, secrets) for name, item in value.items()}
    return value
