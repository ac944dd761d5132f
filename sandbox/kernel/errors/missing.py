"""Things that are not there."""

from sandbox.kernel.errors.request import BadRequest
from sandbox.kernel.errors.root import SandbankError


class NotFound(SandbankError):
    status = 404
    rule = "What is asked for must exist and be shared with the caller."


class AccountNotFound(NotFound):
    rule = "The account must exist and be one that the customer shared (a bank does not tell the two apart)."


class TransactionNotFound(NotFound):
    rule = "The transaction must exist in a shared account and inside the consent's look-back."


class StatementNotFound(NotFound):
    rule = "The statement must exist in a shared account and inside the consent's look-back."


class StatementsNotFound(NotFound):
    rule = "The account must be one for which statements are made."


class ImageNotFound(NotFound):
    rule = "The image must belong to a transaction of the account."


class CustomerNotFound(NotFound):
    rule = "The customer must be the one who gave the consent."


class PurposeUnknown(BadRequest):
    rule = "A purpose must be one for which the client may use data."


class NumberNotFound(NotFound):
    rule = "A tokenised account number must be one that a consent brought forth."


class ConsentNotFound(NotFound):
    rule = "The consent must be one that was given to this client."


class RewardProgramNotFound(NotFound):
    rule = "The reward program must be one in which a shared account takes part."


class RewardCategoriesNotFound(NotFound):
    rule = "The reward program must have categories."


class PurchaseNotFound(NotFound):
    rule = "The purchase must be charged to a shared account, inside the consent's look-back."


class ReceiptNotFound(NotFound):
    rule = "The receipt must be of a purchase in sight, and issued."


class ShipmentNotFound(NotFound):
    rule = "The shipment must be of a purchase in sight, and on its way."


class InvoiceNotFound(NotFound):
    rule = "The invoice must be issued, and to be paid from a shared account."


class OfferNotFound(NotFound):
    rule = "The offer must be one that was made to the customer, and not withdrawn."


class DisputeNotFound(NotFound):
    rule = "The dispute must be about a transaction of a shared account."


class CardNotFound(NotFound):
    rule = "The card must belong to a shared account."


class SubscriptionNotFound(NotFound):
    rule = "The subscription must be one of the calling client's."


class EventNotFound(NotFound):
    rule = "The event must be one that the caller may be told of."


class NoData(NotFound):
    rule = "There must be something to answer with."
