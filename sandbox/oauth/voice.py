"""How refusals sound at OAuth endpoints before the protocol itself has a word: RFC 6749 5.2, or a page for a person."""

from sandbox.dialect.bank import Bank
from sandbox.dialect.call import Reply
from sandbox.kernel.errors import InternalError, InvalidInput, RateLimited, SandbankError, SubsystemUnavailable
from sandbox.oauth.pages import Pages, page_headers
from sandbox.oauth.refusals import NO_STORE, UNPRINTABLE, OAuthRefused

SILENT = ("userinfo",)
"""Endpoints that are read with a token, like the bank's data: the bank speaks there."""
REGISTERING = ("register", "read_registration", "update_registration")
"""Endpoints whose bodies are a client's metadata (RFC 7591 3.2.2); a path goes by the name of its GET."""
UNAVAILABLE = (SubsystemUnavailable, RateLimited)


def sound(bank: Bank, endpoint: str, error: SandbankError, pages: Pages, trace_id: str) -> Reply:
    if isinstance(error, OAuthRefused):
        body = {"error": error.error, "error_description": error.told}
        return Reply(body, error.status_code, headers={**error.headers, **NO_STORE})
    code = "invalid_request"
    of_metadata = [violation.name for violation in error.violations if violation.location == "body"]
    if endpoint in REGISTERING and isinstance(error, InvalidInput) and of_metadata:
        places = {name.split("/")[1] for name in of_metadata if name}
        code = "invalid_redirect_uri" if places == {"redirect_uris"} else "invalid_client_metadata"
    if isinstance(error, UNAVAILABLE):
        code = "temporarily_unavailable"
    elif isinstance(error, InternalError):
        code = bank.oauth.internal_error
    if endpoint == "authorize":
        return page(bank, f"{code}: {error.detail}", pages, trace_id, error.status)
    description = UNPRINTABLE.sub("'", error.detail)[:500]
    return Reply({"error": code, "error_description": description}, error.status, headers=NO_STORE)


def page(bank: Bank, detail: str, pages: Pages, trace_id: str, status: int = 400) -> Reply:
    """A refusal that must not be sent to anybody: shown on our own page, with a word for the developer."""
    text = pages.render(
        "notice.html",
        bank=bank,
        client=None,
        title="We cannot go on with this request",
        text="The app that sent you here made a request that the bank cannot accept. Nothing was shared.",
        detail=detail,
        trace=trace_id,
    )
    return Reply(text, status, "text/html; charset=utf-8", page_headers(bank.skin))
