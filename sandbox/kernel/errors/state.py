"""Things that are not so: what does not fit the state that they are in."""

from sandbox.kernel.errors.root import SandbankError


class Conflict(SandbankError):
    status = 409
    rule = "The request must fit the state that things are in."


class AccountClosed(Conflict):
    rule = "The account must not be closed for this operation."


class NothingShared(Conflict):
    rule = "A consent shares at least one account for at least one purpose; to share nothing is to withdraw it."


class TargetingAlone(Conflict):
    rule = "Offers are chosen by a customer's data only where the customer agreed to offers."


class AccountRefused(Conflict):
    rule = "An account that another holder took out of a consent does not come back into it."


class ConsentAlreadyEnded(Conflict):
    rule = "A consent ends once: it cannot be revoked when it is revoked or expired."


class ConsentNotSuspended(Conflict):
    rule = "A consent that the bank does not hold back cannot be let go on."


class ConsentHeldBack(Conflict):
    rule = "A consent that the bank holds back already cannot be held back again."


class OfferEnded(Conflict):
    rule = "An offer can be taken up or declined while it is open."


class DisputeNotPossible(Conflict):
    rule = "A dispute is about a posted charge of the last 120 days that is not in dispute."


class DisputeEnded(Conflict):
    rule = "A dispute can be changed until it is decided or withdrawn."


class CardEnded(Conflict):
    rule = "A card that is lost or closed stays so."


class CardFrozen(Conflict):
    rule = "Nothing is charged to a card while it is frozen, lost or closed."


class AccountLocked(SandbankError):
    status = 403
    rule = "The account must not be locked by the bank."


class AccountTypeNotSupported(SandbankError):
    status = 422
    rule = "The operation must make sense for the kind of account."


class StateUnknown(SandbankError):
    status = 422
    rule = "A provider state must be one that the sandbox can bring about."


class StatementProcessing(SandbankError):
    status = 400
    rule = "A statement can be fetched once the bank has finished preparing it."
