"""How the messenger's person becomes the bank's customer, where the mix-ups and the theft happen."""

from collections.abc import Iterator
from typing import Any

from sandbox.kernel.clock import from_millis
from sandbox.kernel.findings import Finding, Looked, Tally
from sandbox.messenger.hooks import Delivery
from sandbox.passport.evidence import Evidence
from sandbox.passport.rule import Rule
from sandbox.passport.rules.leaks import told
from sandbox.passport.words import Kind, Word

NO_LINKS = "Nobody has tapped a Log In button."
NO_JOURNEYS = "No bank was asked for a consent through a browser."


def state_is_sent(evidence: Evidence) -> Looked:
    tally = Tally(NO_JOURNEYS)
    states = dict[str, str]()
    for one in evidence.departures:
        tally.cases += 1
        proof, where = (f"journey:{one.journey_id[:8]}…",), f"{one.client_id} at {one.bank}"
        if not one.state:
            tally.findings.append(Finding(f"{where} was asked for a consent without a state.", None, proof))
        elif states.setdefault(one.state, one.journey_id) != one.journey_id:
            tally.findings.append(Finding(f"{where} was asked twice with the same state.", None, proof))
        if not one.code_challenge:
            tally.findings.append(
                Finding(f"{where} was asked without a code challenge (PKCE).", None, proof, fails=False)
            )
    return tally.looked()


def codes_are_fresh(evidence: Evidence) -> Looked:
    tally = Tally("No bank gave a code, or none was exchanged.")
    for one in evidence.exchanges:
        if one.used_at is None:
            continue
        tally.cases += 1
        took = one.used_at - one.given_at
        if took > evidence.limits.code:
            text = f"{one.client_id} exchanged a code of {one.bank} after {took.total_seconds():.0f} s."
            tally.findings.append(Finding(text, one.used_at, (f"consent:{one.consent_id}",)))
    return tally.looked()


def codes_are_not_replayed(evidence: Evidence) -> Looked:
    tally = Tally("No bank gave a code, or none was exchanged.")
    for one in evidence.exchanges:
        tally.cases += one.used_at is not None
        if one.replayed_at is not None:
            text = f"{one.client_id} presented a code of {one.bank} again after it was exchanged."
            tally.findings.append(Finding(text, one.replayed_at, (f"consent:{one.consent_id}",)))
    return tally.looked()


def codes_work_once(evidence: Evidence) -> Looked:
    """The bot's own, by which the platform tells it that a link came about."""
    tally = Tally("No app was told of a link.")
    first = dict[str, Delivery]()
    for delivery, linked in _linked(evidence):
        tally.cases += 1
        code = str(linked.get("authorization_code", ""))
        before = first.setdefault(code, delivery)
        if before is not delivery:
            proof = (f"delivery:{delivery.delivery_id}", f"delivery:{before.delivery_id}")
            whose = "another person" if before.lane != delivery.lane else "the same person"
            text = f"An authorization_code was used again, for {whose}."
            tally.findings.append(Finding(text, from_millis(delivery.at), proof))
    return tally.looked()


def nothing_secret(evidence: Evidence) -> Looked:
    tally = Tally(NO_LINKS)
    for link in evidence.links:
        tally.cases += 1
        tally.findings += _given_away(Word("/url", Kind.URL, link.url), evidence, f"link:{link.token[:8]}…")
    for delivery, linked in _linked(evidence):
        tally.cases += 1
        word = Word("/account_linking/authorization_code", Kind.URL, str(linked.get("authorization_code", "")))
        tally.findings += _given_away(word, evidence, f"delivery:{delivery.delivery_id}")
    return tally.looked()


def _given_away(word: Word, evidence: Evidence, proof: str) -> Iterator[Finding]:
    found = [*told(word, evidence)]
    found += [f"The {canary.what} …{number[-4:]}" for _, number, canary in evidence.canaries.found([word])]
    for what in found:
        yield Finding(f"{what} stands in an address of the link.", None, (proof,), word.pointer)


def _linked(evidence: Evidence) -> Iterator[tuple[Delivery, dict[str, Any]]]:
    for delivery, _ in evidence.deliveries:
        for entry in delivery.envelope.get("entry", ()):
            for event in entry.get("messaging", ()):
                linked = event.get("account_linking", {})
                if linked.get("status") == "linked":
                    yield delivery, linked


RULES = (
    Rule(
        "linking.state",
        "Every way to a bank carries a state of its own",
        "Each authorization request has a `state` that no other has. (A code challenge, PKCE, is missed by a warning.)",
        "Without it somebody can be sent to the end of another's journey, and link the other's account (RFC 9700 4.7).",
        "Draw a state for each journey, keep it with the person's id, and refuse what comes back with another.",
        state_is_sent,
    ),
    Rule(
        "linking.code",
        "Banks' codes are exchanged within a minute",
        "From the bank's redirect to the exchange of the code pass 60 seconds at most.",
        "A code that lies about can be stolen. (OAuth 2.1 wants short lives, the banks here end them.)",
        "Exchange the code in the request that brings it.",
        codes_are_fresh,
    ),
    Rule(
        "linking.replay",
        "Banks' codes are presented once",
        "No authorization code of a bank comes to its token endpoint a second time.",
        "A second time is a blind retry, or somebody who has the code too. The bank cannot tell which, and revokes "
        "what the code gave (RFC 6749 4.1.2): the person's link breaks.",
        "Take the code out of the session before it is exchanged, and begin anew where no answer comes.",
        codes_are_not_replayed,
    ),
    Rule(
        "linking.once",
        "The bot's authorization_code works once",
        "No two links are told with the same `authorization_code`.",
        "The platform passes on whatever the login page put there. A code that is the same twice is no secret, and "
        "leads from one person to another's data.",
        "Draw one for each link, bind it to the person whom the linking token names, and end it when it came back.",
        codes_work_once,
    ),
    Rule(
        "linking.secrets",
        "No bank secret in the addresses of a link",
        "The button's address and the `authorization_code` hold no token, secret or number of a bank.",
        "They pass through the person's browser and the platform's logs.",
        "Let `authorization_code` be a ticket of your own; what the bank gave stays on your server.",
        nothing_secret,
    ),
)
