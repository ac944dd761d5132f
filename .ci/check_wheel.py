"""Run by the Python of an environment that holds nothing but the wheel: it is whole, and it serves.

usage: check_wheel.py CHECKOUT
"""

import json
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import urllib.request
from importlib import metadata, resources
from pathlib import Path


def files(directory: Path) -> set[str]:
    return {
        str(path.relative_to(directory))
        for path in directory.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def main(checkout: Path) -> None:
    package = Path(str(resources.files("sandbox")))
    assert not package.is_relative_to(checkout), f"sandbox was imported from {package}, not from the wheel"
    for ours, theirs in (("openapi", "_openapi"), ("seed_data", "_seed_data"), ("sandbox", ".")):
        missing = files(checkout / ours) - files(package / theirs)
        assert not missing, f"the wheel lacks, of {ours}/: {sorted(missing)}"
        assert files(package / theirs), f"{theirs} is empty"

    sandbank = f"{sysconfig.get_path('scripts')}/sandbank"
    version = subprocess.check_output([sandbank, "--version"], text=True).strip()
    assert metadata.version("sandbank") in version, version

    server = subprocess.Popen([sandbank, "serve", "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        ready = next((line for line in server.stdout if line.startswith("SANDBANK READY ")), None)
        assert ready is not None, "the server ended before it was ready"
        url = json.loads(ready.removeprefix("SANDBANK READY "))["url"]
        with urllib.request.urlopen(f"{url.rstrip('/')}/readyz", timeout=10) as answer:
            assert answer.status == 200
    finally:
        server.terminate()
        server.wait(timeout=20)
    check_plugin(checkout)
    print(f"{version}: the wheel is whole, serves, and brings its pytest plugin")


def check_plugin(checkout: Path) -> None:
    """A project with one file of tests and nothing configured, one worker or four."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(checkout / "examples" / "pytest_plugin" / "test_balances.py", folder)
        for workers in ("0", "4"):
            subprocess.run([sys.executable, "-m", "pytest", "-q", "-n", workers], cwd=folder, check=True, timeout=300)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
