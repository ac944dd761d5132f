"""Cards of one account: what they are, and what is done to them. That a stopped card is charged nothing, follows where
the rows of an account are read."""

from dataclasses import replace

from sandbox.kernel.errors import CardEnded, CardNotFound
from sandbox.ledger.cards import ENDED, CardChange, CardStatus, HeldCard, card_id, status_at
from sandbox.ledger.commerce_facts import CommerceFacts
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.worlds import World, Worlds


class Cards:
    def __init__(self, worlds: Worlds) -> None:
        self.worlds = worlds

    def all(self, view: AccountView) -> list[HeldCard]:
        """Those that were issued, dead ones too, in the order of the account's file."""
        account, changed = view.account, view.overlay.facts.cards
        names = [(card_id(account.account_id, card), card) for card in account.cards if card.issued_at <= view.now]
        return [HeldCard(name, account.account_id, card, changed.get(name, ())) for name, card in names]

    def one(self, view: AccountView, name: str) -> HeldCard:
        """Raises CardNotFound."""
        for held in self.all(view):
            if held.card_id == name:
                return held
        raise CardNotFound(f"the account has no card {name!r}")

    def set(
        self, world: World, view: AccountView, name: str, status: CardStatus, *, reason: str, by: str
    ) -> tuple[HeldCard, bool]:
        """Raises CardNotFound, or CardEnded."""
        before = self.one(view, name)
        change = CardChange(world.now, status, reason, by)

        def changed(facts: CommerceFacts) -> CommerceFacts:
            done = facts.cards.get(name, ())
            stands = status_at(replace(before, changes=done), world.now)
            if stands is status:
                return facts
            if stands in ENDED:
                raise CardEnded(f"the card is {stands.value} for good")
            return replace(facts, cards={**facts.cards, name: (*done, change)})

        after = self.worlds.change_commerce(world, view.account.account_id, changed)
        held = replace(before, changes=after.cards.get(name, ()))
        return held, held.changes[-1:] == (change,) and held.changes != before.changes
