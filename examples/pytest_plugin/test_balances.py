"""What a test with the pytest plugin looks like. There is nothing to configure: `pip install sandbank pytest`."""

from datetime import timedelta

import pytest

from sandbox.testing import Bank, Clock, Consent, World


def test_the_accounts_are_there_at_every_bank(consent: Consent) -> None:
    """Runs four times: at Chase, Citi, U.S. Bank and Wells Fargo."""
    assert consent.get().status_code == 200


@pytest.mark.sandbank(banks="chase", persona="chloe")
def test_a_pending_purchase_posts_after_two_days(world: World, consent: Consent, clock: Clock) -> None:
    account = consent.accounts[0]
    coffee = {"amount": "-18.40", "description": "BLUE FINCH COFFEE", "status": "pending"}
    world.add_transactions(account["account_id"], [coffee])
    url = f"{consent.bank.accounts_url}/{account['id']}/transactions"
    assert '"PENDING"' in consent.get(url).text

    clock.advance(timedelta(days=2))
    anew = world.consent("chase", "chloe")  # the first one's access token lived for 15 minutes of the world's clock
    assert '"POSTED"' in anew.get(url).text


def test_the_integration_is_told_that_the_customer_left(bank: Bank, consent: Consent) -> None:
    consent.revoke()
    assert consent.get().status_code in (401, 403), bank.name
