"""The wire between platform and bot, and the record that all this is judged by."""

from hmac import compare_digest

from sandbox.kernel.clock import from_millis
from sandbox.kernel.findings import Finding, Looked, Tally
from sandbox.messenger import envelopes
from sandbox.passport.evidence import Evidence
from sandbox.passport.rule import Rule

HEADER = "X-Hub-Signature-256"


def signatures_are_checked(evidence: Evidence) -> Looked:
    tally = Tally(
        "No wrongly signed webhook was sent. `sandbank passport --probe` sends some. Or set the page's behaviour "
        "`signature` to `wrong`, let somebody say something, and set it to `good` again."
    )
    for delivery, page in evidence.deliveries:
        body = envelopes.written(delivery.envelope, raw=page.behaviour.raw_utf8)
        right = f"sha256={envelopes.digest('sha256', page.app.secret, body)}"
        for attempt in delivery.attempts:
            shown = attempt["signatures"].get(HEADER, "")
            if compare_digest(shown, right) or not attempt["status"]:
                continue
            tally.cases += 1
            if attempt["status"] < 300:
                how = "wrongly signed" if shown else "unsigned"
                text = f"The bot took a webhook that was {how}, and answered {attempt['status']}."
                tally.findings.append(Finding(text, from_millis(delivery.at), (f"delivery:{delivery.delivery_id}",)))
    probes = {delivery.lane: delivery for delivery, _ in evidence.deliveries if delivery.probe}
    for one in evidence.refused:
        if one.message.psid in probes:
            text = "The bot wrote to somebody of whom only a wrongly signed webhook had told."
            proof = f"delivery:{probes[one.message.psid].delivery_id}"
            tally.findings.append(Finding(text, one.at, (one.ref, proof)))
    return tally.looked()


def record_is_whole(evidence: Evidence) -> Looked:
    tally = Tally("No bank was read in this world.", evidence.chain.records)
    for chain, number, problem in evidence.chain.broken:
        tally.findings.append(Finding(f"The audit trail is broken: {problem}.", None, (f"access:{chain}/{number}",)))
    return tally.looked()


RULES = (
    Rule(
        "webhook.signature",
        "Webhooks with a wrong signature are refused",
        "A webhook whose signature is wrong or missing is not answered with success, and nothing is sent because of "
        "it.",
        "Whoever finds the bot's address could otherwise write in anybody's name, and be told their balance.",
        "Compute HMAC-SHA256 of the raw bytes with the app secret, compare it with X-Hub-Signature-256 in constant "
        "time, and answer 403 where they differ.",
        signatures_are_checked,
    ),
    Rule(
        "audit.whole",
        "The record of reads is whole",
        "Every chain of the audit trail holds: no link was altered, removed, inserted or reordered.",
        "What is proved by a record is worth no more than the record.",
        "Look who wrote to the database: `sandbank audit verify` tells which link broke.",
        record_is_whole,
    ),
)
