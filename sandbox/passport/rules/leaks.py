"""What never belongs in a chat, nor in anything that travels with one: full numbers, secrets, people's data in
addresses of third hosts."""

from collections.abc import Iterator
from urllib.parse import unquote_plus, urlsplit

from sandbox.kernel import ids
from sandbox.kernel.findings import Finding, Looked, Tally
from sandbox.passport import shapes
from sandbox.passport.evidence import Conversation, Evidence, Said
from sandbox.passport.rule import Rule
from sandbox.passport.words import Kind, Word

NOTHING_SAID = "No page has said anything in this world yet."
NO_FOREIGN_URL = "No message had an address of a third host."


def world_numbers(evidence: Evidence) -> Looked:
    tally = Tally(NOTHING_SAID)
    for one in _by_pages(evidence):
        tally.cases += 1
        for word, number, canary in evidence.canaries.found(one.words):
            text = f"The {canary.what} …{number[-4:]} stands in the {word.kind} of a message: {canary.whose}."
            tally.findings.append(_in(one, word, text))
    return tally.looked()


def nobodys_numbers(evidence: Evidence) -> Looked:
    """What looks like a card, routing or social security number, though it is nobody's here."""
    tally = Tally(NOTHING_SAID)
    for one in _by_pages(evidence):
        tally.cases += 1
        for word in one.words:
            what = {shape for reading in word.readings() for shape in _shapes(reading, evidence)}
            tally.findings += [
                _in(one, word, f"{shape} stands in the {word.kind} of a message.") for shape in sorted(what)
            ]
    return tally.looked()


def _shapes(text: str, evidence: Evidence) -> Iterator[str]:
    for number in shapes.numbers(text):
        if number in evidence.canaries.numbers or number in evidence.known:
            continue
        if shapes.is_card(number):
            yield f"What looks like the number of a card, …{number[-4:]},"
        elif shapes.is_routing(number) and shapes.ROUTING_WORDS.search(text):
            yield f"What looks like a routing number, …{number[-4:]},"
    for number in shapes.SSN.findall(text):
        yield f"What looks like a social security number, …{number[-4:]},"


def secrets(evidence: Evidence) -> Looked:
    tally = Tally(NOTHING_SAID)
    for one in _by_pages(evidence):
        tally.cases += 1
        for word in one.words:
            tally.findings += [
                _in(one, word, f"{what} stands in the {word.kind} of a message.") for what in told(word, evidence)
            ]
    return tally.looked()


def told(word: Word, evidence: Evidence) -> list[str]:
    """The secrets that a string gives away."""
    found = set[str]()
    for reading in word.readings():
        for candidate in shapes.candidates(reading):
            what = evidence.secrets.get(ids.fingerprint(candidate))
            if what is not None:
                found.add(what[0].upper() + what[1:])
        if not found and shapes.JWT.search(reading):
            found.add("What looks like a signed token (JWT)")
    return sorted(found)


def personal_urls(evidence: Evidence) -> Looked:
    tally = Tally(NO_FOREIGN_URL)
    for conversation in evidence.conversations:
        private = dict(_private(conversation))
        for one in conversation.tried:
            for word in foreign_urls(one, evidence):
                tally.cases += 1
                plain = unquote_plus(word.text).casefold()
                host = urlsplit(word.text).hostname
                named = next((what for value, what in private.items() if value in plain), "")
                if named:
                    text = f"The person's {named} goes to {host}, in the {word.kind}."
                    tally.findings.append(_in(one, word, text))
    return tally.looked()


def foreign_urls(one: Said, evidence: Evidence) -> Iterator[Word]:
    for word in one.words:
        if word.kind in (Kind.URL, Kind.IMAGE) and not is_own(urlsplit(word.text).hostname or "", evidence):
            yield word


def is_own(host: str, evidence: Evidence) -> bool:
    return not host or host in evidence.own_hosts or host.endswith(".localhost")


def _private(conversation: Conversation) -> Iterator[tuple[str, str]]:
    """(in small letters, what it is)."""
    person, customer = conversation.person, conversation.customer
    known = [(person.email, "email address"), (person.phone, "phone number"), (person.phone[-10:], "phone number")]
    if customer is not None:
        known += [
            (customer.email, "email address"),
            (customer.phone, "phone number"),
            (customer.full_name, "name"),
            (f"{customer.first_name}.{customer.last_name}" if customer.last_name else "", "name"),
            (customer.address.line1, "address"),
            (customer.born.isoformat(), "date of birth"),
            (customer.customer_id, "customer id"),
        ]
    yield from ((value.casefold(), what) for value, what in known if len(value) > 5)


def _by_pages(evidence: Evidence) -> Iterator[Said]:
    """Also what the platform refused: it has left the bot."""
    for conversation in evidence.conversations:
        yield from (one for one in conversation.said if not one.is_person)
    yield from evidence.refused


def _in(one: Said, word: Word, text: str) -> Finding:
    more = "" if one.is_sent else " The platform refused it."
    return Finding(text + more, one.at, (one.ref,), word.pointer)


RULES = (
    Rule(
        "leak.numbers",
        "No full number of an account",
        "No account number, routing number or tokenised account number of anybody in this world stands in a text, a "
        "button, a payload, an address, a picture's address or metadata, however it is spaced or encoded.",
        "A chat is kept by the platform, shown on lock screens and forwarded. With account and routing number anybody "
        "can draw money. Seed data is made up, so that each number found names the row that it is from.",
        "Show the last four digits alone, as the banks' masked names do. Put ids of your own into payloads, and look "
        "the account up when they come back.",
        world_numbers,
    ),
    Rule(
        "leak.shapes",
        "Nothing that looks like a card, routing or social security number",
        "Nothing in a message has the length, head and check digit of a card number (ISO/IEC 7812-1), the form of a "
        "social security number, or is called a routing number and has its check digit.",
        "A bot that passes on what people type, or what a merchant wrote into a row, leaks numbers that no list knows.",
        "Mask what you quote: four digits are enough to be recognised.",
        nobodys_numbers,
    ),
    Rule(
        "leak.secrets",
        "No token or secret",
        "No access or refresh token, client secret, app secret or page token that was given out in this world stands "
        "anywhere in a message, and nothing that has the form of a signed token.",
        "Payloads and addresses come back through browsers, logs and other people's servers. Whoever has the token has "
        "the data.",
        "Keep tokens in the bot's own store, by the person's id; let links carry a ticket that works once.",
        secrets,
    ),
    Rule(
        "leak.urls",
        "No personal data in addresses of third hosts",
        "Addresses that are opened or fetched at hosts other than the app's, the sandbox's and this machine's hold no "
        "name, email address, phone number, postal address, date of birth or customer id of the person.",
        "An address is read by every server on the way, and a picture is fetched without anybody's asking.",
        "Serve pictures yourself, name them by what they show, and put a ticket into links in place of data.",
        personal_urls,
    ),
)
