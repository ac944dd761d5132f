"""What the token endpoint gives tokens for: one file per grant type, all on Authlib's classes.

What Authlib leaves to storage is done atomically: a code is taken before it is looked at, a rotating refresh token is
ended before its successor is made; whoever comes second gets `invalid_grant`, and what the first got is revoked
(RFC 6749 4.1.2, RFC 9700 4.14.2).
"""
