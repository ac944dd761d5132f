"""The scopes are the bank's; none asked means the bank's default (RFC 6749 3.3)."""

from sandbox.oauth.rules.request import AuthorizationRequest


def scope(request: AuthorizationRequest) -> None:
    policy = request.bank.oauth
    asked = request.value("scope") or policy.default_scope
    unknown = [word for word in asked.split() if word not in policy.scopes]
    if unknown:
        request.refuse(
            "invalid_scope",
            f"{request.bank.name} has no scope {unknown[0][:80]}",
            unknown=unknown[:20],
            offered=list(policy.scopes),
        )
    request.scope = " ".join(dict.fromkeys(asked.split()))
