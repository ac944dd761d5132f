"""What people see before they have written: a greeting, a button to begin, a menu."""

from . import messages
from .graph import Graph
from .people import AUTOMATED

MENU = (("Balance", "balance"), ("Purchases", "purchases"), ("Talk to a person", "talk"))


def set_up(graph: Graph) -> None:
    menu = [messages.postback(*item) for item in MENU]
    told = {
        "get_started": {"payload": "start"},
        "greeting": [{"locale": "default", "text": f"Your money, in a chat. {AUTOMATED}"}],
        "persistent_menu": [{"locale": "default", "composer_input_disabled": False, "call_to_actions": menu}],
    }
    graph.call("POST", "me/messenger_profile", told)
