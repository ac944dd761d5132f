"""The privacy passport's rules, and a bot that breaks some of them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import requests

from docs.parts.markdown import code, table
from docs.parts.serving import serving
from sandbox.passport.rules import RULES


def rules() -> str:
    return table(("Rule", "What it says", "Why"), ((code(one.rule_id), one.says, one.why) for one in RULES))


def example() -> str:
    """What the passport of the default world says after a short story."""
    with careless_story() as url:
        told = requests.get(f"{url}/_sandbox/passport", params={"format": "markdown"}, timeout=30).text
    return f"````markdown\n{CONSENT.sub('CONSENT_ID', told).rstrip()}\n````\n"


CONSENT = re.compile(r"(?<=consent:)[^`]+")


@contextmanager
def careless_story() -> Iterator[str]:
    """A server at which a bot has told what it should not have. Gives its address."""
    with serving() as url, requests.Session() as session:
        control, bot = f"{url}/_sandbox", _bot(session, url)

        def does(path: str, body: object) -> None:
            """Of people and banks."""
            session.post(f"{control}{path}", json=body, timeout=30).raise_for_status()

        account = session.get(f"{control}/customers/maya/accounts", params={"bank": "chase"}, timeout=30).json()
        number = account["accounts"][0]["number"]
        given = session.post(
            f"{control}/consents", json={"bank": "chase", "client_id": "demo-app", "customer": "maya"}, timeout=30
        ).json()
        does("/messenger/users/maya/say", {"text": "What is my account number?"})
        _sends(session, url, bot, f"Hi, Sarah here. It is {number}.")
        does(f"/consents/{given['consent_id']}/revoke", {})
        does("/clock/advance", {"by": "PT1M"})
        does("/messenger/users/maya/say", {"text": "Forget it. And my balance?"})
        _sends(session, url, bot, "About $1,200.")
        yield url


def _bot(session: requests.Session, url: str) -> dict[str, str]:
    """The ready page's token, and the person to whom it writes."""
    page = session.get(f"{url}/_sandbox/messenger/pages/ready", timeout=30).json()
    maya = session.get(f"{url}/_sandbox/messenger/users/maya", timeout=30).json()
    return {"token": page["page_token"], "psid": maya["psid"]}


def _sends(session: requests.Session, url: str, bot: dict[str, str], text: str) -> None:
    wish = {"recipient": {"id": bot["psid"]}, "messaging_type": "RESPONSE", "message": {"text": text}}
    answer = session.post(f"{url}/messenger/me/messages", params={"access_token": bot["token"]}, json=wish, timeout=30)
    answer.raise_for_status()
