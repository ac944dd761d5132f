"""Software statements: what a directory vouches for about an application (RFC 7591 2.3).

Banks trust one directory, the sandbox's own. It signs whatever a developer wants it to say, so that registrations with
a good statement can be tried, and with any bad one.
"""

from typing import Any

from sandbox.oauth.keys import Keys
from sandbox.oauth.refusals import Because, refuse
from sandbox.oauth.signed import Signatures, Unproven, unverified
from sandbox.store.keys import KeyState

DIRECTORY = "directory"
"""Under this name its keys are kept, beside those of the banks."""
ISSUER = "https://directory.sandbank.invalid"
ALGORITHM = "ES256"


class Directory:
    def __init__(self, keys: Keys, signatures: Signatures) -> None:
        self.keys = keys
        self.signatures = signatures

    def vouch(self, claims: dict[str, Any]) -> str:
        """A statement that says these things, by the machine's clock."""
        told = {"iss": ISSUER, "iat": self.signatures.wall() // 1000, **claims}
        return self.keys.sign(DIRECTORY, ALGORITHM, "JWT", told).text

    def read(self, statement: str) -> dict[str, Any]:
        """What a statement says. Raises Because for one that the directory has not made, or whose time is over."""
        from sandbox.oauth import jwts  # noqa: PLC0415 (takes long to load)

        try:
            header = jwts.header(statement)
        except ValueError as error:
            refuse("invalid_software_statement", f"the software statement is not a signed JWT: {error}")
        alg, kid = str(header.get("alg"))[:20], str(header.get("kid", ""))[:100]
        key = self.keys.get(kid)
        known = key is not None and key.bank == DIRECTORY and key.state is not KeyState.RETIRED
        if alg != ALGORITHM or not known or not self.keys.verifies(kid, alg, statement):
            refuse(
                "invalid_software_statement",
                "the software statement is not signed by the directory that banks trust",
                hint="POST /_sandbox/software-statements has one signed.",
                alg=alg,
                kid=kid,
            )
        claims = unverified(statement)
        try:
            self.signatures.check_times(claims, longest=None, needed=())
        except Unproven as flaw:
            raise Because(
                "invalid_software_statement", f"the software statement: {flaw.description}", flaw.facts
            ) from None
        return claims
