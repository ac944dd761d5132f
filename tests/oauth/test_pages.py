"""The consent pages as a customer's browser, a screen reader and an attacker see them."""

import re
from base64 import b64encode
from hashlib import sha256
from itertools import pairwise

import pytest
from jinja2 import UndefinedError

from sandbox.dialect.bank import Bank
from sandbox.ledger.clusters import Cluster
from sandbox.oauth.pages import CLUSTERS, NEVER_SHARED, PAGE_HEADERS, STEPS, not_shared, page_headers, shared
from tests.console.consent_pages import (
    BANKS,
    DASHBOARD,
    HOME,
    HOSTILE,
    NAMES,
    PAGES,
    App,
    Problem,
    account,
    journey,
    render,
)
from tests.console.markup import Element, Markup

EVERY = (*NAMES, *DASHBOARD)
STRANGERLESS = ("otp", "question", "push")
"""Pages that have only words of ours."""
HEADINGS = ("h1", "h2", "h3", "h4")


@pytest.fixture(params=list(BANKS))
def bank(request: pytest.FixtureRequest) -> Bank:
    return BANKS[request.param]


# --- What every page keeps to ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in EVERY if name not in STRANGERLESS])
def test_hostile_words_stay_words(name: str, bank: Bank) -> None:
    source = render(name, bank, text=HOSTILE)
    page = Markup(source)

    assert not page.all("script")
    assert " ".join(HOSTILE.split()) in page.text  # as text, the template syntax in it untouched
    for element in page.elements:
        assert not [attribute for attribute in element.attributes if attribute.startswith("on")], element
        assert "javascript:" not in f"{element.get('href')}{element.get('src')}{element.get('action')}"


@pytest.mark.parametrize(("name", "times"), [("login", 1), ("accounts", 4), ("review", 5), ("notice", 1)])
def test_names_of_others_cannot_turn_the_line_around(name: str, times: int, bank: Bank) -> None:
    isolated = [element.text for element in Markup(render(name, bank, text=HOSTILE)).all("bdi")]
    assert isolated.count(" ".join(HOSTILE.split())) == times


@pytest.mark.parametrize("name", EVERY)
def test_nothing_runs_and_nothing_comes_from_elsewhere(name: str, bank: Bank) -> None:
    page = Markup(render(name, bank))
    ids = {element.get("id") for element in page.elements}
    for element in page.elements:
        assert element.tag not in ("script", "iframe", "object", "embed", "img", "base")
        assert not [name for name in element.attributes if name.startswith("on") or name == "style"]
        if element.tag == "link":
            assert element.get("href").startswith("data:image/svg+xml,")
        elif "href" in element.attributes:
            href = element.get("href")
            assert href.startswith(HOME) or href[1:] in ids
    assert "url(" not in page.one("style").text
    assert "@import" not in page.one("style").text


