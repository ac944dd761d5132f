"""The authorization server: the protocol by Authlib, the order of rules as a table, consent and its pages by us."""
