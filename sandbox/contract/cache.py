"""Compiled documents between two starts: one file each, named by what it was made from.

A file is three lines: the digest of the other two, the compiled data, the document. Both are JSON. What
cannot be read counts as missing, and the next cold start writes it anew; where nothing can be written, every
start is cold.
"""

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

# An author saves a document many times a day.
MOST_VERSIONS = 8


def folder() -> Path | None:
    """SANDBANK_CACHE_DIR, or sandbank/ in the user's cache folder; None where there is no home."""
    if chosen := os.environ.get("SANDBANK_CACHE_DIR"):
        return Path(chosen)
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sandbank"
    except RuntimeError:
        return None


def read(slug: str, key: str) -> tuple[dict[str, Any], bytes] | None:
    home = folder()
    if home is None:
        return None
    try:
        digest, _, rest = _file(home, slug, key).read_bytes().partition(b"\n")
        if digest != _digest(rest):
            return None
        compiled, _, raw_json = rest.partition(b"\n")
        return orjson.loads(compiled), raw_json
    except (OSError, ValueError):
        return None


def write(slug: str, key: str, compiled: dict[str, Any], raw_json: bytes) -> None:
    home = folder()
    if home is None:
        return
    rest = orjson.dumps(compiled) + b"\n" + raw_json
    with suppress(OSError):
        home.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=home, prefix=f".{slug}-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_digest(rest) + b"\n" + rest)
            os.replace(name, _file(home, slug, key))
        except OSError:
            os.unlink(name)
            raise
        _prune(home, slug)


def _prune(home: Path, slug: str) -> None:
    versions = sorted(home.glob(f"{slug}-{'[0-9a-f]' * 64}.json"), key=lambda file: file.stat().st_mtime)
    for stale in versions[:-MOST_VERSIONS]:
        stale.unlink(missing_ok=True)


def _file(home: Path, slug: str, key: str) -> Path:
    return home / f"{slug}-{key}.json"


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).hexdigest().encode()
