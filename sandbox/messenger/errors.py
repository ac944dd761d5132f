"""What the platform refuses: its code and subcode, its words, and behind the trace id our rule and what would help."""

from typing import ClassVar

from sandbox.kernel.errors import Conflict, NotFound, SandbankError


class GraphError(SandbankError):
    """`code` and `subcode` as the platform's error table has them."""

    status = 400
    rule = "A call must keep to the rules of the Graph API."
    code: ClassVar[int] = 100
    subcode: int | None = None
    transient: ClassVar[bool] = False
    kind: ClassVar[str] = "OAuthException"


class InvalidParameter(GraphError):
    rule = "Every parameter must have the form that the platform's reference gives it."


class UploadFailed(InvalidParameter):
    rule = "A file must be one that can be fetched, or come with the call."
    subcode = 2018008


class PersonaUnknown(InvalidParameter):
    rule = "A message is sent under a persona that the page has made."
    subcode = 2018062


class TemplateUnknown(InvalidParameter):
    rule = "A utility message names a template that the page has in that language, and fills all its gaps."


class TagRetired(InvalidParameter):
    rule = "Message tags ended, most in March 2020 and three more on 27 April 2026; utility templates take their place."


class NoMatchingUser(GraphError):
    rule = "A recipient must be a person who wrote to this page."
    subcode = 2018001


class TokenUnknown(GraphError):
    status = 401
    code = 190
    rule = "A call needs the access token of the page that it is for."


class TokenExpired(TokenUnknown):
    subcode = 463
    rule = "An access token must not have expired."


class PasswordChanged(TokenUnknown):
    subcode = 460
    rule = "An access token dies when the password of whoever made it is changed."


class TokenRevoked(TokenUnknown):
    subcode = 467
    rule = "An access token must not have been made invalid."


class ProofWrong(GraphError):
    rule = "appsecret_proof is the HMAC-SHA256 of the access token under the app secret, in hex."


class OutsideWindow(GraphError):
    code = 10
    subcode = 2018278
    rule = "A page may send freely for 24 hours after a person's last action; after that only what was agreed to."


class TagNotAllowed(GraphError):
    code = 10
    subcode = 2018065
    rule = "A message outside the window needs a tag or a template that permits it."


class PageRestricted(GraphError):
    code = 10
    subcode = 1893063
    rule = "A page that the platform has restricted cannot send."


class LeaveLacking(GraphError):
    code = 10
    subcode = 2018278
    rule = "A recurring notification needs a person's leave that lasts, and comes no oftener than they allowed."


class NotTester(GraphError):
    status = 403
    code = 200
    subcode = 2018108
    rule = "Before an app is live only people with a role in it can be reached."


class NotThreadOwner(GraphError):
    code = 10
    subcode = 2018300
    rule = "Only the app that controls a thread can send to it."


class PersonUnavailable(GraphError):
    code = 551
    subcode = 1545041
    rule = "A person must be reachable: not gone for the moment, and not blocking the page."


class RateLimited(GraphError):
    code = 613
    rule = "Calls to the API are limited by page and by time."


class AppRateLimited(GraphError):
    code = 4
    rule = "Calls of an app are limited by how many people use it."


class BusinessRateLimited(GraphError):
    code = 80006
    rule = "Calls of a business to the messenger are limited by its use case."


class PageRateLimited(GraphError):
    code = 32
    rule = "Calls of a page are limited by how many people it talks to."


class Temporary(GraphError):
    status = 500
    code = 2
    subcode: int | None = 2018344
    transient = True
    rule = "A temporary failure of the platform: the call may be made again."


class OutOfOrder(Temporary):
    code = 1200
    subcode = None


class NodeUnknown(GraphError):
    subcode = 33
    kind = "GraphMethodException"
    rule = "The id in the path must name something that the token may see."


class PermissionLacking(GraphError):
    status = 403
    code = 200
    rule = "The token must be allowed to do what is asked."


class ProfileUnavailable(GraphError):
    subcode = 2018218
    rule = "A person's profile may be hidden from the page: a bot has to do without it."


class ProfileRule(GraphError):
    subcode = 2018145
    rule = "The parts of a messenger profile must go together: a persistent menu needs a Get Started button."


class PageNotFound(NotFound):
    rule = "The page must be one of the world's: GET /_sandbox/messenger/pages."


class AppNotFound(NotFound):
    rule = "The app must be one of the page's: GET /_sandbox/messenger/pages/{page}/apps."


class AttachmentNotFound(NotFound):
    rule = "The attachment must be a file that a page uploaded, and among its latest 200."


class PersonNotFound(NotFound):
    rule = "The person must have an account at the messenger: GET /_sandbox/messenger/users."


class MessageNotFound(NotFound):
    rule = "The message must be on the thread."


class DeliveryNotFound(NotFound):
    rule = "The webhook must have been queued, and not been forgotten by a reset."


class NothingToTap(Conflict):
    rule = "A person can tap only what is on the screen: buttons, quick replies, the menu, the start button."


class PersonGone(Conflict):
    rule = "Somebody who has left the platform, or has blocked the page, does not write to it."


class CannotDo(Conflict):
    rule = "A person can do only what the platform lets people do."


class CallbackFailed(GraphError):
    code = 2200
    rule = "A webhook must answer the handshake with 200 and the value of hub.challenge."
