"""Names that lead back to what they name."""

from sandbox.kernel import ids


class Names:
    """The names of what belongs to one account's orders. Each leads back to its row."""

    def __init__(self, account_id: str) -> None:
        self.account_id = account_id
        self._keys: dict[str, int] = {}

    def name(self, kind: str, number: int) -> str:
        return f"{kind}_{ids.scramble(number, self._key(kind)):012d}"

    def number(self, kind: str, name: str) -> int | None:
        """None for what is no name of this kind."""
        head, _, digits = name.partition("_")
        if head != kind or len(digits) != 12 or not (digits.isascii() and digits.isdecimal()):
            return None
        return ids.unscramble(int(digits), self._key(kind))

    def _key(self, kind: str) -> int:
        key = self._keys.get(kind)
        if key is None:
            key = self._keys[kind] = ids.number(kind, self.account_id) % ids.SPACE
        return key
