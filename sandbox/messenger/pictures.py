"""What a person looks like to a page: their initials on a colour that is always theirs."""

from html import escape
from urllib.parse import urlencode

from sandbox.kernel import ids
from sandbox.messenger.people import Person
from sandbox.worlds.worlds import World

PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200" viewBox="0 0 200 200">'
    '<rect width="200" height="200" fill="hsl({hue} 45% 42%)"/>'
    '<text x="100" y="128" font-family="sans-serif" font-size="80" text-anchor="middle" fill="#fff">{initials}</text>'
    "</svg>"
)


def svg(person: Person) -> str:
    initials = f"{person.first_name[:1]}{person.last_name[:1]}".upper()
    return PICTURE.format(hue=ids.number("picture", person.psid) % 360, initials=escape(initials))


def url(person: Person, world: World, base_url: str) -> str:
    """`base_url` is the server's origin."""
    asked = urlencode({"world": world.world_id, "page": person.page_id})
    return f"{base_url}/_sandbox/messenger/users/{person.psid}/picture?{asked}"
