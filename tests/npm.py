"""Packages from npm, for tests whose clients are JavaScript."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest


def installed(package: str, version: str) -> Path:
    """A folder whose node_modules have the package, installed into the user's cache when it is not there yet. CI fails
    where it cannot be; a developer without Node goes without these tests."""
    npm = shutil.which("npm")
    if npm is None:
        if os.environ.get("CI"):
            pytest.fail(f"npm is not installed, and {package} comes from npm")
        pytest.skip("npm is not installed")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = cache / "sandbank-tests" / f"{package.replace('/', '-')}-{version}"
    if not (home / "node_modules" / package / "package.json").exists():
        home.mkdir(parents=True, exist_ok=True)
        quiet = ("--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
        command = [npm, "install", *quiet, "--prefix", str(home), f"{package}@{version}"]
        subprocess.run(command, check=True, capture_output=True, text=True)
    return home
