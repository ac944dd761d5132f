"""What a bank has on record that the bot read. Banks have it, and show it on their own pages; that it can be asked for
is Sandbank's own."""

from dataclasses import dataclass

import requests


@dataclass(frozen=True)
class Use:
    operation: str
    reads: int
    last_at: str
    fields: tuple[str, ...]


class AccessLog:
    def __init__(self, url: str, world: str) -> None:
        self._url, self._world = url, world

    def uses(self, consent: str) -> list[Use] | None:
        """None where nobody can be asked."""
        if not self._url:
            return None
        query = {"world": self._world}
        answer = requests.get(f"{self._url}/consents/{consent}/accesses", params=query, timeout=30)
        answer.raise_for_status()
        return [
            Use(one["operation"], one["reads"], one["last_at"], tuple(one["fields"]))
            for one in answer.json()["summary"]["uses"]
        ]
