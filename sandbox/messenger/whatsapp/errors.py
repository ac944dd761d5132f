"""What WhatsApp refuses: a code, the title that it has there, and in `error_data` what was wrong this time."""

from typing import ClassVar

from sandbox.messenger.errors import GraphError


class WhatsAppError(GraphError):
    rule = "A call must keep to the rules of the WhatsApp Cloud API."
    title: ClassVar[str] = "Something went wrong"
    late: ClassVar[bool] = False
    """The platform may notice it only after it has taken the message, and tells it in a status."""


class ProductMissing(WhatsAppError):
    rule = "A call names its product: messaging_product is whatsapp."
    title = "Invalid parameter"


class NodeUnknown(WhatsAppError):
    subcode = 33
    kind = "GraphMethodException"
    rule = "The id in the path must name something that the token may see."
    title = "Unsupported request. Object with this id does not exist"


class EdgeUnknown(WhatsAppError):
    code = 2500
    rule = "A path must be one of the API's."
    title = "Unknown path components"


class ParameterMissing(WhatsAppError):
    code = 131008
    rule = "What a message needs must be there."
    title = "Required parameter is missing"


class ParameterInvalid(WhatsAppError):
    code = 131009
    rule = "Every parameter must have the form and the length that the platform's reference gives it."
    title = "Parameter value is not valid"


class Throughput(WhatsAppError):
    status = 429
    code = 130429
    rule = "A number may send a limited number of messages per second."
    title = "Rate limit hit"


class AccountLimit(WhatsAppError):
    status = 429
    code = 80007
    rule = "A WhatsApp Business Account may make a limited number of calls."
    title = "Rate limit issues"


class PairLimit(WhatsAppError):
    code = 131056
    rule = "A number may send a limited number of messages to one person in a short time."
    title = "(Business Account, Consumer Account) pair rate limit hit"


class SpamLimit(WhatsAppError):
    code = 131048
    rule = "A number whose messages are blocked or reported is restricted for a while."
    title = "Spam rate limit hit"


class Experiment(WhatsAppError):
    code = 130472
    rule = "The platform keeps some people out of marketing messages for an experiment."
    title = "User's number is part of an experiment"
    late = True


class Unknown(WhatsAppError):
    status = 500
    code = 131000
    transient = True
    rule = "A failure of the platform that it does not explain."
    title = "Something went wrong"


class AccessDenied(WhatsAppError):
    status = 403
    code = 131005
    rule = "The token must be allowed to do what is asked."
    title = "Access denied"


class Unavailable(WhatsAppError):
    status = 503
    code = 131016
    transient = True
    rule = "A temporary failure of the platform: the call may be made again."
    title = "Service unavailable"


class ToItself(WhatsAppError):
    code = 131021
    rule = "A number cannot write to itself."
    title = "Recipient cannot be sender"


class Undeliverable(WhatsAppError):
    code = 131026
    rule = "A recipient must be a person with WhatsApp, who has not blocked the business."
    title = "Message undeliverable"
    late = True


class NotAllowedYet(WhatsAppError):
    code = 131030
    rule = "A test number reaches only the numbers on its list."
    title = "Recipient phone number not in allowed list"


class AccountLocked(WhatsAppError):
    status = 403
    code = 131031
    rule = "An account that broke a policy, or gave a wrong PIN, is locked."
    title = "Business Account locked"


class PaymentIssue(WhatsAppError):
    code = 131042
    rule = "Whoever sends paid messages needs a way to pay."
    title = "Business eligibility payment issue"
    late = True


class WindowClosed(WhatsAppError):
    code = 131047
    rule = "A business may write freely for 24 hours after a person's last message; after that only by a template."
    title = "Re-engagement message"
    late = True


class EcosystemLimit(WhatsAppError):
    code = 131049
    rule = "The platform limits how many marketing messages one person gets."
    title = "This message was not delivered to maintain healthy ecosystem engagement."
    late = True


class MarketingStopped(WhatsAppError):
    code = 131050
    rule = "Marketing templates go only to people who agreed to them, and not after they have stopped them."
    title = "User has stopped marketing messages"
    late = True


class TypeUnsupported(WhatsAppError):
    code = 131051
    rule = "A message must be of a type that the channel has."
    title = "Unsupported message type"


class MediaNotFetched(WhatsAppError):
    code = 131052
    rule = "What a person sent must be there to be downloaded: its URL lives for five minutes."
    title = "Media download error"


class MediaRefused(WhatsAppError):
    code = 131053
    rule = "Media must be of a type and a size that the channel takes."
    title = "Media upload error"


class ParameterCount(WhatsAppError):
    code = 132000
    rule = "A template gets as many parameters as it has variables."
    title = "Number of parameters does not match the expected number of params"


class TemplateUnknown(WhatsAppError):
    status = 404
    code = 132001
    rule = "A template must exist in the language that is asked for, and be approved."
    title = "Template name does not exist in the translation"


class TemplateTooLong(WhatsAppError):
    code = 132005
    rule = "A template's text must not be too long once its variables are filled in."
    title = "Translated text too long"


class ParameterFormat(WhatsAppError):
    code = 132012
    rule = "A parameter must be of the kind that its variable is."
    title = "Parameter format does not match format in the created template"


class TemplatePaused(WhatsAppError):
    code = 132015
    rule = "A template that people complained about is paused."
    title = "Template is paused"


class TemplateDisabled(WhatsAppError):
    code = 132016
    rule = "A template that was paused too often is disabled for good."
    title = "Template is disabled"


class NotRegistered(WhatsAppError):
    code = 133010
    rule = "A number must be registered before it sends: POST /{phone-number-id}/register."
    title = "Account not registered"


class PinWrong(WhatsAppError):
    code = 133005
    rule = "A number with two-step verification is registered with its PIN."
    title = "Two-step verification PIN mismatch"


class TemplateTwice(WhatsAppError):
    subcode = 2388024
    rule = "A name has one template in each language."
    title = "Invalid parameter"


class TemplateTextTooLong(WhatsAppError):
    subcode = 2388040
    rule = "A template's texts have a length."
    title = "Invalid parameter"


class TemplateHeaderWrong(WhatsAppError):
    subcode = 2388047
    rule = "A template's header has one kind, and at most one variable."
    title = "Invalid parameter"


class TemplateBodyWrong(WhatsAppError):
    subcode = 2388072
    rule = "A template has one body, whose variables are numbered from {{1}} or named, and which an example fills in."
    title = "Invalid parameter"


class TemplateFooterWrong(WhatsAppError):
    subcode = 2388073
    rule = "A template's footer has no variables."
    title = "Invalid parameter"


class TemplateEdgeVariable(WhatsAppError):
    subcode = 2388299
    rule = "A template's body neither begins nor ends with a variable."
    title = "Invalid parameter"
