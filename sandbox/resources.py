"""Finds the folders that ship beside the code: inside the package in a wheel, at the root in a checkout."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def openapi_dir() -> Path:
    return _folder("openapi")


def seed_data_dir() -> Path:
    return _folder("seed_data")


def _folder(name: str) -> Path:
    for candidate in (PACKAGE / f"_{name}", PACKAGE.parent / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(
        f"Sandbank's {name}/ folder is neither in {PACKAGE} nor beside it: the installation is broken"
    )
