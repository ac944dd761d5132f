"""The consent pages in a real browser, on a phone and on a desk, by keyboard alone and with scripts off."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import pytest
from flask import Flask, Response, redirect, request
from werkzeug import Response as Redirect

from sandbox.dialect.bank import Bank
from sandbox.oauth.pages import STEPS, page_headers
from tests.console.chromium import Page
from tests.console.consent_pages import BANKS, DASHBOARD, HOSTILE, NAMES, Problem, journey, render
from tests.console.serving import serving

SIZES = [(320, 640), (360, 740), (1280, 800)]


@dataclass
class Site:
    """Every page of every bank, and a journey through them that notes what it is sent."""

    url: str = ""
    posts: list[list[tuple[str, str]]] = field(default_factory=list)

    def page(self, slug: str, name: str) -> Response:
        bank = BANKS[slug]
        more: dict[str, object] = {"problem": Problem() if "problem" in request.args else None}
        if name not in ("notice", *DASHBOARD):
            more["journey"] = journey(action=f"/{slug}/{name}")
        text = HOSTILE if "hostile" in request.args else ""
        return Response(render(name, bank, text=text, **more), headers=page_headers(bank.skin), mimetype="text/html")

    def answer(self, slug: str, name: str) -> Redirect:
        self.posts.append(parse_qsl(request.get_data(as_text=True), keep_blank_values=True))
        following = [*STEPS, "done"]
        return redirect("/" + "/".join((slug, following[following.index(name) + 1])), 303)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    site, app = Site(), Flask(__name__, static_folder=None)
    app.add_url_rule("/<slug>/<name>", view_func=site.page)
    app.add_url_rule("/<slug>/<name>", view_func=site.answer, methods=["POST"])
    app.add_url_rule("/<slug>/done", "done", lambda slug: "Back at the client")
    with serving(app) as site.url:
        yield site


@pytest.fixture(params=list(BANKS))
def bank(request: pytest.FixtureRequest) -> Bank:
    return BANKS[request.param]


@pytest.mark.parametrize("name", [*NAMES, *DASHBOARD])
def test_no_page_is_wider_than_the_window(page: Page, site: Site, bank: Bank, name: str) -> None:
    for query in ("?problem", "?hostile"):
        page.open(f"{site.url}/{bank.slug}/{name}{query}")
        page.evaluate(UNFOLD)
        for size in SIZES:
            page.look(*size)
            assert page.evaluate("document.documentElement.scrollWidth") == size[0]
            assert page.evaluate(CUT_OFF) == []
    assert page.complaints == []
    assert all(url.startswith((site.url, "data:")) for url in page.requests)


UNFOLD = "document.querySelectorAll('details').forEach(e => { e.open = true; })"
# Elements whose words do not fit into them, except fields, and what only screen readers meet.
CUT_OFF = """[...document.body.querySelectorAll(':not(input)')].filter(e =>
    e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 1 && getComputedStyle(e).display !== 'inline'
).map(e => e.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("name", [*NAMES, *DASHBOARD])
def test_words_stand_out_from_what_is_behind_them(page: Page, site: Site, bank: Bank, name: str) -> None:
    page.open(f"{site.url}/{bank.slug}/{name}?problem")
    page.evaluate(UNFOLD)
    for size in SIZES[1:]:
        for dark in (False, True):
            page.look(*size, dark=dark)
            assert page.evaluate(FAINT) == []


# WCAG 2.2 AA, 1.4.3 and 1.4.11: words below 4.5 to 1, frames of fields below 3 to 1.
FAINT = """(() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgb = colour => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data; return {rgb: [r, g, b], a: a / 255};
  };
  const light = c => [.2126, .7152, .0722].reduce((sum, w, i) => {
    const v = c[i] / 255; return sum + w * (v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); }, 0);
  const mix = (top, bottom, a) => top.map((v, i) => v * a + bottom[i] * (1 - a));
  const behind = e => {
    if (!e) return [255, 255, 255];
    const own = rgb(getComputedStyle(e).backgroundColor);
    return own.a === 1 ? own.rgb : mix(own.rgb, behind(e.parentElement), own.a);
  };
  const ratio = (a, b) => {
    const [high, low] = [light(a), light(b)].sort((p, q) => q - p);
    return (high + .05) / (low + .05);
  };
  const faint = [];
  for (const e of document.body.querySelectorAll('*')) {
    const style = getComputedStyle(e), back = behind(e), box = e.getBoundingClientRect();
    const says = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    if (says && box.width > 1 && !e.closest('.skip')) {
      const ink = rgb(style.color), found = ratio(mix(ink.rgb, back, ink.a * style.opacity), back);
      if (found < 4.5) faint.push([e.outerHTML.slice(0, 80), found]);
    }
    if (e.matches('input[type=text], input[type=password]')) {
      const found = ratio(rgb(style.borderTopColor).rgb, behind(e.parentElement));
      if (found < 3) faint.push([e.outerHTML.slice(0, 80), found]);
    }
  }
  return faint;
})()"""


@pytest.mark.parametrize("name", [*STEPS, "question", "push", *DASHBOARD])
def test_the_keyboard_reaches_everything_in_order_and_shows_where_it_is(
    page: Page, site: Site, bank: Bank, name: str
) -> None:
    page.look(360, 740)
    page.open(f"{site.url}/{bank.slug}/{name}?problem")
    expected = page.evaluate(f"{REACHABLE}.map(e => e.outerHTML)")
    visited = []
    for _ in expected:
        page.press("Tab")
        outline, html, top, bottom = page.evaluate(FOCUSED)
        assert outline >= 2, f"no outline on {html}"
        assert top >= 0, f"{html} is out of sight"
        assert bottom <= 740, f"{html} is out of sight"
        visited.append(html)
    assert visited == expected


REACHABLE = "[...document.querySelectorAll('a[href], input:not([type=hidden]), button, summary')]"
# The outline of a box for ticking is drawn around its whole row.
FOCUSED = """(() => {
  const e = document.activeElement, box = e.getBoundingClientRect();
  const outline = x => {
    const style = x && getComputedStyle(x);
    return style && style.outlineStyle !== 'none' ? parseFloat(style.outlineWidth) : 0;
  };
  const widest = Math.max(outline(e), outline(e.closest('li')));
  return [widest, e.outerHTML, Math.ceil(box.top), Math.floor(box.bottom)];
})()"""


def test_a_journey_by_keyboard_alone_with_scripts_off(page: Page, site: Site, bank: Bank) -> None:
    page.script(allowed=False)
    site.posts.clear()
    page.open(f"{site.url}/{bank.slug}/login")
    tab(page, 2)  # past the skip link
    page.type("maya")
    tab(page)
    page.type("sandbank")
    page.press("Enter", leaves=True)

    tab(page, 2)
    page.type("123456")
    page.press("Enter", leaves=True)

    tab(page, 3)
    page.press("Space")  # the first is ticked already, the second is now
    tab(page)
    page.press("Enter", leaves=True)

    tab(page, 3)  # past the boxes for offers, which stay as they are
    tab(page, 2)
    page.press("Space", leaves=True)

    hidden = [("csrf", "token-1")]
    assert site.posts == [
        [*hidden, ("step", "login"), ("username", "maya"), ("password", "sandbank"), ("action", "continue")],
        [*hidden, ("step", "otp"), ("otp", "123456"), ("action", "continue")],
        [*hidden, ("step", "accounts"), ("account", "a1"), ("account", "a2"), ("action", "continue")],
        [*hidden, ("step", "review"), ("action", "cancel")],
    ]


def tab(page: Page, times: int = 1) -> None:
    for _ in range(times):
        page.press("Tab")


def test_the_skip_link_skips(page: Page, site: Site, bank: Bank) -> None:
    page.open(f"{site.url}/{bank.slug}/login")
    tab(page)
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    page.press("Enter")
    tab(page)
    assert page.evaluate("document.activeElement.id") == "username"


def test_a_screen_reader_hears_names_and_states(page: Page, site: Site, bank: Bank) -> None:
    page.open(f"{site.url}/{bank.slug}/accounts?problem")
    nodes = page.call("Accessibility.getFullAXTree")["nodes"]
    heard = {
        (node["role"]["value"], " ".join(str(node["name"]["value"]).split()))
        for node in nodes
        if not node["ignored"] and "name" in node
    }
    assert ("checkbox", "Household Savings ending in 0001 $4,210.55") in heard
    assert ("group", "Your accounts") in heard
    assert ("heading", "Choose what to share") in heard
    assert ("navigation", "Progress") in heard
    assert ("button", "Continue") in heard
    assert ("complementary", "About this page") in heard
    assert "alert" in {role for role, _ in heard}


def test_yes_and_no_are_of_one_size(page: Page, site: Site, bank: Bank) -> None:
    for size in SIZES:
        page.look(*size)
        page.open(f"{site.url}/{bank.slug}/review")
        yes, no = page.evaluate(
            "[...document.querySelectorAll('.decide .primary')].map(b => [b.offsetWidth, b.offsetHeight])"
        )
        assert yes == no
        assert yes[1] >= 44


def test_who_wants_no_motion_gets_none(page: Page, site: Site, bank: Bank) -> None:
    page.open(f"{site.url}/{bank.slug}/accounts")
    durations = "[...document.querySelectorAll('*')].map(e => getComputedStyle(e).transitionDuration)"
    assert set(page.evaluate(durations)) == {"0s"}
