"""The ways in which another document, or another server, can break what a client relies on."""

from dataclasses import dataclass
from typing import NamedTuple


class Kind(NamedTuple):
    title: str
    says: str
    mend: str
    breaks: bool = True
    """Else it is a risk: it breaks clients that were written with less care."""


KINDS: dict[str, Kind] = {
    "removed-operation": Kind(
        "An operation is gone",
        "The client calls a method and path that the other side does not have.",
        "Find what replaces it in the other document, and call that.",
    ),
    "changed-status": Kind(
        "A status is gone",
        "The client was answered with a status that the other document does not declare for this operation.",
        "Handle the statuses that it declares now.",
    ),
    "removed-parameter": Kind(
        "A parameter is gone",
        "The client sends a parameter that the other document does not know; strict servers refuse it, others ignore "
        "it and answer something else than was asked for.",
        "Send what replaces it, or nothing.",
    ),
    "new-required-parameter": Kind(
        "A parameter has to be sent now",
        "The other document requires a parameter that the client does not always send.",
        "Send it.",
    ),
    "narrower-type": Kind(
        "A type is narrower",
        "The client sends a value of a type that the other document does not take at this place.",
        "Send the type that it takes.",
    ),
    "narrower-enum": Kind(
        "Fewer values are allowed",
        "The client sends a value that the other document does not list at this place.",
        "Send one that it lists.",
    ),
    "narrower-range": Kind(
        "A range is narrower",
        "The client sends numbers, or texts of a length, that the other document does not allow.",
        "Stay within the other document's bounds.",
    ),
    "changed-pattern": Kind(
        "A pattern is another",
        "Values that the client sends may no longer match.",
        "Look whether they do.",
        breaks=False,
    ),
    "removed-request-member": Kind(
        "A member of the body is gone",
        "The client sends a member that the other document does not have.",
        "Leave it out, or send what replaces it.",
    ),
    "new-required-member": Kind(
        "A member of the body has to be sent now",
        "The other document requires a member that the client does not always send.",
        "Send it.",
    ),
    "removed-media-type": Kind(
        "A media type is gone",
        "The client sends or reads a media type that the other document does not have at this place.",
        "Use one that it has.",
    ),
    "removed-response-member": Kind(
        "A member of an answer is gone",
        "Answers had a member that the other side's have not.",
        "Do without it, or read what replaces it.",
    ),
    "optional-response-member": Kind(
        "A member of an answer may be missing now",
        "What every answer had to have is optional on the other side.",
        "Read it as something that may be absent.",
    ),
    "changed-type": Kind(
        "A member of an answer has another type",
        "The client was given a value of one type, and the other side gives another: a number as a text, an object "
        "where an array was.",
        "Read the new type.",
    ),
    "changed-format": Kind(
        "A text has another format",
        "A date became a date with a time, or an id something else than a UUID.",
        "Read the new format.",
    ),
    "nullable": Kind(
        "A member of an answer may be null now",
        "What was always a value can be null on the other side.",
        "Treat null as absent.",
    ),
    "wider-enum": Kind(
        "New values may come",
        "The other side answers with values that the document the client was written for does not list.",
        "Have an answer ready for values that you do not know.",
        breaks=False,
    ),
    "changed-security": Kind(
        "Access is asked for in another way",
        "None of the ways in which the client may prove itself is enough on the other side: another scheme, or a "
        "scope more.",
        "Ask for what is asked for now.",
    ),
    "deprecated": Kind(
        "An operation is on its way out",
        "The other document marks as deprecated what the client calls.",
        "Look for what replaces it before it is gone.",
        breaks=False,
    ),
    "undeclared-member": Kind(
        "A member that nobody announced",
        "The other side's answers have a member that is in neither the document nor the recording.",
        "Nothing, where members that are not known are ignored; ask for the newer document.",
        breaks=False,
    ),
    "missing-member": Kind(
        "A member did not come",
        "The recording had an optional member that the other side's answers lack. Their data may be the reason.",
        "Read it as something that may be absent.",
        breaks=False,
    ),
    "unreached": Kind(
        "A call could not be made",
        "The other side did not answer, or answered something that cannot be read.",
        "Look at its address and at the token.",
    ),
}
"""By the id under which `sandbank explain` finds it."""


@dataclass(frozen=True)
class Break:
    kind: str
    operation: str
    where: str
    """`query limit`, `body /amount`, `200 /accounts/*/status`: what of the operation it is about."""
    text: str

    @property
    def breaks(self) -> bool:
        return KINDS[self.kind].breaks

    def as_dict(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "level": "break" if self.breaks else "risk",
            "operation": self.operation,
            "where": self.where,
            "text": self.text,
        }
