"""A bank in Messenger: a reference bot, small enough to be read in one sitting and copied.

It needs Flask, requests and Authlib. `python -m examples.messenger_bot` starts it against a Sandbank server.
"""
