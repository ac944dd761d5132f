"""Recipients that make an error happen: each of the platform's errors has one, at every page of every world. The id
tells which: 9, the code in five digits, the subcode in ten."""

from collections.abc import Mapping

from sandbox.messenger.errors import (
    AppRateLimited,
    BusinessRateLimited,
    GraphError,
    InvalidParameter,
    NoMatchingUser,
    NotTester,
    NotThreadOwner,
    OutOfOrder,
    OutsideWindow,
    PageRateLimited,
    PageRestricted,
    PasswordChanged,
    PersonUnavailable,
    RateLimited,
    TagNotAllowed,
    Temporary,
    TokenExpired,
    TokenRevoked,
    TokenUnknown,
)


def psid_of(error: type[GraphError]) -> str:
    return f"9{error.code:05d}{error.subcode or 0:010d}"


MAGIC: Mapping[str, type[GraphError]] = {
    psid_of(error): error
    for error in (
        InvalidParameter, NoMatchingUser, TokenUnknown, TokenExpired, PasswordChanged, TokenRevoked, OutsideWindow,
        TagNotAllowed, PageRestricted, NotTester, NotThreadOwner, PersonUnavailable, RateLimited, AppRateLimited,
        PageRateLimited, BusinessRateLimited, Temporary, OutOfOrder,
    )
}  # fmt: skip
TOLD: Mapping[type[GraphError], str] = {
    InvalidParameter: "Invalid parameter",
    NoMatchingUser: "No matching user found",
    TokenUnknown: "Invalid OAuth access token - Cannot parse access token",
    TokenExpired: "Error validating access token: Session has expired.",
    PasswordChanged: "Error validating access token: The session has been invalidated because of a changed password.",
    TokenRevoked: "Error validating access token: The access token has been invalidated.",
    OutsideWindow: "This message is sent outside of allowed window.",
    TagNotAllowed: "This message needs a tag, or a permission for it.",
    PageRestricted: "The Page is temporarily restricted from sending messages.",
    NotTester: "Requires pages_messaging permission to manage the object",
    NotThreadOwner: "Message failed to send because another app is controlling this thread now.",
    PersonUnavailable: "This person isn't available right now.",
    RateLimited: "Calls to this api have exceeded the rate limit.",
    AppRateLimited: "Application request limit reached",
    PageRateLimited: "Page request limit reached",
    BusinessRateLimited: "There have been too many calls to this Messenger account. Wait a bit and try again.",
    Temporary: "Temporary send message failure. Please try again later.",
    OutOfOrder: "Temporary send message failure. Please try again later.",
}
"""What the platform says with each."""


def conjure(psid: str) -> None:
    """Raises what the id stands for, if it is magic."""
    error = MAGIC.get(psid)
    if error is not None:
        raise error(
            TOLD[error], hint="The recipient is magic: it stands for this error (GET /_sandbox/messenger/magic)."
        )
