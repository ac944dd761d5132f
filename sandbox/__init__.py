"""Sandbank: an open-banking sandbox mock server.

`Sandbank(settings)` is the whole sandbox as an ASGI application, and `with Sandbank() as server:` serves it on a free
port. `create_app()` makes one from a `Settings`.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"
__all__ = ["Sandbank", "Settings", "__version__", "create_app"]

if TYPE_CHECKING:
    from sandbox.app import create_app
    from sandbox.settings import Settings
    from sandbox.testing.in_process import Sandbank

_HOMES = {"Sandbank": "sandbox.testing.in_process", "create_app": "sandbox.app", "Settings": "sandbox.settings"}


def __getattr__(name: str) -> object:
    """The public names are loaded when they are asked for, so that `sandbank --version` does not wait for a server."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'sandbox' has no attribute {name!r}")
