"""What clients asked in a world, and were answered: read, waited for, and held against what a test expects."""

from typing import TYPE_CHECKING, Any

from sandbox.testing.listening import PATIENCE

if TYPE_CHECKING:
    from sandbox.testing.worlds import Json, World


class Journal:
    """A pattern names what is wanted of an exchange: bank, operation, method, path, query, headers, body, status,
    client, persona … Its values are matchers: a value, or {"contains": …}, {"matches": …} and their kin."""

    def __init__(self, world: "World") -> None:
        self._world = world

    def requests(self, **wanted: str) -> "list[Json]":
        """The latest thousand, oldest first. `wanted`: channel, operation, client, status (`404` or `4xx`), after."""
        told = self._world.control("GET", "/requests", limit=1000, **wanted)
        found: list[Json] = sorted(told["requests"], key=lambda one: int(one["id"].removeprefix("req_")))
        return found

    def unmatched(self) -> "list[Json]":
        """Calls that no operation has, each with the operations that it nearly is."""
        told: list[Json] = self._world.control("GET", "/requests/unmatched", limit=1000)["requests"]
        return told

    def wait(self, *, at_least: int = 1, timeout: float = PATIENCE, **pattern: Any) -> "list[Json]":
        """Until so many have come. Raises AssertionError where they do not."""
        wish = {"request": pattern, "at_least": at_least, "timeout": f"PT{timeout:.3f}S"}
        told = self._world.control("POST", "/wait-for", wish)
        if not told["met"]:
            raise AssertionError(f"{told['missing']}; nearest: {told['nearest']}")
        found: list[Json] = told["found"]
        return found

    def expect(self, *, times: int | None = None, at_least: int | None = None, at_most: int | None = None,
               never: bool = False, **pattern: Any) -> "list[Json]":  # fmt: skip
        """That there were so many exchanges, one at least unless told. Raises AssertionError with those that came
        nearest, and Refused where the journal has lost what the answer depends on."""
        counts = {"times": times, "at_least": at_least, "at_most": at_most, "never": never or None}
        wish = {"request": pattern, **{name: count for name, count in counts.items() if count is not None}}
        told = self._world.control("POST", "/verify", {"expect": [wish]})
        [one] = told["expectations"]
        if not one["verified"]:
            raise AssertionError(_unverified(pattern, one))
        found: list[Json] = one["requests"]
        return found


def _unverified(pattern: "Json", told: "Json") -> str:
    lines = [f"expected {told['expected']} of {pattern}, found {told['found']}"]
    for near in told["nearest"]:
        why = "; ".join(different["why"] for different in near["differs"])
        lines.append(f"  {near['request']} {near['method']} {near['path']}: {why}")
    return "\n".join(lines)
