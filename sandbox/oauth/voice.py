"""How refusals sound at OAuth endpoints before the protocol itself has a word: RFC 6749 5.2, or a page for a person."""

from sandbox.dialect.bank import Bank
from sandbox.dialect.call import Reply
from sandbox.kernel.errors import InternalError, RateLimited, SandbankError, SubsystemUnavailable
from sandbox.oauth.pages import PAGE_HEADERS, Pages
from sandbox.oauth.server import NO_STORE, PRINTABLE

UNAVAILABLE = (SubsystemUnavailable, RateLimited)


def sound(bank: Bank, endpoint: str, error: SandbankError, pages: Pages, trace_id: str) -> Reply:
    code = "invalid_request"
    if isinstance(error, UNAVAILABLE):
        code = "temporarily_unavailable"
    elif isinstance(error, InternalError):
        code = bank.oauth.internal_error
    if endpoint == "authorize":
        page = pages.render(
            "notice.html",
            bank=bank,
            skin=bank.skin,
            client=None,
            title="We cannot go on with this request",
            text="The app that sent you here made a request that the bank cannot accept. Nothing was shared.",
            detail=f"{code}: {error.detail}",
            trace=trace_id,
        )
        return Reply(page, error.status, "text/html; charset=utf-8", PAGE_HEADERS)
    description = PRINTABLE.sub("'", error.detail)[:500]
    return Reply({"error": code, "error_description": description}, error.status, headers=NO_STORE)