@pytest.mark.parametrize("name", EVERY)
def test_a_screen_reader_finds_its_way(name: str, bank: Bank) -> None:
    page = Markup(render(name, bank, problem=Problem()))

    assert page.one("html").get("lang") == "en"
    assert bank.name in page.one("title").text
    assert "Sandbank imitation" in page.one("title").text
    levels = [HEADINGS.index(element.tag) for element in page.elements if element.tag in HEADINGS]
    assert levels.count(0) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), "a level is skipped"
    landmarks = [element.tag for element in page.elements if element.tag in ("header", "main", "footer")]
    assert landmarks == ["header", "main", "footer"]

    ids = [element.get("id") for element in page.elements if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    for element in page.elements:
        for attribute in ("aria-describedby", "aria-labelledby", "for"):
            assert set(element.get(attribute).split()) <= set(ids), f"{element.tag} {attribute} leads nowhere"
    labelled = {label.get("for") for label in page.all("label")}
    for field in page.all("input"):
        assert field.get("type") == "hidden" or field.get("id") in labelled
    skip = next(element for element in page.elements if element.tag == "a")
    assert skip.get("href") == f"#{page.one('main').get('id')}"


@pytest.mark.parametrize("name", EVERY)
def test_it_says_what_it_is(name: str, bank: Bank) -> None:
    page = Markup(render(name, bank))
    assert f"Sandbank imitation — not affiliated with {bank.name}; no real data" in page.text
    assert "Never type a real username or password here" in page.text


@pytest.mark.parametrize("name", STEPS)
def test_forms_post_to_the_journey(name: str, bank: Bank) -> None:
    page = Markup(render(name, bank))
    form = page.one("form")
    assert (form.get("method"), form.get("action")) == ("post", "/somewhere/signin/j1")
    hidden = {field.get("name"): field.get("value") for field in page.all("input", type="hidden")}
    assert hidden == {"csrf": "token-1", "step": name}
    buttons = page.all("button")
    assert {button.get("type") for button in buttons} == {"submit"}
    assert {button.get("name") for button in buttons} == {"action"}
    assert buttons[0].get("value") == "continue", "the first button is the one that Enter presses"
    assert "cancel" in [button.get("value") for button in buttons]


@pytest.mark.parametrize("name", STEPS)
def test_the_way_is_shown_as_an_ordered_list(name: str, bank: Bank) -> None:
    page = Markup(render(name, bank))
    number = list(STEPS).index(name) + 1
    assert f"Step {number} of 4" in page.one("nav").text
    items = [element for element in page.all("li") if element.parents[-1].tag == "ol"]
    assert [item for item in items if item.get("aria-current") == "step"] == [items[number - 1]]
    assert items[number - 1].text == STEPS[name]


def test_a_journey_may_have_fewer_pages(bank: Bank) -> None:
    page = Markup(render("accounts", bank, journey=journey(steps=("login", "accounts", "review"))))
    assert "Step 2 of 3" in page.one("nav").text
    assert "Verify" not in page.one("nav").text


def test_a_forgotten_value_is_an_error(bank: Bank) -> None:
    with pytest.raises(UndefinedError):
        PAGES.render("otp.html", bank=bank, journey=journey(), phone="0142")


# --- Page by page ------------------------------------------------------------------------------------------


def test_login_helps_password_managers_and_says_whom_one_can_be(bank: Bank) -> None:
    page = Markup(render("login", bank, username="maya"))
    username, password = page.one("input", name="username"), page.one("input", name="password")
    assert (username.get("autocomplete"), username.get("value")) == ("username", "maya")
    assert (username.get("autocapitalize"), username.get("spellcheck")) == ("none", "false")
    assert (password.get("autocomplete"), password.get("type")) == ("current-password", "password")
    assert "value" not in password.attributes
    who = page.one("details")
    assert "open" not in who.attributes
    assert "Everybody’s password is sandbank" in who.text
    assert [name.text for name in inside(page, who, "dt")] == ["maya", "diego", "locked"]
    assert [story.text for story in inside(page, who, "dd")][1:] == ["Gig worker.", "The login is locked."]


FIELDS = [("login", "username"), ("otp", "code"), ("accounts", "account-1")]


@pytest.mark.parametrize(("name", "field"), FIELDS)
def test_a_problem_is_announced_and_leads_to_the_field(name: str, field: str, bank: Bank) -> None:
    page = Markup(render(name, bank, problem=Problem()))
    alert = page.one(role="alert")
    assert Problem().title in alert.text
    assert page.one("title").text.startswith("Problem: ")
    assert [link.get("href") for link in inside(page, alert, "a")] == [f"#{field}"]
    described = [e for e in page.elements if "problem-text" in e.get("aria-describedby").split()]
    assert described
    assert all(e.tag == "fieldset" or e.get("aria-invalid") == "true" for e in described)
    assert not Markup(render(name, bank)).all(role="alert")


def test_the_code_can_come_from_the_phone(bank: Bank) -> None:
    field = Markup(render("otp", bank)).one("input", name="otp")
    assert (field.get("inputmode"), field.get("autocomplete")) == ("numeric", "one-time-code")
    assert Markup(render("otp", bank)).all("button", value="resend")


def test_accounts_are_a_group_of_boxes(bank: Bank) -> None:
    page = Markup(render("accounts", bank))
    assert page.one("legend").parents[-1].tag == "fieldset"
    boxes = page.all("input", type="checkbox")
    assert [(box.get("name"), box.get("value")) for box in boxes] == [("account", "a1"), ("account", "a2")]
    assert ["checked" in box.attributes for box in boxes] == [True, False]
    assert page.all("label")[0].text == "Household Savings ••ending in 0001 $4,210.55"
    assert "Old" in page.text
    assert "It is closed." in page.text


def test_without_an_eligible_account_one_can_only_leave(bank: Bank) -> None:
    page = Markup(render("accounts", bank, accounts=[account(1, "Old", eligible=False, why_not="Closed.")]))
    assert not page.all("fieldset")
    assert [button.get("value") for button in page.all("button")] == ["cancel"]


def test_the_review_says_everything_before_it_asks(bank: Bank) -> None:
    page = Markup(render("review", bank))
    for words in (
        "Share your data with Demo App?",
        "https://demo.example.com",
        "Household",
        "Show your balances in chat",
        "Until November 23, 2027.",
        "24 months of history.",
        bank.skin.dashboard,
        *NEVER_SHARED,
        *(f"{cluster.title} {cluster.text}" for cluster in shared([Cluster.BALANCES, Cluster.TRANSACTIONS])),
    ):
        assert words in page.text
    assert page.text.index("How to stop") < page.text.index("Approve")


def test_saying_no_is_as_easy_as_saying_yes(bank: Bank) -> None:
    approve, refuse, back = Markup(render("review", bank)).all("button")
    assert (approve.get("value"), refuse.get("value"), back.get("value")) == ("continue", "cancel", "back")
    assert "primary" in approve.get("class").split()
    assert "primary" in refuse.get("class").split()


def test_marketing_is_asked_for_apart_and_never_ticked(bank: Bank) -> None:
    box = Markup(render("review", bank)).one("input", name="marketing")
    assert "checked" not in box.attributes
    assert not Markup(render("review", bank, marketing="")).all("input", name="marketing")


def test_a_dead_end_offers_no_way_out_that_an_attacker_chose(bank: Bank) -> None:
    page = Markup(render("notice", bank))
    assert not page.all("form")
    assert [link.get("href") for link in page.all("a")] == ["#main"]
    assert "GET /_sandbox/why/tr_1" in page.text
    assert "developer" not in Markup(render("notice", bank, detail="", trace="")).one("main").text


# --- Words -------------------------------------------------------------------------------------------------


def test_every_cluster_has_plain_words() -> None:
    assert set(CLUSTERS) == set(Cluster)
    assert len({words.title for words in CLUSTERS.values()}) == len(CLUSTERS)


def test_what_is_not_asked_for_is_named_as_not_shared() -> None:
    kept = not_shared([Cluster.BALANCES], [Cluster.BALANCES, Cluster.STATEMENTS])
    assert kept == [*NEVER_SHARED, "Your statements"]


def test_a_client_address_is_shown_but_never_a_link(bank: Bank) -> None:
    page = Markup(render("review", bank, client=App(client_uri="javascript:alert(1)")))
    assert "javascript:alert(1)" in page.text
    assert all(link.get("href").startswith("#") for link in page.all("a"))


# --- Policy and looks --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERY)
def test_the_policy_allows_the_very_style_of_the_page(name: str, bank: Bank) -> None:
    style = re.search("<style>(.*?)</style>", render(name, bank), re.DOTALL)
    assert style is not None
    digest = b64encode(sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in page_headers(bank.skin)["Content-Security-Policy"]


def test_headers_keep_pages_out_of_frames_caches_and_referrers(bank: Bank) -> None:
    headers = page_headers(bank.skin)
    assert headers["Content-Security-Policy"].startswith(PAGE_HEADERS["Content-Security-Policy"])
    for directive in ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert directive in headers["Content-Security-Policy"]
    assert "form-action" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_no_two_banks_look_alike() -> None:
    skins = [bank.skin for bank in BANKS.values()]
    assert len({skin.emblem for skin in skins}) == len({skin.accent for skin in skins}) == len(skins)


def inside(page: Markup, outer: Element, tag: str) -> list[Element]:
    return [element for element in page.all(tag) if outer in element.parents]
