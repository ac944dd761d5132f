"""Every operation of the messenger's document."""

from collections.abc import Callable, Mapping
from functools import partial

from sandbox.dialect.bank import Handler
from sandbox.dialect.call import Call, Reply
from sandbox.messenger import linking, subscribing
from sandbox.messenger.attachments import upload
from sandbox.messenger.conversations import list_conversations, list_messages
from sandbox.messenger.desk import Desk
from sandbox.messenger.handover import (
    pass_control,
    release_control,
    request_control,
    secondary_receivers,
    take_control,
    thread_owner,
)
from sandbox.messenger.nodes import delete_node, read_linked, read_node
from sandbox.messenger.notifications import allow_follow_up, list_tokens
from sandbox.messenger.personas import create_persona, list_personas
from sandbox.messenger.profile import (
    delete_profile,
    delete_settings,
    read_profile,
    read_settings,
    write_profile,
    write_settings,
)
from sandbox.messenger.sending import send_message
from sandbox.messenger.small import app_token, debug_token, log_activities, set_nlp, unlink_accounts
from sandbox.messenger.utility import create_template, delete_template, list_templates

Operation = Callable[[Desk, Call], Reply]


def whole(operation: Operation) -> Operation:
    """What it reads of a thread still holds when it writes, whoever is at the thread meanwhile."""

    def done(desk: Desk, call: Call) -> Reply:
        with desk.chats.database.transaction():
            return operation(desk, call)

    return done


OPERATIONS: Mapping[str, Operation] = {
    "sendMessage": send_message,
    "uploadAttachment": upload,
    "createMessageTemplate": create_template,
    "listMessageTemplates": list_templates,
    "deleteMessageTemplate": delete_template,
    "listNotificationTokens": list_tokens,
    "allowFollowUpNotification": allow_follow_up,
    # what there is
    "readNode": read_node,
    "readLinkedNode": read_linked,
    "deleteNode": delete_node,
    "listConversations": list_conversations,
    "listMessages": list_messages,
    "debugToken": debug_token,
    "getAppToken": app_token,
    # profile
    "readProfile": read_profile,
    "writeProfile": write_profile,
    "deleteProfile": delete_profile,
    "readUserSettings": read_settings,
    "writeUserSettings": write_settings,
    "deleteUserSettings": delete_settings,
    "listPersonas": list_personas,
    "createPersona": create_persona,
    "unlinkAccounts": unlink_accounts,
    "setNlp": set_nlp,
    "logPageActivities": log_activities,
    "logActivities": log_activities,
    "finishLinking": linking.finish_linking,
    # webhooks
    **subscribing.OPERATIONS,
    # conversation routing
    "passThreadControl": whole(pass_control),
    "takeThreadControl": whole(take_control),
    "requestThreadControl": whole(request_control),
    "releaseThreadControl": whole(release_control),
    "readThreadOwner": thread_owner,
    "listReceivers": secondary_receivers,
}


def table(desk: Desk) -> dict[str, Handler]:
    return {name: partial(operation, desk) for name, operation in OPERATIONS.items()}
