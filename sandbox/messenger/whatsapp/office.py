"""What the second channel remembers of each world: the account, its numbers, templates and media, and who is who."""

from collections import deque

from sandbox.kernel import ids
from sandbox.ledger import codec
from sandbox.messenger.desk import Desk
from sandbox.messenger.pages import Page
from sandbox.messenger.people import Person, as_person
from sandbox.messenger.threads import Message
from sandbox.messenger.whatsapp import business
from sandbox.messenger.whatsapp.business import Business, Number
from sandbox.messenger.whatsapp.errors import NodeUnknown
from sandbox.messenger.whatsapp.media import Medium
from sandbox.messenger.whatsapp.templates import Template, greeting
from sandbox.worlds.worlds import World

ACCOUNT, NUMBER, TEMPLATE, MEDIUM = "wa_account", "wa_number", "wa_template", "wa_medium"
PREFERENCE = "wa_preference"


class Office:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._by_phone: dict[tuple[str, int], dict[str, str]] = {}
        self._moments: dict[tuple[str, str], deque[int]] = {}

    def on_whatsapp(self, world: World, node: str) -> bool:
        """Whether an id in a path is one of this channel's. Where ids are made, the first digit says what of."""
        if not node.isdecimal():
            return False
        if node[0] == "7":
            return self.medium(world, node) is not None
        if node[0] == "8":
            return self.template(world, node) is not None
        made = business.numbers(world.world_id)
        return node in (business.made(world.world_id).waba_id, *(number.phone_number_id for number in made))

    # --- The account and its numbers -------------------------------------------------------------------------------

    def account(self, world: World) -> Business:
        first = business.made(world.world_id)
        return self.desk.one(world, ACCOUNT, first.waba_id, Business) or first

    def set_account(self, world: World, account: Business) -> None:
        self.desk.keep(world, ACCOUNT, account.waba_id, account)

    def numbers(self, world: World) -> list[Number]:
        """The one that is ready first."""
        made = business.numbers(world.world_id)
        return [self.desk.one(world, NUMBER, one.phone_number_id, Number) or one for one in made]

    def number(self, world: World, phone_number_id: str) -> Number:
        """Raises NodeUnknown."""
        for number in self.numbers(world):
            if number.phone_number_id == phone_number_id:
                return number
        raise NodeUnknown(f"{phone_number_id} is none of the account's numbers", hint="GET /{waba-id}/phone_numbers")

    def set_number(self, world: World, number: Number) -> None:
        self.desk.keep(world, NUMBER, number.phone_number_id, number)

    def page(self, world: World, number: Number) -> Page:
        return business.as_page(number, self.desk.pages(world)[0])

    # --- People ----------------------------------------------------------------------------------------------------

    def person_at(self, world: World, page: Page, phone: str) -> Person | None:
        """Who has the phone: a customer, or somebody whom control made."""
        username = self.phones(world).get(phone)
        if username is not None:
            return self.desk.person_called(world, page, username)
        return next((person for person in self.desk.people(world, page) if person.phone == phone), None)

    def phones(self, world: World) -> dict[str, str]:
        """Usernames of the customers by phone. Where two have one phone, it is the first one's."""
        key = (world.world_id, world.stored.version)
        found = self._by_phone.get(key)
        if found is None:
            if len(self._by_phone) > 1000:
                self._by_phone.clear()
            worlds = self.desk.worlds
            people = [worlds.customer(world, name) for name in worlds.usernames(world)]
            told = {as_person(world.world_id, "", one).phone: one.username for one in reversed(people)}
            found = self._by_phone[key] = told
        return found

    def wants_marketing(self, world: World, person: Person) -> bool | None:
        """None: never asked."""
        return self.desk.one(world, PREFERENCE, person.psid, bool)

    def set_wants_marketing(self, world: World, person: Person, wants: bool) -> None:
        self.desk.keep(world, PREFERENCE, person.psid, wants)

    # --- Messages --------------------------------------------------------------------------------------------------

    def sent_lately(self, world: World, number: Number) -> int:
        """How many messages this process took from the number in the second before this one, which is counted too."""
        now = self.desk.worlds.wall()
        moments = self._moments.setdefault((world.world_id, number.phone_number_id), deque(maxlen=1000))
        while moments and moments[0] <= now - 1000:
            moments.popleft()
        moments.append(now)
        return len(moments) - 1

    def add_message(self, world: World, message: Message) -> Message:
        return self.desk.add_message(world, message, head="wamid.")

    # --- Templates -------------------------------------------------------------------------------------------------

    def template(self, world: World, template_id: str) -> Template | None:
        found = self.desk.one(world, TEMPLATE, template_id, Template)
        ready = greeting(world.world_id)
        return ready if found is None and template_id == ready.template_id else found

    def templates(self, world: World) -> list[Template]:
        """All that were not deleted."""
        return [one for one in self.all_templates(world) if one.status != "DELETED"]

    def all_templates(self, world: World) -> list[Template]:
        """The one that every account has first."""
        stored = {one.template_id: one for _, one in self.desk.all_of(world, TEMPLATE, "", Template)}
        ready = greeting(world.world_id)
        others = sorted(stored.values(), key=lambda one: (one.name, one.language))
        return [stored.get(ready.template_id, ready), *(one for one in others if one.template_id != ready.template_id)]

    def set_template(self, world: World, template: Template) -> None:
        self.desk.keep(world, TEMPLATE, template.template_id, template)

    # --- Media -----------------------------------------------------------------------------------------------------

    def medium(self, world: World, media_id: str) -> Medium | None:
        return self.desk.one(world, MEDIUM, media_id, Medium)

    def media_of(self, world: World, number: Number) -> list[Medium]:
        return [medium for _, medium in self.desk.all_of(world, MEDIUM, number.phone_number_id, Medium)]

    def add_medium(self, world: World, medium: Medium) -> Medium:
        chats = self.desk.chats
        with chats.database.transaction():
            place = chats.next_place(world.world_id, MEDIUM, medium.phone_number_id)
            named = medium.named("7" + ids.digits(14, "whatsapp medium", world.world_id, medium.phone_number_id, place))
            text = codec.encode(named)
            chats.append(world.world_id, MEDIUM, named.media_id, text, owner=medium.phone_number_id, place=place)
        return named

    def delete_medium(self, world: World, medium: Medium) -> None:
        """What is left keeps the id from being given again."""
        self.desk.keep(world, MEDIUM, medium.media_id, medium.emptied())
