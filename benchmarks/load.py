"""Load: every connection asks for the next of a list of pages, as fast as the answers come. `wrk` does it where it is
installed, else a loader of our own."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.machine import ASKING, ROOT, CannotMeasure, pinned

WRK = shutil.which("wrk")
NAME = "wrk" if WRK else "our own loader (wrk is not installed)"

SCRIPT = """
local requests, next_one = {{}}, 0
init = function()
  for path in io.lines("{paths}") do
    requests[#requests + 1] = wrk.format("GET", path, {{Authorization = "Bearer {token}", Host = "127.0.0.1"}})
  end
end
request = function()
  next_one = next_one % #requests + 1
  return requests[next_one]
end
done = function(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  local p50, p99 = latency:percentile(50) / 1e3, latency:percentile(99) / 1e3
  print("RESULT", summary.requests, summary.duration / 1e6, p50, p99, failed)
end
"""


@dataclass(frozen=True)
class Load:
    done: int
    rate: float
    """Answers a second."""
    p50: float
    p99: float
    """Milliseconds."""
    core: float = 0.0
    """Microseconds of its core that the server took for an answer."""


def press(port: int, paths: Sequence[str], token: str, *, connections: int, seconds: float) -> Load:
    """Raises CannotMeasure where any answer is not a 200."""
    with tempfile.TemporaryDirectory(prefix="sandbank-load-") as folder:
        listed = Path(folder) / "paths"
        listed.write_text("\n".join(paths) + "\n")
        command = (_wrk if WRK else _own)(listed, port, token, connections, seconds)
        ran = subprocess.run(
            pinned(command, ASKING), cwd=ROOT, capture_output=True, check=False, text=True, timeout=seconds + 120
        )
    found = [line.split() for line in ran.stdout.splitlines() if line.startswith("RESULT")]
    if not found:
        raise CannotMeasure(f"the loader said nothing: {ran.stdout}{ran.stderr}")
    done, took, p50, p99, failed = map(float, found[0][1:])
    if failed:
        raise CannotMeasure(f"{failed:.0f} of {done:.0f} answers were no 200, or did not come")
    return Load(int(done), done / took, p50, p99)


def _wrk(listed: Path, port: int, token: str, connections: int, seconds: float) -> list[str]:
    script = listed.with_suffix(".lua")
    script.write_text(SCRIPT.format(paths=listed, token=token))
    duration = f"{max(round(seconds), 1)}s"
    url = f"http://127.0.0.1:{port}"
    return [str(WRK), "-t1", f"-c{connections}", f"-d{duration}", "--timeout", "30s", "-s", str(script), url]


def _own(listed: Path, port: int, token: str, connections: int, seconds: float) -> list[str]:
    arguments = [listed, port, token, connections, seconds]
    return [sys.executable, "-m", "benchmarks.loader", *map(str, arguments)]
