"""A token that is too old is refreshed: once."""

from collections.abc import Iterator

from sandbox.proof.evidence import Evidence
from sandbox.proof.rule import Case, Rule, broke, held
from sandbox.proof.seen import Seen

DEAD = "TokenExpired"
MOST = 1


def look(evidence: Evidence) -> Iterator[Case]:
    done = set[int]()
    for seen in evidence.exchanges:
        if seen.one.error == DEAD and seen.one.status == 401 and evidence.is_data(seen) and id(seen) not in done:
            yield _case(evidence, seen, done)


def _case(evidence: Evidence, seen: Seen, done: set[int]) -> Case:
    """From the refusal to the next call that is answered."""
    refreshes, again = list[Seen](), list[Seen]()
    for then in evidence.after(seen):
        if evidence.refreshes(then):
            refreshes.append(then)
        elif evidence.is_data(then):
            if then.one.status != 401:
                break
            if then.token == seen.token:
                again.append(then)
            done.add(id(then))
    if not refreshes:
        went_on = f", and asked {len(again)} more times with the same token" if again else ""
        return broke(seen, f"The token was too old, and the client never refreshed{went_on}.", *again)
    if len(refreshes) > MOST:
        return broke(seen, f"After one refusal of a token the client refreshed {len(refreshes)} times.", *refreshes)
    if again:
        return broke(seen, "The client refreshed, and went on with the token that had been refused.", *again)
    return held(seen)


RULE = Rule(
    "SBX1002",
    "A token that is refused is refreshed once",
    "After a 401 for a token that is too old the client asks for another one once, and goes on with that.",
    "Who never refreshes asks people to sign in again for nothing; who does so in a loop hammers the token endpoint, "
    "and a refresh token that is shown twice ends the whole family.",
    "RFC 6749 6, RFC 6750 3.1, RFC 9700 4.14",
    "Refresh behind a lock, once per 401; where the new token is refused as well, stop and ask the customer.",
    "A token that runs out: `sandbank clock advance 1h`, then let the client read.",
    look,
)
