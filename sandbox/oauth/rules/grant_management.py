"""What becomes of an earlier grant (Grant Management for OAuth 2.0, 5.3): a client names one of its own that lives."""

from dataclasses import replace

from sandbox.ledger.consent_requests import GrantAction
from sandbox.oauth.rules.request import AuthorizationRequest


def grant_management(request: AuthorizationRequest) -> None:
    action, grant_id = request.value("grant_management_action"), request.value("grant_id")
    if not action:
        if grant_id:
            request.refuse("invalid_request", "grant_id is given without grant_management_action")
        return
    if action not in set(GrantAction):
        request.refuse(
            "invalid_request", "grant_management_action has to be create, merge or replace", asked=action[:80]
        )
    if (action == GrantAction.CREATE) is bool(grant_id):
        problem = "create makes a grant_id and takes none" if grant_id else f"{action} needs a grant_id"
        request.refuse("invalid_request", problem)
    if grant_id:
        grant = request.active_consent(grant_id)
        if grant is None or (grant.bank, grant.client_id) != (request.bank.slug, request.known_client.client_id):
            request.refuse("invalid_grant_id", "grant_id is not a grant of this client that lives", asked=grant_id[:80])
    request.consent_request = replace(request.asked, action=GrantAction(action), grant_id=grant_id)
