"""After a consent was withdrawn, accounts were unlinked, or a consent ran out."""

from typing import Any

from tests.messenger.listener import Listener
from tests.passport.conftest import Story

ACCOUNTS = "/jpmc/servicing/inquiry-maintenance/fdx/v4/accounts"
PURCHASES = "/commerce/v1/purchases"
FOR_A_YEAR: dict[str, Any] = {"duration": "TIME_BOUND", "lifetime_days": 365}


def test_data_after_a_withdrawal(story: Story) -> None:
    access, account = story.links(), story.account()
    balance = account["balances"]["current"]
    story.asks()
    story.answers(f"You have {balance}.")
    assert story.outcome("revocation.data") == "not_seen"
    story.withdraws(access)
    story.answers(f"You have {balance}.")
    assert story.outcome("revocation.data") == "not_seen", "the clock stands still"
    story.world.advance("PT6S")
    story.answers("Your bank is not linked any more.")
    assert story.outcome("revocation.data") == "pass"
    mid = story.answers(f"Your account ··{account['last4']} has {float(balance):,.2f}.")
    found = story.finding("revocation.data")
    assert found["evidence"] == [f"mid:{mid}", f"consent:{access.consent_id}"]
    assert account["last4"] in found["text"]
    assert "the balance" in found["text"]


def test_the_limit_after_a_withdrawal_can_be_set(story: Story) -> None:
    access, account = story.links(), story.account()
    story.asks()
    story.withdraws(access)
    story.world.advance("PT6S")
    story.answers(f"Your account ··{account['last4']}.")
    story.world.advance("PT60S")
    assert story.outcome("revocation.data") == "fail"
    assert story.outcome("revocation.data", seconds=30) == "pass"


def test_an_amount_of_a_row_is_recognised(story: Story) -> None:
    access, account = story.links(), story.account()
    rows = story.world.control("GET", f"/accounts/{account['account_id']}/transactions", params={"limit": 20}).json()
    row = next(one for one in rows["transactions"] if not one["amount"].endswith(".00"))
    story.asks()
    story.withdraws(access)
    story.world.advance("PT1M")
    story.answers(f"You paid {row['amount'].removeprefix('-')} there.")
    assert row["description"] in story.finding("revocation.data")["text"]


def test_what_another_consent_still_shares_may_be_told(story: Story) -> None:
    access, account = story.links(), story.account()
    story.links()
    story.asks()
    story.withdraws(access)
    story.world.advance("PT1M")
    story.answers(f"Your account ··{account['last4']}.")
    assert story.outcome("revocation.data") == "pass"


def test_an_answer_with_a_number_after_the_last_withdrawal(story: Story) -> None:
    access = story.links()
    story.withdraws(access)
    story.world.advance("PT1M")
    story.asks("Hello?")
    story.answers("Please link your bank first, it takes 2 minutes.")
    assert story.outcome("revocation.answers") == "pass"
    story.asks()
    story.answers("About $1,200, I think.")
    assert "$1,200" in story.finding("revocation.answers")["text"]


def test_a_bank_that_is_asked_again_and_again(story: Story) -> None:
    access = story.links()
    story.asks()
    story.withdraws(access)
    story.world.advance("PT1M")
    assert access.get(ACCOUNTS).status_code == 401
    assert story.outcome("revocation.reads") == "pass"
    assert access.get(ACCOUNTS).status_code == 401
    assert story.outcome("revocation.reads") == "warn"


def test_what_is_told_and_read_after_accounts_were_unlinked(story: Story, listener: Listener) -> None:
    access = story.links()
    story.asks()
    story.does("unlink")
    listener.wait(2)
    story.world.advance("PT1M")
    assert story.outcome("unlink.deleted") == "pass"
    assert story.outcome("unlink.given_back") == "warn", "the consent lives on"
    assert access.get(PURCHASES).ok
    story.answers("You have $12.00 left.")
    told = [one["text"] for one in story.stamp("unlink.deleted")["findings"]]
    assert told == [
        "60 s after the person was to be forgotten, listPurchases was read.",
        "The person was to be forgotten, and the bot still tells $12.00.",
    ]


def test_consents_that_go_with_the_link(story: Story, listener: Listener) -> None:
    access = story.links()
    story.asks()
    story.does("unlink")
    listener.wait(2)
    story.withdraws(access)
    story.world.advance("PT1M")
    assert story.outcome("unlink.given_back") == "pass"


def test_a_consent_that_runs_out_without_a_word(story: Story) -> None:
    story.links(**FOR_A_YEAR)
    story.asks()
    story.answers("I am a bot.")
    assert story.outcome("expiry.notice") == "not_seen"
    story.world.advance("P366D")
    assert "has run out, and nobody told" in story.finding("expiry.notice")["text"]


def test_a_notice_by_a_utility_message(story: Story) -> None:
    story.links(**FOR_A_YEAR)
    story.asks()
    body = {"type": "BODY", "text": "What you share from {{1}} ends soon. Reply “link” to go on."}
    template = {"name": "ends", "language": "en_US", "category": "UTILITY", "components": [body]}
    assert story.bot.post("/me/message_templates", template).ok
    story.world.advance("P350D")
    gaps = [{"type": "body", "parameters": [{"type": "text", "text": "Chase"}]}]
    named = {"template": {"name": "ends", "language": {"code": "en_US"}, "components": gaps}}
    story.answers(named, messaging_type="UTILITY")
    story.world.advance("P16D")
    assert story.outcome("expiry.notice") == "pass"


def test_a_notice_by_a_tag(story: Story) -> None:
    story.bot.behave(tags="classic")
    story.links(**FOR_A_YEAR)
    story.asks()
    story.world.advance("P350D")
    story.answers("Your consent expires soon.", messaging_type="MESSAGE_TAG", tag="ACCOUNT_UPDATE")
    assert "as ACCOUNT_UPDATE and not as UTILITY" in story.finding("expiry.notice")["text"]
