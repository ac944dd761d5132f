"""Logos of merchants that do not exist: their initials on a colour of their own."""

from markupsafe import Markup

from sandbox.dialect.call import Call, Reply
from sandbox.dialect.commerce import UNLISTED
from sandbox.kernel import ids
from sandbox.kernel.errors import NotFound
from sandbox.kernel.names import did_you_mean

SVG = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" role="img"><title>{name}</title>'
    '<rect width="96" height="96" rx="20" fill="hsl({hue} 45% 36%)"/>'
    '<text x="48" y="60" text-anchor="middle" font-family="sans-serif" font-size="36" fill="#fff">{letters}</text>'
    "</svg>"
)


def get_merchant_logo(call: Call) -> Reply:
    merchants, asked = call.commerce.merchants(), call.path["merchant_id"]
    merchant = merchants.get(asked)
    if asked == UNLISTED:
        name, letters = "A merchant", "?"
    elif merchant is None:
        raise NotFound(f"there is no merchant {asked!r}", hint=did_you_mean(asked, merchants), asked=asked)
    else:
        name = merchant.name
        letters = "".join(word[0] for word in name.split() if word[0].isalnum())[:2].upper() or "?"
    drawn = SVG.format(name=name, hue=ids.number("logo", asked) % 360, letters=letters)
    headers = {"Cache-Control": "public, max-age=86400", "Content-Security-Policy": "default-src 'none'"}
    return Reply(str(drawn), media_type="image/svg+xml", headers=headers)
