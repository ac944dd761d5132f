"""Whoever lists accounts finds them in the list, whatever it looks like at that bank."""

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.proof.evidence import Evidence, line_broke
from sandbox.proof.rule import Case, Rule, broke, held
from sandbox.proof.seen import Seen


def look(evidence: Evidence) -> Iterator[Case]:
    """Seen from outside: the client read single accounts at other banks, and after this one's list it did not."""
    lists = [(seen, accounts) for seen in evidence.exchanges if (accounts := _listed(evidence, seen))]
    asked = _asked(evidence) if lists else {}
    went_on = {seen.one.number for seen, accounts in lists if _asked_for_any(asked, seen, accounts)}
    elsewhere = [(seen, accounts) for seen, accounts in lists if seen.one.number in went_on]
    banks = {(seen.one.client, seen.one.channel) for seen, _ in elsewhere}
    for seen, accounts in lists:
        if (seen.one.client, seen.one.channel) in banks:
            yield held(seen)
            continue
        other = next((pair for pair in elsewhere if pair[0].one.client == seen.one.client), None)
        if other is not None:
            banks.add((seen.one.client, seen.one.channel))
            yield broke(seen, _why(seen, accounts, *other), other[0])


def _listed(evidence: Evidence, seen: Seen) -> list[Any]:
    """The items of a list of accounts."""
    one = seen.one
    is_list = one.method == "GET" and one.path.endswith("/accounts") and one.status == 200 and evidence.is_data(seen)
    return list(_accounts(seen.answer)) if is_list and not line_broke(seen) else []


def _accounts(value: Any) -> Iterator[Any]:
    """Wherever `accounts` is an array."""
    if isinstance(value, dict):
        for name, member in value.items():
            if name == "accounts" and isinstance(member, list):
                yield from member
            else:
                yield from _accounts(member)
    elif isinstance(value, list):
        for item in value:
            yield from _accounts(item)


def _ids(account: Any) -> Iterator[str]:
    if isinstance(account, dict):
        for name, member in account.items():
            if name.lower() == "accountid" and isinstance(member, str):
                yield member
            yield from _ids(member)


def _asked(evidence: Evidence) -> Mapping[tuple[str, str, str], int]:
    """By client, bank and what stood in the path: the last exchange that had it."""
    return {
        (seen.one.client, seen.one.channel, part): seen.one.number
        for seen in evidence.exchanges
        for part in seen.one.path.split("/")
    }


def _asked_for_any(asked: Mapping[tuple[str, str, str], int], seen: Seen, accounts: list[Any]) -> bool:
    one = seen.one
    ids = {name for account in accounts for name in _ids(account)}
    return any(asked.get((one.client, one.channel, name), 0) > one.number for name in ids)


def _why(seen: Seen, accounts: list[Any], elsewhere: Seen, others: list[Any]) -> str:
    mine, theirs = _shape(accounts[0]), _shape(others[0])
    text = (
        f"{seen.one.channel} listed {len(accounts)} accounts, and the client asked for none of them; at "
        f"{elsewhere.one.channel} it did."
    )
    if mine == theirs:
        return text
    return (
        f"{text} There an account is {theirs}, here it is {mine}: the client may look for members that are not there."
    )


def _shape(account: Any) -> str:
    """`accounts[0].depositAccount`, or flat with its first members."""
    if not isinstance(account, dict):
        return "no object"
    wrapped = [name for name, member in account.items() if isinstance(member, dict)]
    if len(account) == 1 and wrapped:
        return f"`accounts[0].{wrapped[0]}.…`"
    return f"flat (`accounts[0].{next(iter(account), '')}`, …)"


RULE = Rule(
    "SBX1007",
    "Accounts are found in the list of every bank",
    "After it has listed accounts, the client goes on with them at every bank where it goes on at any.",
    "Some banks wrap each account by its kind (`accounts[0].depositAccount`), others have them flat, or in groups. A "
    "client that was written for the one finds nothing at the other, and crashes or says that there are no accounts.",
    "The banks' documents: the list of accounts",
    "Read the account's id by each bank's own shape: look at the list of every bank that is linked.",
    "A client that reads accounts at two banks at least.",
    look,
)
