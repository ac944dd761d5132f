"""Edges of a page that take a call and have little to tell."""

from sandbox.dialect.call import Call, Reply
from sandbox.messenger import linking, tokens
from sandbox.messenger.acting import Actor
from sandbox.messenger.callers import page_of
from sandbox.messenger.desk import Desk
from sandbox.messenger.errors import GraphError, NodeUnknown, PermissionLacking
from sandbox.messenger.front import caller_of
from sandbox.messenger.recipients import recipient

SCOPES = ("pages_messaging", "pages_manage_metadata", "pages_read_engagement", "pages_show_list")


def unlink_accounts(desk: Desk, call: Call) -> Reply:
    """The same whether an account was linked or not; only where one was, the page is told."""
    page, world = page_of(call), call.world
    person = recipient(desk, world, page, {"id": call.body["psid"]})
    if person.linked_at is not None:
        linking.unlink(Actor(desk, world, page, person))
    return Reply({"result": "unlink account success"})


def set_nlp(_desk: Desk, call: Call) -> Reply:
    """Nothing here understands language, as bots with their own understanding want it: the wish is taken, no entities
    are found."""
    page_of(call)
    return Reply({"success": True})


def log_activities(_desk: Desk, call: Call) -> Reply:
    """App events, which nobody here evaluates."""
    caller, node = caller_of(call), call.path["node"]
    if node not in ("me", caller.page.app.app_id, caller.page.page_id):
        raise NodeUnknown(f"Unsupported post request. Object with ID '{node}' is not the token's app.")
    return Reply({"success": True})


def app_token(_desk: Desk, call: Call) -> Reply:
    """For the id and the secret, which the door has looked at."""
    return Reply({"access_token": tokens.app_token(caller_of(call).page), "token_type": "bearer"})


def debug_token(desk: Desk, call: Call) -> Reply:
    """What a token is worth, told to the app that it is of. Raises PermissionLacking."""
    asking, shown = caller_of(call), call.query["input_token"]
    try:
        of = desk.caller(shown)
    except GraphError as error:
        wrong = {"code": error.code, "message": error.detail}
        if error.subcode is not None:
            wrong["subcode"] = error.subcode
        return Reply({"data": {"is_valid": False, "error": wrong, "scopes": []}})
    if of.page.app.app_id != asking.page.app.app_id:
        raise PermissionLacking("The token is of another app.", hint="Ask with the token of the app that made it.")
    told = {
        "app_id": of.page.app.app_id,
        "application": of.page.app.name,
        "type": "APP" if of.is_app else "PAGE",
        "is_valid": True,
        "expires_at": 0,
        "scopes": [] if of.is_app else list(SCOPES),
    }
    return Reply({"data": told if of.is_app else {**told, "profile_id": of.page.page_id}})
