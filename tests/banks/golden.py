"""Golden answers: what a bank answered when somebody last looked, kept as files, and to be answered again.

`SANDBANK_GOLDEN=write pytest tests/banks` writes the files anew; git then shows what has changed.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import requests

WRITE = os.environ.get("SANDBANK_GOLDEN") == "write"
PASSING = {"date", "content-length", "sandbank-trace"}
"""Headers that differ from run to run, and whose values say nothing."""


def recorded(response: requests.Response, passing: dict[str, str]) -> dict[str, Any]:
    """An answer as it is kept. `passing` says which parts of the text differ from run to run (as regular expressions), and
    what stands for them in the file."""

    def lasting(text: str) -> str:
        for pattern, name in passing.items():
            text = re.sub(pattern, name, text)
        return text

    kept = {name.lower(): lasting(value) for name, value in response.headers.items() if name.lower() not in PASSING}
    body: Any = None
    if kept.get("content-type") == "application/json":
        body = json.loads(lasting(response.text))
    elif response.content:
        body = f"{response.content[:4].hex()}..."
    return {"status": response.status_code, "headers": dict(sorted(kept.items())), "body": body}


def hold(file: Path, answer: dict[str, Any]) -> None:
    """The answer is the one in the file."""
    text = json.dumps(answer, indent=1, ensure_ascii=False) + "\n"
    if WRITE:
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert answer == json.loads(file.read_text(encoding="utf-8"))
