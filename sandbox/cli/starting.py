"""From settings to an app: what `serve`, its workers and the commands that need no server have in common."""

from typing import TYPE_CHECKING

from sandbox.cli.failures import Unusable
from sandbox.kernel.errors import SandbankError
from sandbox.settings import Settings, SettingsInvalid

if TYPE_CHECKING:
    from sandbox.app import Sandbank

LEVELS = ("critical", "error", "warning", "info", "debug")


def checked(settings: Settings) -> Settings:
    """Raises SettingsInvalid for values that no flag's type has caught: those of the environment and the file."""
    for name, low, high in (("port", 0, 65535), ("workers", 1, 64), ("seed", 0, 2**53 - 1)):
        value = getattr(settings, name)
        if type(value) is not int or not low <= value <= high:
            raise SettingsInvalid(f"{name} has to be a whole number from {low} to {high}, not {value!r}")
    for name in (
        "host",
        "data",
        "now",
        "seed_data",
        "public_url",
        "control_token",
        "allow_outbound",
        "log_level",
        "tls_cert",
        "tls_key",
        "trust_client_cert_header",
        "trusted_proxies",
    ):
        if not isinstance(getattr(settings, name), str | None):
            raise SettingsInvalid(f"{name} has to be text, not {getattr(settings, name)!r}")
    if type(settings.freeze) is not bool:
        raise SettingsInvalid(f"freeze has to be true or false, not {settings.freeze!r}")
    if settings.log_level not in LEVELS:
        raise SettingsInvalid(f"log_level has to be one of {', '.join(LEVELS)}, not {settings.log_level!r}")
    if settings.workers > 1 and not settings.data:
        raise SettingsInvalid("--workers needs --data: the processes share what they know through the database")
    if settings.public_url and not settings.public_url.startswith(("http://", "https://")):
        raise SettingsInvalid(f"public_url has to begin with http:// or https://, not {settings.public_url!r}")
    _check_tls(settings)
    if settings.allow_outbound:
        from sandbox.outbound.guard import allowed

        try:
            allowed(settings.allow_outbound)
        except ValueError as error:
            raise SettingsInvalid(f"allow_outbound: {error}") from None
    if settings.now is not None:
        from sandbox.control.moments import instant
        from sandbox.kernel.errors import InvalidDate

        try:
            instant(settings.now, "--now")
        except InvalidDate as error:
            raise SettingsInvalid(error.detail) from None
    return settings


def _check_tls(settings: Settings) -> None:
    """Raises SettingsInvalid."""
    for name in ("tls_port", "messenger_tls"):
        port = getattr(settings, name)
        if port is not None and not (type(port) is int and 0 <= port <= 65535):
            raise SettingsInvalid(f"{name} has to be a whole number from 0 to 65535, not {port!r}")
    if (settings.tls_cert is None) != (settings.tls_key is None):
        raise SettingsInvalid("tls_cert and tls_key belong together: give both, or neither")
    if settings.tls_cert and settings.tls_key:
        from ssl import PROTOCOL_TLS_SERVER, SSLContext

        try:
            SSLContext(PROTOCOL_TLS_SERVER).load_cert_chain(settings.tls_cert, settings.tls_key)
        except OSError as error:
            raise SettingsInvalid(f"{settings.tls_cert} and {settings.tls_key} cannot be used: {error}") from None
    if settings.trusted_proxies:
        from sandbox.http.client_certificates import networks

        try:
            networks(settings.trusted_proxies)
        except ValueError as error:
            raise SettingsInvalid(f"trusted_proxies: {error}") from None


def build(settings: Settings) -> "Sandbank":
    """The whole app, with every document compiled and the default world made. One line where it cannot be."""
    from sandbox.app import Sandbank

    try:
        app = Sandbank(settings)
        if settings.seed_data:
            app.services.seeds.read()  # now, so that what is wrong with one's own files is seen now
            app.services.runs.scenarios  # noqa: B018 (as above)
    except SandbankError as error:
        hint = f" {error.hint}" if error.hint else ""
        raise Unusable(f"{error.detail}{hint}") from None
    except OSError as error:
        raise Unusable(f"cannot start: {error}") from None
    return app
