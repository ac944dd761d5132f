"""Every operation of WhatsApp's document."""

from collections.abc import Callable, Mapping
from functools import partial

from sandbox.dialect.bank import Handler
from sandbox.dialect.call import Call, Reply
from sandbox.messenger.whatsapp import lending, nodes, sending, templating
from sandbox.messenger.whatsapp.office import Office

OPERATIONS: Mapping[str, Callable[[Office, Call], Reply]] = {
    "createTemplate": templating.create,
    "deleteMedia": nodes.delete,
    "deleteTemplate": templating.delete,
    "deregisterNumber": nodes.deregister,
    "downloadMedia": lending.download,
    "editNode": nodes.change,
    "getNode": nodes.show,
    "getProfile": nodes.profile,
    "listNumbers": nodes.numbers,
    "listSubscriptions": nodes.subscriptions,
    "listTemplates": templating.listed,
    "registerNumber": nodes.register,
    "sendMessage": sending.send,
    "setProfile": nodes.set_profile,
    "subscribeAccount": nodes.subscribe,
    "unsubscribeAccount": nodes.unsubscribe,
    "uploadMedia": lending.upload,
}


def table(office: Office) -> dict[str, Handler]:
    return {name: partial(operation, office) for name, operation in OPERATIONS.items()}
