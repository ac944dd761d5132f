"""Where seed files lie: the built-in folder, and one of the user's beside it. Reads nothing."""

from collections.abc import Iterator
from pathlib import Path

from sandbox.kernel.errors import SeedDataInvalid
from sandbox.resources import seed_data_dir


def folders(extra: Path | None) -> list[Path]:
    if extra is not None and not extra.is_dir():
        raise SeedDataInvalid([f"{extra}: is not a folder"])
    return [seed_data_dir(), *([extra] if extra is not None else [])]


def persona_files(folder: Path) -> Iterator[Path]:
    inner = folder / "personas"
    flat = not inner.is_dir() and not (folder / "merchants").is_dir()
    yield from sorted((folder if flat else inner).glob("*.yaml"))


def shown(path: Path, folder: Path) -> str:
    """How a problem names a file: from the seed folder on."""
    return f"{folder.name}/{path.relative_to(folder).as_posix()}"
