"""The scopes are the bank's, and of these the ones that the client registered for; none asked means the bank's default
(RFC 6749 3.3)."""

from sandbox.oauth.rules.request import AuthorizationRequest


def scope(request: AuthorizationRequest) -> None:
    policy, client = request.bank.oauth, request.known_client
    asked = request.value("scope") or " ".join(client.may_ask(policy.default_scope.split()))
    unknown = [word for word in asked.split() if word not in policy.scopes]
    if unknown:
        request.refuse(
            "invalid_scope",
            f"{request.bank.name} has no scope {unknown[0][:80]}",
            unknown=unknown[:20],
            offered=list(policy.scopes),
        )
    beyond = set(asked.split()) - set(client.may_ask(policy.scopes))
    if beyond or not asked:
        request.refuse(
            "invalid_scope",
            "the client did not register for that scope",
            beyond=sorted(beyond),
            registered=client.scope,
        )
    request.scope = " ".join(dict.fromkeys(asked.split()))
