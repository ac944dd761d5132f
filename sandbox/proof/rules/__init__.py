"""Every rule, in the order in which a report shows them. To add one: a file, and its name here."""

from sandbox.proof.rule import Rule
from sandbox.proof.rules import (
    code_once,
    declared_only,
    duplicate_webhook,
    follow_paging,
    keep_to_document,
    narrow_scope,
    no_blind_retry,
    not_deprecated,
    offered_only,
    pkce_and_state,
    poll_within_limit,
    read_the_list,
    refresh_once,
    refresh_token_once,
    required_headers,
    retry_after,
    stop_after_revocation,
    token_in_header,
    unknown_event,
    verify_signature,
)

RULES: tuple[Rule, ...] = tuple(
    module.RULE
    for module in (
        retry_after, refresh_once, stop_after_revocation, no_blind_retry, poll_within_limit, follow_paging,
        read_the_list, verify_signature, duplicate_webhook, unknown_event, token_in_header, pkce_and_state,
        narrow_scope, code_once, refresh_token_once, declared_only, keep_to_document, required_headers,
        not_deprecated, offered_only,
    )
)  # fmt: skip
BY_ID = {rule.rule_id: rule for rule in RULES}
