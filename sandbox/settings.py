"""One frozen Settings. Flags, SANDBANK_* variables and a file give the same object; each name appears once, here."""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Self

from sandbox.kernel.names import nearest

PREFIX = "SANDBANK_"
READ_BY_OTHERS = frozenset(
    {"SANDBANK_BENCH_DATASET", "SANDBANK_CACHE_DIR", "SANDBANK_COMMAND", "SANDBANK_DRIFT_TOKEN", "SANDBANK_FUZZ",
     "SANDBANK_GOLDEN", "SANDBANK_TEST_POSTGRES", "SANDBANK_URL", "SANDBANK_WORLD"}
)  # fmt: skip
"""No settings: the command line, the cache, the examples, the tests and the benchmark look at these variables."""
SERVICE = re.compile(
    r"SANDBANK_(\w+_)?(SERVICE_(HOST|PORT(_\w+)?)=.*|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?=.*|PORT=\w+://.*)"
)
"""What Kubernetes sets by itself in every container beside a Service that is called sandbank or sandbank-…:
SANDBANK_SERVICE_HOST=10.0.0.11, SANDBANK_DB_PORT_5432_TCP_ADDR=10.0.0.12, and even SANDBANK_PORT=tcp://10.0.0.11:8080."""

GIVEN = re.compile(
    r"SANDBANK_(BANKS|CONTROL_URL|[A-Z0-9_]+?_(URL|ISSUER|(AUTHORIZATION|TOKEN|REVOCATION|ACCOUNTS|OPENAPI)_URL"
    r"|CLIENT_(ID|SECRET)|CONSENT_ID|(ACCESS|REFRESH)_TOKEN))"
)
"""What `sandbank contract run` tells a command of its world, which may start a server of its own."""


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
    tls_port: int | None = None
    """A second port, for HTTPS, at which clients may show certificates; 0 picks a free one. None: there is none."""
    messenger_tls: int | None = None
    """A port for HTTPS at which the server is graph.facebook.com and graph.whatsapp.com; 0 picks a free one."""
    tls_cert: str | None = None
    """A file with the server's certificate and its chain, PEM; None: the sandbox's own authority makes one."""
    tls_key: str | None = None
    """A file with its private key."""
    trust_client_cert_header: str | None = None
    """The header in which a proxy passes on the certificate that a client showed to it; None: no header is believed."""
    trusted_proxies: str | None = None
    """ADDRESS[/BITS],… from which that header is believed; None: the loopback interface."""
    no_levers: bool = False
    """Whether `Prefer` and the `__` parameters of a request are ignored, as at the bank."""
    journal_bytes: int = 64 << 20
    """How much of what clients ask and are answered is kept of each world; 0 keeps nothing."""
    log_level: str = "warning"

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None, file: Path | None = None, **flags: Any) -> Self:
        """Flags win over SANDBANK_* variables, these over the file's table [sandbank], this over the defaults."""
        environment = os.environ if environment is None else environment
        values: dict[str, Any] = {}
        if file is not None:
            values |= _from_file(file)
        variables = {field.name: f"{PREFIX}{field.name.upper()}" for field in fields(cls)}
        for variable, text in _given(environment):
            name = variable.removeprefix(PREFIX).lower()
            if variables.get(name) != variable:
                if GIVEN.fullmatch(variable):
                    continue
                raise _unknown(variable, variables)
            values[name] = _typed(name, text, variable)
        values |= {name: value for name, value in flags.items() if value is not None}
        return replace(cls(), **values)


def _given(environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The variables that somebody has set for the server. An empty one means "not set", as Compose files write it."""
    for variable, text in environment.items():
        if not text or not variable.startswith(PREFIX) or variable in READ_BY_OTHERS:
            continue
        if not SERVICE.fullmatch(f"{variable}={text}"):
            yield variable, text


def _unknown(given: str, settings: Mapping[str, str]) -> SettingsInvalid:
    """`settings` says how each would have to be written."""
    close = [settings[name] for name in nearest(given.removeprefix(PREFIX), settings)]
    hint = f"Did you mean {' or '.join(close)}?" if close else f"The settings are {', '.join(settings.values())}."
    return SettingsInvalid(f"there is no setting {given!r}. {hint}")


_TYPES: Mapping[str, type] = {
    "port": int,
    "seed": int,
    "workers": int,
    "tls_port": int,
    "messenger_tls": int,
    "journal_bytes": int,
    "freeze": bool,
    "no_levers": bool,
}
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
    known = {field.name: field.name for field in fields(Settings)}
    for name in table:
        if name not in known:
            raise SettingsInvalid(f"{file}: {_unknown(name, known)}")
    return dict(table)
