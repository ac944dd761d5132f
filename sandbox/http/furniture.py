"""What stands beside every bank's own paths: health, metrics, the documents themselves, discovery."""

import re
from collections.abc import Callable, Mapping

import flask
from flask import Response

from sandbox.contract.documents import Document
from sandbox.dialect.bank import Bank
from sandbox.dialect.call import Reply
from sandbox.http.replies import flask_response
from sandbox.kernel.errors import BankNotFound
from sandbox.kernel.names import did_you_mean
from sandbox.oauth import discovery, mtls
from sandbox.oauth.mtls import Certificates
from sandbox.store.database import Database


def blueprint(
    banks: Mapping[str, Bank],
    documents: Mapping[str, Document],
    database: Database,
    metrics: Callable[[], bytes],
    certificates: Certificates,
    *,
    extensions: Mapping[str, Mapping[str, Document]],
) -> flask.Blueprint:
    furniture = flask.Blueprint("furniture", __name__)

    @furniture.get("/livez")
    def livez() -> Response:
        return flask_response(Reply({"status": "alive"}))

    @furniture.get("/readyz")
    def readyz() -> Response:
        database.cursor("SELECT 1", {})
        return flask_response(Reply({"status": "ready", "banks": list(banks)}))

    @furniture.get("/metrics")
    def show_metrics() -> Response:
        return flask_response(Reply(metrics(), media_type="text/plain; version=0.0.4; charset=utf-8"))

    @furniture.get("/<slug>/openapi.<form>")
    def document(slug: str, form: str) -> Response:
        wanted = documents.get("control" if slug == "_sandbox" else slug)
        if wanted is None or form not in ("json", "yaml"):
            raise BankNotFound(f"there is no document at /{slug}/openapi.{form}", hint=did_you_mean(slug, documents))
        return _written(wanted, form, slug)

    @furniture.get("/<slug>/<name>/v1/openapi.<form>")
    def extension(slug: str, name: str, form: str) -> Response:
        wanted = extensions.get(slug, {}).get(name)
        if wanted is None or form not in ("json", "yaml"):
            raise BankNotFound(f"there is no document at /{slug}/{name}/v1/openapi.{form}")
        return _written(wanted, form, slug)

    @furniture.get("/<slug>/.well-known/openid-configuration")
    @furniture.get("/<slug>/.well-known/oauth-authorization-server")
    def configuration(slug: str) -> Response:
        return _metadata(banks, slug, certificates)

    @furniture.get("/.well-known/oauth-authorization-server/<slug>")
    @furniture.get("/.well-known/openid-configuration/<slug>")
    def configuration_inserted(slug: str) -> Response:
        # RFC 8414 3.1 puts the well-known segment before the issuer's path.
        return _metadata(banks, slug, certificates)

    return furniture


def _written(document: Document, form: str, slug: str) -> Response:
    """A document as JSON or YAML, with its ETag."""
    if form == "json":
        body, etag, media_type = document.raw_json, document.json_etag, "application/json"
    else:
        body, etag, media_type = document.raw_yaml, document.yaml_etag, "application/yaml"
    if flask.request.environ["sandbank.request"].public_prefix == "":
        body, etag = without_prefix(body, f"/{slug}"), etag.replace('"', '"host-', 1)
    known = flask.request.headers.get("If-None-Match", "")
    if etag in known or known.strip() == "*":
        return Response(status=304, headers={"ETag": etag})
    return flask_response(Reply(body, media_type=media_type, headers={"ETag": etag, "Cache-Control": "no-cache"}))


def without_prefix(body: bytes, prefix: str) -> bytes:
    """A document as it reads at {slug}.localhost, where the bank's paths have no prefix."""
    slug = re.escape(prefix.encode())
    body = re.sub(rb'(["\' ])' + slug + rb"/", rb"\1/", body)
    return re.sub(rb'(["\' ])' + slug + rb'(["\',}\n])', rb"\1/\2", body)


def _metadata(banks: Mapping[str, Bank], slug: str, certificates: Certificates) -> Response:
    if slug not in banks:
        raise BankNotFound(f"there is no bank {slug!r}", hint=did_you_mean(slug, banks))
    notes = flask.request.environ["sandbank.request"].notes
    base_url = notes["base_url"] if flask.request.path.startswith(f"/{slug}/") else f"{notes['base_url']}/{slug}"
    return flask_response(Reply(mtls.metadata(discovery.metadata(banks[slug], base_url), certificates)))
