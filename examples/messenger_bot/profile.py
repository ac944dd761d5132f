"""What people see before they have written: a greeting, a button to begin, a menu."""

from . import messages
from .graph import Graph
from .people import AUTOMATED

GET_STARTED = "start"


def set_up(graph: Graph) -> None:
    menu = [
        messages.postback("Balance", "balance"),
        messages.postback("Purchases", "purchases"),
        messages.postback("Talk to a person", "talk"),
    ]
    graph.call(
        "POST",
        "me/messenger_profile",
        {
            "get_started": {"payload": GET_STARTED},
            "greeting": [{"locale": "default", "text": f"Your money, in a chat. {AUTOMATED}"}],
            "persistent_menu": [{"locale": "default", "composer_input_disabled": False, "call_to_actions": menu}],
        },
    )
