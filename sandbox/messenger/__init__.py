"""The Messenger Platform and the WhatsApp Cloud API, played: unmodified bots talk to people who are not there.

Not affiliated with Meta. Names of paths, members and codes are facts.
"""
