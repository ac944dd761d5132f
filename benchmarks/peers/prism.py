"""Prism, Stoplight's mock server for OpenAPI documents, from npm, as it comes: it answers the document's example."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from benchmarks.machine import CannotMeasure
from sandbox import resources

VERSION = "5.14.2"
PACKAGE = f"@stoplight/prism-cli@{VERSION}"
OPERATION = "searchForAccountTransactions"


def install() -> Path:
    """The program, installed into the user's cache folder when it is not there yet."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sandbank-benchmarks" / f"prism-{VERSION}"
    program = home / "node_modules" / ".bin" / "prism"
    if program.exists():
        return program
    npm = shutil.which("npm")
    if npm is None:
        raise CannotMeasure("npm is not installed, and Prism comes from npm")
    home.mkdir(parents=True, exist_ok=True)
    print(f"Installing {PACKAGE} into {home} …", flush=True)
    quiet = ("--no-save", "--no-package-lock", "--no-audit", "--no-fund")
    command = [npm, "install", *quiet, "--prefix", str(home), PACKAGE]
    ran = subprocess.run(command, check=False, capture_output=True, text=True)
    if ran.returncode or not program.exists():
        raise CannotMeasure(f"npm could not install {PACKAGE}: {ran.stderr.strip()[-500:]}")
    return program


def command(program: Path, document: Path, port: int) -> Sequence[str]:
    return [str(program), "mock", "--port", str(port), "--host", "127.0.0.1", "--verboseLevel", "error", str(document)]


def chase() -> Path:
    return resources.openapi_dir() / "chase.yaml"


def document_with(page: Mapping[str, object], file: Path) -> Path:
    """Chase's document with one page of transactions as the only example of their list."""
    document = read(chase())
    for path in document["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict) and operation.get("operationId") == OPERATION:
                content = operation["responses"]["200"]["content"]["application/json"]
                content.pop("examples", None)
                content["example"] = page
    file.write_text(json.dumps(document))
    return file


def read(file: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.load(file.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return document
