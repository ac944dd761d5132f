"""Python's collector, where very many values are made, or very many live on."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Python's collector pauses: the rows of a story all live until they are stored, and to look through them again and
    again meanwhile takes as long as making them."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def settled() -> None:
    """What a server's start has made lives as long as the server: the collector need not look through it again. A page
    makes hundreds of values that are gone at its end; it is enough to look now and then. For whoever owns the
    process."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
