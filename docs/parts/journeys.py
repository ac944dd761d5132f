"""A customer's way through a bank's pages, in pictures."""

from collections.abc import Mapping

from docs.parts.banks import banks, length
from sandbox.dialect.bank import Bank

STEPS: Mapping[str, tuple[str, str]] = {
    "login": (
        "Sign in",
        """The page says which app asks and what for. “Who can I be?” lists the people, the magic logins and the second
factors. Three wrong passwords end the journey.""",
    ),
    "otp": (
        "Second factor",
        """Whichever it is; the page says what the sandbox takes for right. Three wrong answers end the journey; after
ten minutes of the world's clock the code has run out, and another can be sent.""",
    ),
    "accounts": (
        "Choose accounts",
        """Nothing is shared of an account that is not ticked, not even that it exists. What cannot be shared is
shown with the reason.""",
    ),
    "review": (
        "Review and decide",
        """What the app will see and what it will not, what for, how long, how far back, and how to stop. A purpose can
be unticked unless the app requires it; then less is shared, and the token's scope is narrower. Offers are a consent of
their own, never ticked beforehand. The consent keeps the SHA-256 of these words.""",
    ),
    "dashboard": (
        "Afterwards",
        """What each app reads, what for, when it last did and how often. Accounts and purposes can be changed here,
sharing can be stopped, and whoever holds an account with somebody can take it out of what the other one shares. All of
it holds from the app's next call on.""",
    ),
}


def journey(slug: str) -> str:
    bank = banks()[slug]
    parts = [f"{_habits(bank)}\n"]
    for number, (step, (title, text)) in enumerate(STEPS.items(), 1):
        heading = bank.skin.dashboard if step == "dashboard" else title
        picture = f'<img src="pictures/journey-{slug}-{step}.webp" width="560" alt="{bank.name}: {heading}">'
        parts.append(f"## {number}. {heading}\n\n{text}\n\n{picture}\n")
    return "\n".join(parts)


def _habits(bank: Bank) -> str:
    policy = bank.oauth
    lasts = f"for {length(policy.consent_lifetime)}" if policy.consent_lifetime else "for as long as it is used"
    says = [
        f"- The app sends the browser to `/{bank.slug}{policy.authorization_path}`.",
        f"- A code lives {length(policy.code_lifetime)}, an access token {length(policy.access_lifetime)}.",
        f"- A consent lasts {lasts}, and shows {policy.lookback.days} days of history.",
    ]
    if policy.app_path:
        says.append(f"- On a phone `/{bank.slug}{policy.app_path}` opens the bank's app; here the same pages answer.")
    if policy.second_factor_by_risk:
        says.append("- A login with `+trusted` is one of which the bank sees no risk: it needs no second factor.")
    if policy.one_redirect_uri:
        says.append("- An app has one redirect URI.")
    return "\n".join(says)
