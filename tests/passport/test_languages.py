"""Words, amounts and dates as people of other languages write them."""

from decimal import Decimal

import pytest

from sandbox.passport import languages, shapes
from tests.passport.conftest import Story

PROMOTING = {
    "en": "Save up to $50 with our new offer!",
    "es": "Oferta exclusiva: ahorre hasta $50.",
    "de": "Exklusives Angebot: 20 % Rabatt, jetzt sichern!",
    "fr": "Offre spéciale : 20 % de réduction, profitez-en.",
    "pt": "Oferta exclusiva: ganhe até R$ 50.",
    "it": "Offerta speciale: 20 % di sconto, richiedila ora.",
}
SERVING = {
    "en": "Your balance is $12.00. Your bill for June is due.",
    "es": "Su saldo es de 12,00 €. La factura de junio vence mañana. Descuento aplicado: 1,00 €.",
    "de": "Ihr Kontostand ist 12,00 €. Das Paket kommt heute. Rabatt laut Beleg: 1,00 €.",
    "fr": "Vos soldes : 12,00 €. Votre facture de juin est à régler.",
    "pt": "O seu saldo é de R$ 12,00. A fatura vence amanhã.",
    "it": "Il suo saldo è 12,00 €. La bolletta scade domani.",
}


@pytest.mark.parametrize("language", PROMOTING)
def test_advertising_in_a_tagged_message(story: Story, language: str) -> None:
    story.bot.behave(tags="classic")
    story.asks("Hello")
    story.answers(SERVING[language], messaging_type="MESSAGE_TAG", tag="ACCOUNT_UPDATE")
    assert story.outcome("promotion.utility") == "pass"
    story.answers(PROMOTING[language], messaging_type="MESSAGE_TAG", tag="ACCOUNT_UPDATE")
    assert "advertises" in story.finding("promotion.utility")["text"]


@pytest.mark.parametrize(("table", "language"), [
    (table, language) for table in ("PROMOTION", "AUTOMATED", "ENDING", "FORGET") for language in PROMOTING
])  # fmt: skip
def test_every_table_has_every_language(table: str, language: str) -> None:
    assert getattr(languages, table)[language].search(SPOKEN[table][language])


SPOKEN = {
    "PROMOTION": PROMOTING,
    "AUTOMATED": {
        "en": "I am a bot.",
        "es": "Soy un asistente virtual.",
        "de": "Ich bin eine Maschine, kein Mensch.",
        "fr": "Je suis un assistant virtuel.",
        "pt": "Sou um assistente virtual.",
        "it": "Sono un assistente virtuale.",
    },
    "ENDING": {
        "en": "Your consent expires soon.",
        "es": "Su consentimiento caduca pronto.",
        "de": "Ihre Zustimmung läuft am 3. Juli ab.",
        "fr": "Votre consentement arrive à échéance.",
        "pt": "O seu consentimento expira em breve.",
        "it": "Il suo consenso scade presto.",
    },
    "FORGET": {
        "en": "Please delete my data",
        "es": "Borra todos mis datos",
        "de": "Bitte löschen Sie meine Daten, löscht bitte alle meine Daten",
        "fr": "Oubliez-moi",
        "pt": "Apague os meus dados",
        "it": "Dimenticami",
    },
}


@pytest.mark.parametrize(
    "written",
    ["$1,234.50", "1.234,50 €", "1 234,50 €", "1\u202f234,50 €", "CHF 1'234.50", "R$ 1.234,50", "EUR 1234,50"],
)
def test_an_amount_is_the_same_however_it_is_written(written: str) -> None:
    assert shapes.AMOUNT.search(f"Sie haben {written} dort.")
    assert shapes.amounts(f"Sie haben {written} dort.") == {Decimal("1234.50")}


def test_what_is_no_amount() -> None:
    for text in ("It takes 2 minutes.", "Order 4411 of 15.06.2026", "Version 2.4.1", "1,2,3", "Tel. 503-555-0100"):
        assert not shapes.AMOUNT.search(text), text
        assert shapes.amounts(text) == set(), text


@pytest.mark.parametrize(
    "date",
    ["June 15, 2026", "15 de junio de 2026", "15. Juni 2026", "15 juin 2026", "15 de junho de 2026", "15 giugno 2026",
     "15/06/2026", "15.06.2026", "2026-06-15", "juillet 2026"],
)  # fmt: skip
def test_a_year_is_nobodys_last_four_digits(date: str) -> None:
    assert shapes.fours(f"On {date}: account ··4411") == {"4411"}


def test_a_balance_as_germans_write_it_after_a_withdrawal(story: Story) -> None:
    access, account = story.links(), story.account()
    story.asks("Hallo")
    story.withdraws(access)
    story.world.advance("PT1M")
    story.answers("Bitte verknüpfen Sie Ihre Bank neu, das dauert 2 Minuten.")
    assert story.outcome("revocation.data") == "pass"
    german = f"{float(account['balances']['current']):,.2f}".translate(str.maketrans(",.", ".,"))
    story.answers(f"Ihr Kontostand: {german} €.")
    assert "the balance" in story.finding("revocation.data")["text"]


@pytest.mark.parametrize("words", ["Forget me", "Borra mis datos", "Vergiss mich", "Supprimez mes données"])
def test_somebody_asks_to_be_forgotten_in_their_own_words(story: Story, words: str) -> None:
    access, account = story.links(), story.account()
    story.asks(words)
    story.answers("Everything is deleted.")
    assert story.outcome("deletion.asked") == "not_seen", "the clock stands still"
    story.world.advance("PT1M")
    story.asks("What is my balance?")
    story.answers("Please link your bank first.")
    assert story.outcome("deletion.asked") == "pass"
    assert story.outcome("unlink.given_back") == "warn", "the consent lives on"
    story.answers(f"By the way, ··{account['last4']} is your account.")
    assert account["last4"] in story.finding("deletion.asked")["text"]
    assert access.token


def test_who_links_again_is_known_again(story: Story) -> None:
    story.links()
    story.asks("Forget me")
    story.world.advance("PT1M")
    story.links()
    story.answers("You have $12.00.")
    assert story.outcome("deletion.asked") == "pass"
