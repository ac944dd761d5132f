"""Whose page a call is for."""

from sandbox.dialect.call import Call
from sandbox.messenger.errors import PermissionLacking
from sandbox.messenger.front import caller_of
from sandbox.messenger.pages import Page

OF_PAGE = "The app's token, {app-id}|{app-secret}, is for /{app-id}/subscriptions and debug_token."


def page_of(call: Call) -> Page:
    """The page that the path names, which has to be the token's. Raises PermissionLacking."""
    caller, node = caller_of(call), call.path["node"]
    if caller.is_app:
        raise PermissionLacking("An app access token cannot speak for a page: use the page's.", hint=OF_PAGE)
    if node not in ("me", caller.page.page_id):
        raise PermissionLacking("The page in the path is not the token's.", path=node, token=caller.page.page_id)
    return caller.page
