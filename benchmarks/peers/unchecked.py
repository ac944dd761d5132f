"""Sandbank itself with the check of its answers taken out: `python -m benchmarks.peers.unchecked serve …`."""

from sandbox.cli import main
from sandbox.http.contracts import Contracts

if not hasattr(Contracts, "_check"):
    raise SystemExit("Contracts._check is gone: say in benchmarks/peers/unchecked.py where answers are checked now")

Contracts._check = lambda *_: None  # type: ignore[method-assign]

if __name__ == "__main__":
    main()
