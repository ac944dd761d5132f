"""Every operation of WhatsApp's document."""

from collections.abc import Callable, Mapping
from functools import partial

from sandbox.dialect.bank import Handler
from sandbox.dialect.call import Call, Reply
from sandbox.messenger.whatsapp import lending, nodes, sending, subscribing, templating
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
    "listAppSubscriptions": subscribing.app_subscriptions,
    "listSubscriptions": subscribing.subscriptions,
    "listTemplates": templating.listed,
    "registerNumber": nodes.register,
    "sendMessage": sending.send,
    "setProfile": nodes.set_profile,
    "subscribeAccount": subscribing.subscribe,
    "subscribeApp": subscribing.subscribe_app,
    "unsubscribeAccount": subscribing.unsubscribe,
    "unsubscribeApp": subscribing.unsubscribe_app,
    "uploadMedia": lending.upload,
}


def table(office: Office) -> dict[str, Handler]:
    return {name: partial(operation, office) for name, operation in OPERATIONS.items()}
