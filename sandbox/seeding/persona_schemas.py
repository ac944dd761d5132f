"""The form of a persona's file, which brings its parts together."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from marshmallow import ValidationError, fields

from sandbox.kernel.names import did_you_mean
from sandbox.ledger.clusters import Cluster
from sandbox.seeding.account_schemas import AccountNode
from sandbox.seeding.one_off_schemas import OneOffNode
from sandbox.seeding.person_schemas import PersonNode
from sandbox.seeding.personas import ConsentPlan, Moment, Persona
from sandbox.seeding.rhythm_schemas import RHYTHMS
from sandbox.seeding.seed_fields import Choice, Many, Node, Number, Text, When, Zone, one
from sandbox.seeding.story.rhythm import Rhythm
from sandbox.seeding.text_forms import slug_text


class ConsentNode(Node):
    builds = ConsentPlan
    client = Text(required=True)
    bank = slug_text(load_default="")
    granted_days_ago = Number(required=True, high=3650)
    expires_in_days = Number(low=-3650, high=3650, load_default=None)
    revoked_days_ago = Number(high=3650, load_default=None)
    clusters = Many(Choice(Cluster), required=True)


class RhythmField(fields.Field[Rhythm]):
    """A mapping with one key, the word of the rhythm."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Rhythm:
        if not isinstance(value, Mapping) or len(value) != 1:
            raise ValidationError(f"must be a mapping with one key, one of {', '.join(RHYTHMS)}")
        ((word, body),) = value.items()
        if word not in RHYTHMS:
            raise ValidationError(
                {str(word): [f"no such rhythm. {did_you_mean(str(word), RHYTHMS)} (allowed: {', '.join(RHYTHMS)})"]}
            )
        try:
            rhythm: Rhythm = one(RHYTHMS[word]).load(body)
        except ValidationError as error:
            raise ValidationError({word: error.messages}) from None
        return rhythm


class PersonaNode(Node):
    builds = Persona
    slug = slug_text(required=True)
    story = Text(required=True)
    purpose = Text(required=True)
    zone = Zone()
    history = When()
    fresh = fields.Boolean()
    away_spending = Number(high=5)
    people = Many(fields.Nested(PersonNode), required=True)
    accounts = Many(fields.Nested(AccountNode), required=True)
    rhythms = Many(RhythmField())
    one_offs = Many(fields.Nested(OneOffNode))
    consents = Many(fields.Nested(ConsentNode))

    def make(self, data: dict[str, Any]) -> Any:
        history: Moment | None = data.get("history")
        if history is not None:
            data["history"] = replace(history, days=-abs(history.days), months=-abs(history.months))
        words = Counter[str]()
        rhythms = []
        for rhythm in data.get("rhythms", ()):
            word = WORDS[type(rhythm)]
            words[word] += 1
            rhythms.append(rhythm if rhythm.label else replace(rhythm, label=f"{word}-{words[word]}"))
        data["rhythms"] = tuple(rhythms)
        return super().make(data)


WORDS = {node.builds: word for word, node in RHYTHMS.items()}
