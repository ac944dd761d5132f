"""Every `make` and `sandbank` command that README.md shows in a code block exists, with the options shown."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def commands(markdown: str) -> list[list[str]]:
    """The words of each shell command, one list per command; comments, pipes and prompts left out."""
    found: list[list[str]] = []
    for block in re.findall(r"^```(?:sh|bash|shell|console)(?: run)?\n(.*?)^```", markdown, re.MULTILINE | re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            for part in re.split(r"&&|\|\||[|;]| & ?$", line.strip().removeprefix("$ ")):
                try:
                    found.append(shlex.split(part, comments=True))
                except ValueError:  # a quoted separator was cut in two, as in curl -d '{"a": ";"}'
                    continue
    return [words for words in found if words]


def complaint(words: list[str]) -> str | None:
    if words[0] == "make":
        dry = _run("make", "-n", *words[1:])
        return dry.stderr.strip() if dry.returncode else None
    if words[0] == "sandbank":
        return _complaint_about_sandbank(words[1:])
    return None


def _complaint_about_sandbank(arguments: list[str]) -> str | None:
    # As many words as are subcommands (`world create NAME`: two); the last one's help knows the options.
    path: list[str] = []
    usage = _help(path)
    for word in arguments:
        if not re.search(rf"^\W*{re.escape(word)}(\s|$)", usage, re.MULTILINE) or word.startswith("-"):
            break
        path.append(word)
        usage = _help(path)
    if arguments and not path and not arguments[0].startswith("-"):
        return f"no such command: sandbank {arguments[0]}"
    options = {word.partition("=")[0] for word in arguments if word.startswith("-")}
    missing = sorted(option for option in options if not re.search(rf"{re.escape(option)}(?![\w-])", usage))
    return f"{shlex.join(['sandbank', *path])} has no {', '.join(missing)}" if missing else None


def _help(path: list[str]) -> str:
    answer = _run(sys.executable, "-m", "sandbox", *path, "--help")
    return answer.stdout if answer.returncode == 0 else ""


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def main() -> int:
    shown = commands((ROOT / "README.md").read_text(encoding="utf-8"))
    complaints = [f"README.md: {shlex.join(words)}: {why}" for words in shown if (why := complaint(words))]
    complaints += [
        f"README.md does not show `{command}`" for command in ("make run", "make test") if command.split() not in shown
    ]
    ours = sum(words[0] in {"make", "sandbank"} for words in shown)
    print("\n".join(complaints) or f"README.md: {ours} commands exist")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
