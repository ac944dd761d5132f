"""`prompt=none` asks for an answer without a page; here nobody is ever signed in beforehand (OIDC Core 3.1.2.1)."""

from sandbox.oauth.rules.request import AuthorizationRequest


def prompt(request: AuthorizationRequest) -> None:
    asked = request.value("prompt").split()
    if "none" in asked:
        request.refuse("login_required" if len(asked) == 1 else "invalid_request", "the customer has to sign in")
