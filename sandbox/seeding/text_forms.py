"""Text of a form that words explain: slugs, four digits, telephone numbers and addresses that can be nobody's."""

import re
from typing import Any

from marshmallow import ValidationError

from sandbox.seeding.seed_fields import Text

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PHONE = re.compile(r"[2-9][0-9]{2}55501[0-9]{2}")
MAIL = re.compile(r"[^@\s]+@example\.(com|org|net)")
EXAMPLE_URL = re.compile(r"https?://[a-z0-9.-]+\.example(/\S*)?")


class Matching(Text):
    """Text of a form that is explained in words."""

    def __init__(self, form: re.Pattern[str], words: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.form, self.words = form, words

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not self.form.fullmatch(text):
            raise ValidationError(f"{value!r} is not {self.words}")
        return text


def slug_text(**kwargs: Any) -> Matching:
    return Matching(SLUG, "a slug of small letters, digits and hyphens", **kwargs)


def last_four(**kwargs: Any) -> Matching:
    return Matching(re.compile(r"[0-9]{4}"), "four digits (in quotes)", **kwargs)
