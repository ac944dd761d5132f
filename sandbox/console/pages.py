"""The console's first pages: home, and Swagger UI over the documents, all of it served from here.

Links are relative, so that the pages work at `/chase/docs`, at `chase.localhost/docs` and behind a proxy.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

import flask

from sandbox.dialect.policy import Skin
from sandbox.kernel.errors import BankNotFound, NotFound
from sandbox.kernel.names import did_you_mean
from sandbox.oauth.magic import LOGINS, OTP, PASSWORD
from sandbox.oauth.pages import emblem, icon

Info = Mapping[str, Any]
"""The body of GET /_sandbox/info."""

HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Cache-Control": "no-cache",
        "Content-Security-Policy": (
            "default-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'"
        ),
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
)

NEAR = "'self' data: http://127.0.0.1:* http://localhost:*"
PHONE_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        **HEADERS,
        "Content-Security-Policy": (
            f"default-src 'self'; img-src {NEAR}; media-src {NEAR}; base-uri 'none'; frame-ancestors 'none'"
        ),
    }
)
"""The phone shows what a bot on this machine serves as well, and nothing from anywhere else."""

SWAGGER = ("swagger-ui.css", "swagger-ui-bundle.js", "oauth2-redirect.html", "oauth2-redirect.js")
"""What of Swagger UI's distribution is served, under assets/swagger/."""

YEAR, HOUR = 365 * 24 * 3600, 3600

HOUSE = Skin(
    accent="#7a5a1e",
    accent_dark="#e9c987",
    ink="#241d10",
    paper="#faf6ee",
    emblem="sandbank",
    tagline="",
    dashboard="",
)
"""Sandbank's own colours."""


def blueprint(info: Callable[[str], Info], skins: Mapping[str, Skin] = MappingProxyType({})) -> flask.Blueprint:
    """`info` takes the base URL. `skins`, by slug, give the banks' cards their emblems."""
    console = flask.Blueprint("console", __name__, template_folder="templates")

    @console.get("/")
    def home() -> flask.Response:
        facts = info(_base_url())
        return _page("home.html", info=facts, skins=skins, magic=LOGINS, password=PASSWORD, otp=OTP)

    @console.get("/<slug>/docs")
    def docs(slug: str) -> flask.Response:
        facts = info(_base_url())
        names = {bank["slug"]: bank["name"] for bank in facts["banks"]}
        if slug != "_sandbox" and slug not in names:
            raise BankNotFound(f"there is no bank {slug!r}", hint=did_you_mean(slug, names))
        return _page(
            "docs.html",
            info=facts,
            slug=slug,
            name=names.get(slug, "Control API"),
            skin=skins.get(slug, HOUSE),
            root="../",
        )

    @console.get("/<slug>/<extension>/v1/docs")
    def extension_docs(slug: str, extension: str) -> flask.Response:
        facts = info(_base_url())
        named = {
            (bank["slug"], one["name"]): f"{bank['name']} {one['name']}"
            for bank in facts["banks"]
            for one in bank["extensions"]
        }
        if (slug, extension) not in named:
            raise BankNotFound(f"there are no docs at /{slug}/{extension}/v1")
        return _page(
            "docs.html",
            info=facts,
            slug=slug,
            name=named[slug, extension],
            skin=skins.get(slug, HOUSE),
            root="../../../",
        )

    @console.get("/_sandbox/phone")
    def phone() -> flask.Response:
        return _page("phone.html", PHONE_HEADERS)

    @console.get("/_sandbox/phone/templates")
    def phone_templates() -> flask.Response:
        return _page("phone_templates.html", PHONE_HEADERS)

    @console.get("/_sandbox/assets/<path:name>")
    def asset(name: str) -> flask.Response:
        path = _assets().get(name)
        if path is None:
            raise NotFound(f"there is no asset {name!r}", assets=sorted(_assets()))
        # A link with ?v= names these very bytes; without it they may be others tomorrow. Modules name one another
        # without it, and have to be of one version.
        unnamed = 0 if name.startswith("phone/") else HOUR
        age = YEAR if flask.request.args.get("v") == _version() else unnamed
        return flask.send_file(path, max_age=age)

    return console


def _page(template: str, headers: Mapping[str, str] = HEADERS, **context: object) -> flask.Response:
    body = flask.render_template(
        f"console/{template}", **context, house=HOUSE, emblem=emblem, icon=icon, version=_version()
    )
    return flask.Response(body, headers=headers, content_type="text/html; charset=utf-8")


def _base_url() -> str:
    base_url: str = flask.request.environ["sandbank.request"].notes["base_url"]
    return base_url


@cache
def _assets() -> dict[str, Path]:
    return dict(_find_assets())


def _find_assets() -> Iterator[tuple[str, Path]]:
    swagger = Path(str(files("flask_swagger_ui"))) / "dist"
    for name in SWAGGER:
        yield f"swagger/{name}", swagger / name
    assets = Path(__file__).parent / "assets"
    for path in assets.rglob("*.*"):
        yield path.relative_to(assets).as_posix(), path


@cache
def _version() -> str:
    """Changes when any asset does."""
    return sha256(b"".join(path.read_bytes() for _, path in sorted(_assets().items()))).hexdigest()[:12]
