"""An answer is changed in one of the ways of `kinds`, and what came of it is held against the document: what is called
legal is legal, and what is not breaks the document indeed."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from sandbox.faults.kinds import KINDS
from sandbox.faults.luck import Draw
from sandbox.faults.sites import Resolve, Schema, Site, sites
from sandbox.kernel.errors import Violation

Judge = Callable[[Any], Sequence[Violation]]
"""How a body breaks the document."""
TOLD = 200
TRIES = 6
"""Places that are tried for each kind."""


@dataclass(frozen=True, slots=True)
class Distortion:
    """What became of an answer."""

    kind: str
    at: str
    """A JSON pointer."""
    was: str
    now: str
    """As JSON, or the beginning of it; empty where nothing is there."""
    legal: bool

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def distorted(
    text: bytes, kinds: Sequence[str], draw: Draw, *, schema: Schema, resolve: Resolve, judge: Judge
) -> tuple[bytes, Distortion] | None:
    """The answer with the first of the kinds that finds a place; None where none does. `text` is JSON."""
    for name in kinds:
        kind = KINDS.get(name)
        if kind is None:
            continue
        candidates = [place for place, site in enumerate(_sites(text, schema, resolve)[1]) if kind.fits(site)]
        candidates.sort(key=lambda place: draw(f"place:{place}"))
        for place in candidates[:TRIES]:
            whole, found = _sites(text, schema, resolve)
            site = found[place]
            was = _told(site)
            kind.change(site, draw)
            if not kind.judged or (not judge(whole[0])) is kind.legal:
                return orjson.dumps(whole[0]), Distortion(name, site.pointer, was, _told(site), kind.legal)
    return None


def _sites(text: bytes, schema: Schema, resolve: Resolve) -> tuple[list[Any], list[Site]]:
    """The body in a list of its own, and its places."""
    whole = [orjson.loads(text)]
    return whole, list(sites(whole, schema, resolve))


def _told(site: Site) -> str:
    is_there = isinstance(site.holder, list) or site.key in site.holder
    return orjson.dumps(site.value).decode()[:TOLD] if is_there else ""
