"""What goes wrong on a customer's way through the pages, by name: the forms that a browser sends by mistake, or an
attacker on purpose. Each is refused with words on a page; the journey goes on as if nothing had been."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from sandbox.dialect.bank import Bank
from sandbox.kernel.errors import AccountNotFound
from sandbox.ledger.clients import Client
from sandbox.oauth.door import StepRefused
from sandbox.oauth.journey import Journey, Step
from sandbox.oauth.journeys import JourneyOver, Journeys, Leave, Outcome


class Notice(NamedTuple):
    """What the page said."""

    title: str
    text: str


Mishap = Callable[[Journeys, Bank, Client, Journey, Outcome], list[Notice]]
"""After each step: where the journey stood before, and where that led."""


def nothing(_journeys: Journeys, _bank: Bank, _client: Client, _here: Journey, _there: Outcome) -> list[Notice]:
    return []


def two_tabs(journeys: Journeys, _bank: Bank, _client: Client, here: Journey, there: Outcome) -> list[Notice]:
    """A second tab still shows the login, and sends it once the first tab is further."""
    if here.step is not Step.LOGIN or not isinstance(there, Journey):
        return []
    return _said(lambda: journeys.sign_in(there, here.visitor.username, ""))


def back_button(journeys: Journeys, _bank: Bank, _client: Client, here: Journey, there: Outcome) -> list[Notice]:
    """Back from the review to the page of accounts, whose form is sent once more: it is taken."""
    if here.step is not Step.ACCOUNTS or not isinstance(there, Journey):
        return []
    return _said(lambda: journeys.choose(there, there.account_ids))


def answered_twice(journeys: Journeys, bank: Bank, client: Client, here: Journey, there: Outcome) -> list[Notice]:
    """The form of the review is sent again after it was answered."""
    if here.step is not Step.REVIEW or not isinstance(there, Leave):
        return []
    return _said(lambda: journeys.approve(here, bank, client))


def widened_request(journeys: Journeys, _bank: Bank, _client: Client, here: Journey, there: Outcome) -> list[Notice]:
    """The form of the accounts is sent with one that was not offered."""
    if here.step is not Step.ACCOUNTS or not isinstance(there, Journey):
        return []
    return _said(lambda: journeys.choose(there, (*there.account_ids, "acc_of_somebody_else")))


def forged_form(journeys: Journeys, _bank: Bank, _client: Client, here: Journey, there: Outcome) -> list[Notice]:
    """Another site sends the form of the review: it does not know the token that goes with it."""
    if here.step is not Step.ACCOUNTS or not isinstance(there, Journey):
        return []
    return _said(lambda: journeys.check_form(there, "forged"))


MISHAPS: Mapping[str, Mishap] = {
    "": nothing,
    "two_tabs": two_tabs,
    "back_button": back_button,
    "double_click": answered_twice,
    "replayed_form": answered_twice,
    "widened_request": widened_request,
    "forged_form": forged_form,
}


def _said(deed: Callable[[], object]) -> list[Notice]:
    """The words with which a deed is refused; none where it is not."""
    try:
        deed()
    except (StepRefused, JourneyOver) as refused:
        return [Notice(refused.title, refused.text)]
    except AccountNotFound:
        return [Notice("That account was not offered", "Choose from the list.")]
    return []
