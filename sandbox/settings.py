"""One frozen Settings. Flags, SANDBANK_* variables and a file give the same object; each name appears once, here."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Self


class SettingsInvalid(ValueError):
    """A setting has a value it cannot have; the text names it and says what would do."""


@dataclass(frozen=True, slots=True)
class Settings:
    host: str = "127.0.0.1"
    port: int = 8080
    data: str | None = None
    """A SQLite file's path or a postgresql:// URL; None: a temporary file."""
    seed: int = 1
    now: str | None = None
    """Where the default world's clock starts (ISO 8601); None: the machine's time."""
    freeze: bool = False
    """Whether that clock stands still."""
    workers: int = 1
    seed_data: str | None = None
    """A folder of one's own personas and merchants, beside the built-in ones."""
    public_url: str | None = None
    """What clients call this server, where it cannot be told from their requests."""
    control_token: str | None = None
    """Lets callers from outside the loopback interface use the control API."""
    allow_outbound: str | None = None
    """HOST[:PORT],… that the server may ask for documents which clients name (jwks_uri); None: nothing is asked."""
    log_level: str = "warning"

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None, file: Path | None = None, **flags: Any) -> Self:
        """Flags win over SANDBANK_* variables, these over the file's table [sandbank], this over the defaults."""
        environment = os.environ if environment is None else environment
        values: dict[str, Any] = {}
        if file is not None:
            values |= _from_file(file)
        for field in fields(cls):
            name = f"SANDBANK_{field.name.upper()}"
            text = environment.get(name, "")
            # An empty variable means "not set", as Compose files write it; Kubernetes sets SANDBANK_PORT=tcp://… by
            # itself where a service is called sandbank.
            if text and not text.startswith("tcp://"):
                values[field.name] = _typed(field.name, text, name)
        values |= {name: value for name, value in flags.items() if value is not None}
        return replace(cls(), **values)


_TYPES: Mapping[str, type] = {"port": int, "seed": int, "workers": int, "freeze": bool}
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def _typed(name: str, text: str, shown: str) -> Any:
    kind = _TYPES.get(name, str)
    if kind is bool:
        if text.lower() in _TRUE | _FALSE:
            return text.lower() in _TRUE
        raise SettingsInvalid(f"{shown} has to be true or false, not {text!r}")
    if kind is int:
        try:
            return int(text)
        except ValueError:
            raise SettingsInvalid(f"{shown} has to be a whole number, not {text!r}") from None
    return text


def _from_file(file: Path) -> dict[str, Any]:
    try:
        table = tomllib.loads(file.read_text()).get("sandbank", {})
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SettingsInvalid(f"{file}: {error}") from error
    known = {field.name for field in fields(Settings)}
    unknown = sorted(set(table) - known)
    if unknown:
        raise SettingsInvalid(
            f"{file}: there is no setting {unknown[0]!r}; the settings are {', '.join(sorted(known))}"
        )
    return dict(table)
