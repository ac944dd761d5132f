"""`python -m benchmarks`: measure, print one table, and keep it in docs/performance.md and benchmarks/results.json."""

import argparse
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import load, machine, report
from benchmarks.machine import CannotMeasure
from benchmarks.measures import MEASURES
from benchmarks.report import Figure
from benchmarks.setup import Setup

RESULTS = machine.ROOT / "benchmarks" / "results.json"
PAGE = machine.ROOT / "docs" / "performance.md"


def main() -> None:
    options = arguments()
    machine.ask_from_here()
    title = f"{machine.describe()}, loader {load.NAME}, {options.rounds} rounds of {options.seconds:g} s"
    print(title, flush=True)
    with tempfile.TemporaryDirectory(prefix="sandbank-bench-", dir=options.work) as work:
        setup = Setup(Path(work), options.rounds, options.seconds, options.quick)
        figures = [figure for name in options.only for figure in measured(name, setup)]
    print("\n" + report.text(figures))
    today = str(datetime.now(UTC).date())
    report.write_json(RESULTS, {"machine": title, "date": today}, figures)
    if options.only == list(MEASURES) and not options.quick:
        report.write_markdown(PAGE, f"{today}, {title}.", figures)
        print(f"\nWritten to {PAGE.relative_to(machine.ROOT)}.")


def measured(name: str, setup: Setup) -> list[Figure]:
    print(f"Measuring {name} …", flush=True)
    began = time.perf_counter()
    try:
        return MEASURES[name](setup)
    except (CannotMeasure, AssertionError) as reason:
        return [report.skipped(name, reason)]
    finally:
        print(f"  {time.perf_counter() - began:.0f} s", flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = ",".join(MEASURES)
    parser.add_argument("--only", default=names, help=f"which, of {names}")
    parser.add_argument("--rounds", type=int, default=5, help="alternating rounds (5)")
    parser.add_argument("--seconds", type=float, default=4, help="of load for each server in each round (4)")
    parser.add_argument("--quick", action="store_true", help="less data, 3 rounds of 2 s, nothing kept in docs/")
    parser.add_argument("--work", type=Path, help="a folder with room for 10 GB (the system's temporary one)")
    options = parser.parse_args()
    options.only = options.only.split(",")
    unknown = sorted(set(options.only) - set(MEASURES))
    if unknown:
        parser.error(f"there is nothing called {unknown[0]!r} to measure; there is {names}")
    if options.quick:
        options.rounds, options.seconds = min(options.rounds, 3), min(options.seconds, 2)
    return options


if __name__ == "__main__":
    main()
