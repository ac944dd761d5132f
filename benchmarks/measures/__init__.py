"""What is measured, by the names that `--only` takes, in the order of the table."""

from collections.abc import Callable, Mapping

from benchmarks.measures import (
    contract,
    depth,
    memory,
    pages,
    roundtrip,
    seeding,
    startup,
    talk,
    webhooks,
    worlds,
    years,
)
from benchmarks.report import Figure
from benchmarks.setup import Setup

MEASURES: Mapping[str, Callable[[Setup], list[Figure]]] = {
    "pages": pages.pages,
    "tail": pages.tail,
    "validation": pages.validation,
    "journal": pages.journal,
    "startup": startup.startup,
    "memory": memory.memory,
    "worlds": worlds.worlds,
    "roundtrip": roundtrip.roundtrip,
    "depth": depth.depth,
    "seeding": seeding.seeding,
    "webhooks": webhooks.throughput,
    "latency": webhooks.latency,
    "talk": talk.talk,
    "year": years.year,
    "contract": contract.contract,
}
