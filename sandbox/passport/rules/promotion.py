"""Advertising: only where it may be, and only for who agreed to it."""

from collections.abc import Iterator
from datetime import datetime

from sandbox.kernel.findings import Finding, Looked, Tally
from sandbox.ledger.consents import Act, Consent
from sandbox.ledger.offers import Offer, Targeting
from sandbox.passport.evidence import Conversation, Evidence, Said
from sandbox.passport.languages import PROMOTION, spoken
from sandbox.passport.rule import Rule

NO_OFFERS = "No offer of a bank, and no coupon, was sent to anybody."


def none_in_utility(evidence: Evidence) -> Looked:
    tally = Tally("No utility message and no tagged message was sent.")
    for conversation in evidence.conversations:
        for one in conversation.by_page:
            kind = one.message.tag or (one.message.messaging_type if one.message.messaging_type == "UTILITY" else "")
            if not kind:
                continue
            tally.cases += 1
            found = spoken(PROMOTION, one.text) or next((offer.title for offer in offered(conversation, one)), "")
            if found or is_coupon(one):
                what = f"“{found}”" if found else "a coupon"
                tally.findings.append(Finding(f"A message of type {kind} advertises: {what}.", one.at, (one.ref,)))
    return tally.looked()


def none_in_templates(evidence: Evidence) -> Looked:
    tally = Tally("No utility template was made.")
    for template in evidence.templates:
        if template.category.upper() != "UTILITY":
            continue
        tally.cases += 1
        text = "\n".join(part.get("text", "") for part in template.components)
        found = spoken(PROMOTION, text)
        if found:
            what = f"The utility template {template.name} ({template.language}) advertises: “{found}”."
            tally.findings.append(Finding(what, template.created_at, (f"template:{template.name}",)))
    return tally.looked()


def agreed_to(evidence: Evidence) -> Looked:
    tally = Tally(NO_OFFERS)
    for conversation, one, offers in _sent(evidence):
        tally.cases += 1
        if not any(_flag("marketing", consent, one.at) for consent in conversation.living(one.at)):
            what = f"The offer “{offers[0].title}”" if offers else "A coupon"
            text = f"{what} was sent to somebody who has not agreed to offers."
            tally.findings.append(
                Finding(text, one.at, (one.ref, *(f"offer:{offer.offer_id}" for offer in offers[:1])))
            )
    return tally.looked()


def chosen_for(evidence: Evidence) -> Looked:
    tally = Tally("No offer that was chosen by a person's data was sent.")
    for conversation, one, offers in _sent(evidence):
        chosen = [offer for offer in offers if offer.targeting is not Targeting.NONE]
        tally.cases += bool(chosen)
        if chosen and not any(_flag("targeting", consent, one.at) for consent in conversation.living(one.at)):
            basis = chosen[0].targeting.replace("_", " ")
            text = f"The offer “{chosen[0].title}” was chosen by {basis}, which the person has not agreed to."
            tally.findings.append(Finding(text, one.at, (one.ref, f"offer:{chosen[0].offer_id}")))
    return tally.looked()


def offered(conversation: Conversation, one: Said) -> list[Offer]:
    """The banks' offers that a message tells, by title or id."""
    everything = "\n".join(word.text for word in one.words).casefold()
    named = [
        offer
        for offer in conversation.offers
        if offer.title.casefold() in everything or offer.offer_id.casefold() in everything
    ]
    return sorted(named, key=lambda offer: offer.targeting is Targeting.NONE)


def is_coupon(one: Said) -> bool:
    attachment = one.message.content.get("attachment")
    payload = attachment.get("payload") if isinstance(attachment, dict) else None
    return isinstance(payload, dict) and payload.get("template_type") == "coupon"


def _sent(evidence: Evidence) -> Iterator[tuple[Conversation, Said, list[Offer]]]:
    for conversation in evidence.conversations:
        for one in conversation.by_page:
            offers = offered(conversation, one)
            if offers or is_coupon(one):
                yield conversation, one, offers


def _flag(name: str, consent: Consent, at: datetime) -> bool:
    """Whether a consent had it then. Its history tells when it was changed: from one to the other."""
    changes = sum(1 for event in consent.history if event.act is Act.AMENDED and event.at > at and name in event.detail)
    has: bool = getattr(consent, name)
    return has != bool(changes % 2)


RULES = (
    Rule(
        "promotion.utility",
        "No advertising in utility and tagged messages",
        "Messages of type UTILITY, and those with a tag, hold no offer, no coupon and nothing that sounds like one, in "
        "English, Spanish, German, French, Portuguese or Italian.",
        "They may be sent at any time because they serve the person. The platform takes the right away from pages that "
        "advertise in them, and the bank's data was not given for it.",
        "Send offers when somebody asks, or as a notification that they opted in to.",
        none_in_utility,
    ),
    Rule(
        "promotion.templates",
        "No advertising in utility templates",
        "Templates of the category UTILITY do not advertise.",
        "The platform reviews them, and moves those that advertise to marketing, which costs more and needs an opt-in.",
        "Take the advertising out, or make it a marketing template.",
        none_in_templates,
    ),
    Rule(
        "offers.consent",
        "Offers only with marketing consent",
        "A bank's offer, or a coupon, is sent only to who has a living consent with the marketing box ticked.",
        "To share data is not to ask for advertising: it is a consent of its own, off by default.",
        "Ask for it (`asks_for_marketing`), read `/offers`, which refuses without it, and do not keep what it told.",
        agreed_to,
    ),
    Rule(
        "offers.targeting",
        "Offers chosen by data only with consent to that",
        "An offer that was chosen by what somebody bought or declared is sent only where they agreed to that as well.",
        "That their purchases choose their advertising is what people fear most of such an app.",
        "Send offers whose `targeting_basis` is `none`, or ask for targeting.",
        chosen_for,
    ),
)
